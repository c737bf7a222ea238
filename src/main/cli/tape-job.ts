import type { Outcome } from '../../shared/domain/outcome.ts'
import type { RunOptions } from '../jobs/running-task.ts'
import type { ResultOf, Task } from '../jobs/task.ts'
import { createLogger } from '../platform/log.ts'
import type { Rooms } from './command.ts'
import { type Console, listenForStop, type StopSignal, signalCode } from './console.ts'
import { createProgress } from './progress.ts'
import { type Sink, streamSink } from './sinks.ts'

/** What a log would say is said by the outcome. */
const QUIET = createLogger('error', () => {})

export interface JobRun<T extends Task> {
  readonly outcome: Outcome<ResultOf<T>>
  /** The signal that broke it off, if one came before its end. */
  readonly signal: StopSignal | null
  /** Ends the command: the exit code, at once when a thread cannot be ended. */
  readonly end: (code: number) => Promise<number>
}

/**
 * Runs one task in a thread, its text to stdout. A signal cancels it, a second one ends the process.
 * Call `end` when everything is said.
 */
export async function runTapeJob<T extends Task>(
  task: T,
  console: Console,
  rooms: Rooms,
  options: Pick<RunOptions, 'deadlineMs'> & { readonly unit?: string } = {},
): Promise<JobRun<T>> {
  const cancel = new AbortController()
  let signal: StopSignal | null = null
  const forget = listenForStop(
    console,
    (given) => {
      signal = given
      cancel.abort()
    },
    (second) => console.kill(signalCode(second)),
  )
  const createJobs = await rooms.startJobs()
  const jobs = createJobs({ workers: 1, log: QUIET, clock: console.clock })
  const progress = createProgress(console, options.unit)
  const sink: Sink = streamSink(console.stdout)
  const outcome = await jobs.run(task, {
    ...(options.deadlineMs !== undefined && { deadlineMs: options.deadlineMs }),
    signal: cancel.signal,
    onProgress: ({ done }) => progress.at(done),
    onText: (text) => sink.write(text),
  })
  progress.end()
  await sink.finish()
  const { stuck } = await jobs.close()
  return {
    outcome,
    signal: outcome.ok ? null : signal,
    end: async (code) => {
      forget()
      if (stuck > 0) console.kill(code)
      return code
    },
  }
}
