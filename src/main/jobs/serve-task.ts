import { setPriority } from 'node:os'
import { fail, type Outcome } from '../../shared/domain/outcome.ts'
import { type Envelope, WorkerLine } from './line.ts'
import { type Handlers, type JobContext, Stopped, type Task } from './task.ts'

/** Steps behind the ingest for the scheduler, of 19. */
const NICE = 10

/**
 * Node cannot lower one thread. Linux can: there this call changes the calling thread alone, which the
 * ingest must not be. Elsewhere it would change the whole process, so jobs run like all other threads
 * and only their number is held down.
 */
export function stepBack(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(0, NICE)
  } catch {
    // A sandbox may forbid it; the task is done all the same.
  }
}

/** Makes the function that the pool calls in a worker, once a task. It never throws. */
export const serveTask =
  (handlers: Handlers) =>
  async (envelope: Envelope): Promise<Outcome<unknown>> => {
    const line = new WorkerLine(envelope)
    try {
      // Nothing of a task that nobody waits for is begun.
      line.check()
      const result = await handle(handlers, envelope.task, line)
      if (result.ok) line.flush()
      return result
    } catch (error) {
      if (error instanceof Stopped) return fail('cancelled', error.message)
      return fail('internal', error instanceof Error ? error.message : String(error))
    } finally {
      envelope.port.close()
    }
  }

function handle(
  handlers: Handlers,
  task: Task,
  context: JobContext,
): Outcome<unknown> | Promise<Outcome<unknown>> {
  switch (task.t) {
    case 'export':
      return handlers.export(task, context)
    case 'sql':
      return handlers.sql(task, context)
    case 'verify':
      return handlers.verify(task, context)
    case 'replay':
      return handlers.replay(task, context)
    case 'rehearse':
      return handlers.rehearse(task, context)
    case 'evaluate':
      return handlers.evaluate(task, context)
    case 'query':
      return handlers.query(task, context)
    case 'check':
      return handlers.check(task, context)
    case 'markets':
      return handlers.markets(task, context)
    case 'import':
      return handlers.import(task, context)
  }
}
