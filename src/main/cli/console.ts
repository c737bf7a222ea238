import type { Writable } from 'node:stream'
import { createLogger, type LogLevel } from '../platform/log.ts'
import type { Clock, Logger } from '../ports.ts'

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'
export type Terminal = Writable & { readonly isTTY?: boolean }

/** What of the process a command may touch; a test gives its own. */
export interface Streams {
  readonly stdout: Terminal
  readonly stderr: Terminal
  /** Calls back at each signal that asks the process to end; returns what stops listening. */
  readonly onSignal: (listener: (signal: StopSignal) => void) => () => void
  /** Ends the process now, without waiting for anything. */
  readonly kill: (code: number) => void
  readonly clock: Clock
}

/** The process as a command sees it. */
export interface Console extends Streams {
  /** One JSON line on stdout. */
  print(line: object): void
  /** One plain line on stderr, for people. */
  say(text: string): void
  /** A line that is JSON already, on stderr. */
  logLine(line: string): void
  /** JSON lines on stderr. */
  logger(least: LogLevel): Logger
}

export function createConsole(streams: Streams): Console {
  const say = (text: string): void => {
    streams.stderr.write(`${text}\n`)
  }
  return {
    ...streams,
    print: (line) => {
      streams.stdout.write(`${JSON.stringify(line)}\n`)
    },
    say,
    logLine: say,
    logger: (least) => createLogger(least, say),
  }
}

/** Exit code of a process that a signal ended, by the shells' custom. */
export const signalCode = (signal: StopSignal): number =>
  ({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 })[signal]

/**
 * Listens for the request to stop. Ctrl+C reaches a program by several roads at once (its terminal,
 * its launcher, npm), so only a signal that comes `SAME_PRESS_MS` after the first is a second one.
 */
export function listenForStop(
  { onSignal, clock }: Pick<Console, 'onSignal' | 'clock'>,
  first: (signal: StopSignal) => void,
  second: (signal: StopSignal) => void,
): () => void {
  let firstAt: number | null = null
  return onSignal((signal) => {
    if (firstAt === null) {
      firstAt = clock.monotonic()
      first(signal)
    } else if (clock.monotonic() - firstAt >= SAME_PRESS_MS) second(signal)
  })
}

const SAME_PRESS_MS = 300

/** Whether the process was asked to stop, for work that looks between two steps. */
export interface Stop {
  signal(): StopSignal | null
  end(): void
}

/** The first signal is remembered, a second one ends the process. */
export function watchStop(console: Console): Stop {
  let signal: StopSignal | null = null
  const first = (given: StopSignal): void => {
    signal = given
  }
  const end = listenForStop(console, first, (second) => console.kill(signalCode(second)))
  return { signal: () => signal, end }
}
