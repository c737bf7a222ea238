import type { TapeSource } from '../http/api.ts'
import type { TapeQuestion } from '../http/api-question.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { MarketsTask, QueryTask } from '../jobs/task.ts'
import type { Clock } from '../ports.ts'

/** Most work for one answer, ms; waiting for who reads it does not count. */
const DEADLINE_MS = 120_000

/** Answers programs from the tape at `path()`, in the threads of `jobs`. */
export function tapeSource(jobs: Jobs, path: () => string, clock: Clock): TapeSource {
  return {
    answer: (question, signal, onText) =>
      jobs.run(taskOf(question, path(), clock.now()), { signal, onText, deadlineMs: DEADLINE_MS }),
  }
}

function taskOf(question: TapeQuestion, path: string, now: number): QueryTask | MarketsTask {
  return question.what === 'markets'
    ? { t: 'markets', path }
    : { t: 'query', path, now, ...question }
}
