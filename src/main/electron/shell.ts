import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, BrowserWindow, dialog, type Event, powerMonitor, session, shell } from 'electron'
import type { Outcome } from '../../shared/domain/outcome.ts'
import type { EngineHost } from '../engine/host.ts'
import type { Clock, Logger } from '../ports.ts'
import { registerAppScheme, serveApp } from './app-protocol.ts'
import { APP_ORIGIN, APP_START } from './asset-path.ts'
import { Background } from './background.ts'
import { CloseToTray } from './close-to-tray.ts'
import { systemDesktop } from './desktop.ts'
import { listenForPages } from './ipc-port.ts'
import { originOf } from './link-policy.ts'
import { setMenu } from './menu.ts'
import { denyPermissions, limitPages } from './security.ts'
import { createShutdown } from './shutdown.ts'
import { systemProxies } from './system-proxies.ts'
import { WaitingRoom } from './waiting-room.ts'
import { focusWindow, isOpenWindow, openWindow } from './window.ts'
import { type ShellWords, shellWords } from './words.ts'

export interface ShellParts {
  /** Absolute folder of the database and of Electron's own files; the usual one when absent. */
  readonly dataDir?: string
  /** Absolute paths in the build. */
  readonly preload: string
  readonly pages: string
  readonly trayIcons: string
  /** Address of a development server that serves the page instead; never in a packaged app. */
  readonly pageServer?: string
  readonly hosts: readonly string[]
  readonly startEngine: (given: {
    readonly dataDir: string
    readonly version: string
    /** Asks the operating system for the proxies of these addresses, by host; never fails. */
    readonly systemProxies: (
      addresses: readonly string[],
    ) => Promise<Readonly<Record<string, string>>>
    readonly onCrash: (message: string) => void
  }) => Promise<Outcome<EngineHost>>
  readonly clock: Clock
  readonly logger: Logger
  /** Told once where the system keeps this app's logs. */
  readonly logsIn: (folder: string) => void
}

/** The engine itself gives up stopping after 15 s; this is the net below it. */
const STOP_DEADLINE_MS = 20_000

/** Runs the app inside Electron. Must be called while Electron's entry module is being evaluated. */
export function runShell(parts: ShellParts): void {
  if (parts.dataDir !== undefined) app.setPath('userData', parts.dataDir)
  registerAppScheme()
  if (!app.requestSingleInstanceLock()) {
    parts.logger.info('already-running', { message: 'The running window was brought to front.' })
    app.exit(0)
    return
  }
  app.on('second-instance', () => {
    for (const window of BrowserWindow.getAllWindows()) focusWindow(window)
  })
  const room = new WaitingRoom()
  limitPages({ origin: originFor(parts), hosts: parts.hosts, logger: parts.logger })
  listenForPages({
    origin: originFor(parts),
    isKnown: isOpenWindow,
    attach: (port) => room.admit(port),
    logger: parts.logger,
  })
  app.whenReady().then(
    () => start(parts, room),
    (error: unknown) => onCrash(parts, shellWords([]))(String(error)),
  )
}

function start(parts: ShellParts, room: WaitingRoom): void {
  const { logger, clock } = parts
  const words = shellWords(app.getPreferredSystemLanguages())
  const developing = !app.isPackaged
  const dataDir = app.getPath('userData')
  parts.logsIn(app.getPath('logs'))
  const crash = onCrash(parts, words)
  process.on('uncaughtException', (error) => crash(error.stack ?? String(error)))

  const engine = parts.startEngine({
    dataDir,
    version: app.getVersion(),
    systemProxies: (addresses) =>
      systemProxies(addresses, {
        resolve: (address) => session.defaultSession.resolveProxy(address),
        clock,
        logger,
      }),
    onCrash: crash,
  })
  const shutdown = createShutdown({
    stop: async () => {
      for (const window of BrowserWindow.getAllWindows()) window.hide()
      const started = await engine
      return started.ok ? started.value.stop() : { trades: 0, unwritten: 0 }
    },
    exit: (code) => app.exit(code),
    clock,
    logger,
    deadlineMs: STOP_DEADLINE_MS,
  })
  const closing = closeToTray(words, dataDir, clock)
  leaveOnRequest(shutdown, closing)

  denyPermissions(session.defaultSession, logger)
  serveApp(parts.pages, logger)
  setMenu({
    platform: process.platform,
    app: app.getName(),
    words,
    developing,
    openData: () => void shell.openPath(dataDir),
  })
  const { preload } = parts
  const window = openWindow({
    start: startFor(parts),
    preload,
    words,
    developing,
    clock,
    logger,
    quit: () => app.quit(),
  })
  window.on('close', (event) => closing.closing(event))
  const open = (hash?: string): void => {
    if (window.isDestroyed()) return
    if (hash !== undefined) void window.loadURL(`${startFor(parts)}${hash}`).catch(() => {})
    focusWindow(window)
  }
  engine.then(
    (started) => {
      if (started.ok) {
        room.open((port) => started.value.attach(port))
        liveInTray(parts, words, started.value, open)
        wakeWithTheMachine(started.value, logger)
      } else failToStart(logger, words, started.failure.message)
    },
    (error: unknown) => crash(String(error)),
  )
}

/** The close button hides the window; that recording goes on is told once in the life of a data folder. */
function closeToTray(words: ShellWords, dataDir: string, { after }: Clock): CloseToTray {
  const mark = join(dataDir, 'told-of-tray')
  return new CloseToTray({
    wasTold: () => existsSync(mark),
    rememberTold: () => {
      try {
        writeFileSync(mark, '')
      } catch {
        // It is told once more at the next start.
      }
    },
    // The window is hidden by then.
    tell: () =>
      void after(0, () => {
        void dialog.showMessageBox({
          type: 'info',
          message: words.stillRuns,
          detail: words.stillRunsDetail,
          buttons: [words.ok],
        })
      }),
    hide: () => {
      for (const window of BrowserWindow.getAllWindows()) window.hide()
    },
  })
}

function liveInTray(
  { trayIcons, clock, logger }: ShellParts,
  words: ShellWords,
  engine: EngineHost,
  open: (hash?: string) => void,
): void {
  const languages = app.getPreferredSystemLanguages()
  const format = new Intl.DateTimeFormat(languages, { dateStyle: 'short', timeStyle: 'medium' })
  new Background({
    desktop: systemDesktop(trayIcons, () => open(), logger),
    attach: (port) => engine.attach(port),
    ...{ words, clock, logger, open },
    app: app.getName(),
    preciseNow: () => performance.timeOrigin + performance.now(),
    timeOf: (at) => format.format(at),
    quit: () => app.quit(),
  }).start()
}

/** Every way in which a person or the system asks the app to end leads through one door. */
function leaveOnRequest(shutdown: (code: number, why: string) => void, closing: CloseToTray): void {
  app.on('window-all-closed', () => app.quit())
  app.on('before-quit', (event) => {
    closing.leave()
    event.preventDefault() // the process ends when the engine has written everything
    shutdown(0, 'quit')
  })
  // Linux and macOS say so and wait a little; Windows tells the windows (window.ts).
  powerMonitor.on('shutdown', (event?: Event) => {
    event?.preventDefault()
    app.quit()
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => shutdown(0, signal))
}

/**
 * The feeds notice a sleep by their own ticks; the system's word is only quicker. Unlocking the
 * screen may be the first sign of a machine whose network slept (macOS and Windows say so).
 */
function wakeWithTheMachine(engine: EngineHost, logger: Logger): void {
  const wake = (why: string) => (): void => {
    logger.info('machine-woke', { why })
    engine.wake()
  }
  powerMonitor.on('resume', wake('resume'))
  powerMonitor.on('unlock-screen', wake('unlock-screen'))
}

/**
 * The engine, or this process, broke: nothing more can be written, so nothing is waited for. What
 * breaks while the person reads the message is logged only.
 */
function onCrash({ logger }: ShellParts, words: ShellWords): (message: string) => void {
  let told = false
  return (message) => {
    logger.error('crashed', { message })
    if (told) return
    told = true
    dialog.showErrorBox(words.engineCrashed, `${words.engineCrashedDetail}\n\n${message}`)
    app.exit(1)
  }
}

function failToStart(logger: Logger, words: ShellWords, message: string): void {
  logger.error('engine-not-started', { message })
  dialog.showErrorBox(words.engineFailed, message)
  app.exit(1)
}

const startFor = ({ pageServer }: ShellParts): string =>
  pageServer !== undefined && !app.isPackaged ? pageServer : APP_START

const originFor = (parts: ShellParts): string => originOf(startFor(parts)) ?? APP_ORIGIN

/** For a command line or a configuration that cannot be obeyed: says why and ends with 2. */
export function refuseToStart(message: string, logger: Logger): void {
  logger.error('not-started', { message })
  dialog.showErrorBox(shellWords([app.getLocale()]).configFailed, message)
  app.exit(2)
}
