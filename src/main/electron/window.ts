import { BrowserWindow, dialog, type WebContents } from 'electron'
import type { Clock, Logger } from '../ports.ts'
import { createCrashPolicy } from './crash-policy.ts'
import type { ShellWords } from './words.ts'

export interface WindowChoices {
  /** Where the page is: `app://tapedeck/index.html`, or the development server. */
  readonly start: string
  /** Absolute path of the built preload script. */
  readonly preload: string
  readonly words: ShellWords
  readonly developing: boolean
  readonly clock: Clock
  readonly logger: Logger
  readonly quit: () => void
}

/** --surface-0 of the page's tokens: what a person sees before the first paint. */
const GROUND = '#090c11'

/**
 * Opens the window: sandboxed, isolated, shown when there is something to see. Its size and place
 * are kept by Electron under its name. A page that crashes is loaded again and says so.
 */
export function openWindow(choices: WindowChoices): BrowserWindow {
  const window = new BrowserWindow({
    name: 'main',
    windowStatePersistence: true,
    title: 'Tapedeck',
    width: 1440,
    height: 900,
    minWidth: 880,
    minHeight: 560,
    backgroundColor: GROUND,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: choices.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      devTools: choices.developing,
    },
  })
  window.once('ready-to-show', () => window.show())
  window.on('page-title-updated', (event) => event.preventDefault())
  follow(window, choices)
  load(window, choices)
  return window
}

/** Brings a window in front of the person, wherever it is. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** Is this the page of a window that is open now? */
export const isOpenWindow = (contents: WebContents): boolean =>
  BrowserWindow.fromWebContents(contents) !== null

function load(window: BrowserWindow, { start, logger }: WindowChoices): void {
  window.loadURL(start).catch((error: unknown) => {
    if (window.isDestroyed()) return
    logger.error('page-not-loaded', { message: String(error) })
    window.show() // an empty window tells more than none
  })
}

function follow(window: BrowserWindow, choices: WindowChoices): void {
  const { words, clock, logger, quit } = choices
  const { webContents } = window
  const judge = createCrashPolicy()
  window.on('session-end', () => quit())
  webContents.on('preload-error', (_event, _path, error) => {
    logger.error('preload-failed', { message: String(error) })
  })
  webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    logger.error('page-crashed', { reason, exitCode })
    if (judge(clock.monotonic()) === 'reload') {
      webContents.reload()
      tell(window, words)
    } else {
      ask(window, words, (again) => (again ? webContents.reload() : quit()))
    }
  })
}

function tell(window: BrowserWindow, words: ShellWords): void {
  void dialog.showMessageBox(window, {
    type: 'warning',
    message: words.pageCrashed,
    detail: words.pageCrashedDetail,
    buttons: [words.ok],
  })
}

function ask(window: BrowserWindow, words: ShellWords, answer: (again: boolean) => void): void {
  void dialog
    .showMessageBox(window, {
      type: 'error',
      message: words.pageKeepsCrashing,
      detail: words.pageKeepsCrashingDetail,
      buttons: [words.tryAgain, words.quitShort],
      defaultId: 0,
      cancelId: 0,
    })
    .then(({ response }) => answer(response === 0))
}
