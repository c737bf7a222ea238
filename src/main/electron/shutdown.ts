import type { Clock, Logger } from '../ports.ts'

export interface ShutdownParts {
  /** Stops the engine; resolves when all is written. */
  readonly stop: () => Promise<{ readonly trades: number; readonly unwritten: number }>
  /** Ends the process at once. */
  readonly exit: (code: number) => void
  readonly clock: Pick<Clock, 'after'>
  readonly logger: Logger
  /** Longest wait for `stop`, milliseconds. */
  readonly deadlineMs: number
}

/**
 * The one way out. However often and from wherever it is asked, the engine is stopped once and the
 * process ends once: with `code`, or with 1 when the engine fails to stop, leaves trades unwritten
 * or does not answer before the deadline.
 */
export function createShutdown(parts: ShutdownParts): (code: number, why: string) => void {
  const { stop, exit, clock, logger, deadlineMs } = parts
  let begun = false
  let ended = false
  const end = (code: number): void => {
    if (ended) return
    ended = true
    exit(code)
  }
  return (code, why) => {
    if (begun) return
    begun = true
    logger.info('stopping', { why })
    const cancel = clock.after(deadlineMs, () => {
      logger.error('stop-deadline', { deadlineMs, message: 'The engine did not stop in time.' })
      end(1)
    })
    stop().then(
      ({ trades, unwritten }) => {
        cancel()
        logger.info('stopped', { trades, unwritten })
        end(unwritten > 0 ? 1 : code)
      },
      (error: unknown) => {
        cancel()
        logger.error('stop-failed', { message: String(error) })
        end(1)
      },
    )
  }
}
