import { type Outcome, ok } from '../../shared/domain/outcome.ts'
import { evaluateStretch } from '../pipeline/alerts/stretch.ts'
import type { TapeReader } from '../store/store.ts'
import type { EvaluateTask, JobContext, TaskResults } from './task.ts'

/** Evaluates alerts over a stretch of the tape: after a restart, or when what was missed has come. */
export function runEvaluate(
  task: EvaluateTask,
  context: JobContext,
  openReader: (path: string) => Outcome<TapeReader>,
): Outcome<TaskResults['evaluate']> {
  const reader = openReader(task.path)
  if (!reader.ok) return reader
  try {
    return ok(
      evaluateStretch(reader.value, task.request, (trades) => {
        context.check()
        context.progress('alerts', trades)
      }),
    )
  } finally {
    reader.value.close()
  }
}
