import { mkdir } from 'node:fs/promises'
import { type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { EngineHost } from '../engine/host.ts'
import type { LogLevel } from '../platform/log.ts'
import type { Logger } from '../ports.ts'
import type { EngineConfig } from '../services/engine-config.ts'
import { UsageError } from './arguments.ts'
import type { Rooms } from './command.ts'
import { type Console, listenForStop, signalCode } from './console.ts'

export interface EngineRun {
  readonly config: EngineConfig
  /** Opens what this command puts around the engine; `ready` is printed then. */
  readonly open: (host: EngineHost) => Promise<Outcome<Opened>>
  /** Stops by itself this long after `ready`, milliseconds; null: not. */
  readonly forMs: number | null
}

export interface Opened {
  readonly ready: object
  readonly close: () => Promise<void>
}

export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/**
 * Runs the engine from `ready` to `stopped`: until a signal, the end of `forMs` or a crash. The
 * first signal stops in good order (clients, sockets, store), the second at once. Resolves with the
 * exit code: 0, or 1 when it did not start, crashed, or could not write every trade.
 */
export async function runEngine(run: EngineRun, console: Console, rooms: Rooms): Promise<number> {
  const log = console.logger(run.config.logLevel)
  const failed = (event: string, message: string): number => {
    log.error(event, { message })
    return 1
  }
  const { ended, end, unlisten } = waitForEnd(console, log)
  try {
    const folder = await makeFolder(run.config.dataDir)
    if (folder !== null) return failed('data-folder', folder)
    const start = await rooms.startEngine()
    const engine = await start({ config: run.config, onLog: console.logLine, onCrash: end })
    if (!engine.ok) return failed('engine-failed', engine.failure.message)
    const opened = await run.open(engine.value)
    if (!opened.ok) {
      await engine.value.stop()
      return failed('serve-failed', opened.failure.message)
    }
    console.print(opened.value.ready)
    const stopTimer = run.forMs === null ? null : console.clock.after(run.forMs, () => end(null))
    const crash = await ended
    stopTimer?.()
    await opened.value.close()
    if (crash !== null) return failed('engine-crashed', crash)
    return await finish(engine.value, console, failed)
  } finally {
    unlisten()
  }
}

/** Settles with null when it is to stop, with what happened when the engine crashed. */
function waitForEnd(console: Console, log: Logger) {
  let end: (crash: string | null) => void = () => {}
  const ended = new Promise<string | null>((resolve) => {
    end = resolve
  })
  const unlisten = listenForStop(
    console,
    (signal) => {
      log.info('stopping', { signal })
      end(null)
    },
    (signal) => {
      log.warn('forced', { signal, message: 'Stopped at once: what waited was not written.' })
      console.kill(signalCode(signal))
    },
  )
  return { ended, end: (crash: string | null) => end(crash), unlisten }
}

async function finish(
  engine: EngineHost,
  console: Console,
  failed: (event: string, message: string) => number,
): Promise<number> {
  const { trades, unwritten } = await engine.stop()
  console.print({ event: 'stopped', trades })
  if (unwritten === 0) return 0
  return failed('trades-not-written', `${unwritten} trades could not be written and are lost.`)
}

/** Makes the data folder; answers with what is wrong, or null. */
async function makeFolder(path: string): Promise<string | null> {
  try {
    await mkdir(path, { recursive: true })
    return null
  } catch (error) {
    return `The data folder ${path} cannot be made: ${error instanceof Error ? error.message : error}`
  }
}

/** A `run.open` for a command without a screen. */
export const openNothing = (ready: object): EngineRun['open'] => {
  const opened: Opened = { ready, close: async () => {} }
  return async () => ok(opened)
}

/** The option that both engine commands share. */
export const logLevelOption = {
  value: 'LEVEL',
  help: `how much to log on stderr: ${LOG_LEVELS.join(', ')} (default info)`,
} as const

/** Reads it. */
export function logLevel(text: string | undefined): LogLevel {
  const found = LOG_LEVELS.find((level) => level === (text ?? 'info'))
  if (found === undefined)
    throw new UsageError(`--log-level ${text} is not known; allowed: ${LOG_LEVELS.join(', ')}`)
  return found
}
