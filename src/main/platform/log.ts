import type { LogFields, Logger } from '../ports.ts'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LEVELS)[number]

/** A logger that writes one JSON object a line through `write` (without the newline). */
export function createLogger(least: LogLevel, write: (line: string) => void): Logger {
  const at =
    (level: LogLevel) =>
    (event: string, fields?: LogFields): void => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return
      write(JSON.stringify({ time: new Date().toISOString(), level, event, ...fields }))
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
