import type { Jobs } from '../../../src/main/jobs/jobs.ts'
import { runCheck } from '../../../src/main/jobs/run-check.ts'
import { runEvaluate } from '../../../src/main/jobs/run-evaluate.ts'
import { runExport } from '../../../src/main/jobs/run-export.ts'
import { runImport } from '../../../src/main/jobs/run-import.ts'
import { runMarkets } from '../../../src/main/jobs/run-markets.ts'
import { runQuery } from '../../../src/main/jobs/run-query.ts'
import { runRehearse } from '../../../src/main/jobs/run-rehearse.ts'
import { runReplay } from '../../../src/main/jobs/run-replay.ts'
import { runSql } from '../../../src/main/jobs/run-sql.ts'
import { runVerify } from '../../../src/main/jobs/run-verify.ts'
import type { RunOptions } from '../../../src/main/jobs/running-task.ts'
import { type JobContext, type ResultOf, Stopped, type Task } from '../../../src/main/jobs/task.ts'
import { repairTape } from '../../../src/main/store/repair.ts'
import { openSql } from '../../../src/main/store/sql-reader.ts'
import type { TapeReader } from '../../../src/main/store/store.ts'
import { fail, type Outcome } from '../../../src/shared/domain/outcome.ts'

/** Does tasks in this thread with the code of the workers, on a tape that a test hands in. */
export function inlineJobs(openReader: (path: string) => Outcome<TapeReader>): Jobs {
  const perform = (
    task: Task,
    context: JobContext,
  ): Outcome<unknown> | Promise<Outcome<unknown>> => {
    if (task.t === 'export') return runExport(task, context, openReader)
    if (task.t === 'sql') return runSql(task, context, openSql)
    if (task.t === 'replay') return runReplay(task, context, openReader)
    if (task.t === 'rehearse') return runRehearse(task, context, openReader)
    if (task.t === 'evaluate') return runEvaluate(task, context, openReader)
    if (task.t === 'query') return runQuery(task, context, openReader)
    if (task.t === 'import') return runImport(task, context)
    if (task.t === 'check') return runCheck(task, context)
    if (task.t === 'markets') return runMarkets(task, context, openReader)
    return runVerify(task, context, openReader, openSql, repairTape)
  }
  return {
    run: async <T extends Task>(task: T, options: RunOptions = {}) => {
      try {
        return (await perform(task, inlineContext(options))) as Outcome<ResultOf<T>>
      } catch (error) {
        if (error instanceof Stopped) return fail('cancelled', error.message)
        return fail('internal', error instanceof Error ? error.message : String(error))
      }
    },
    close: async () => ({ stuck: 0 }),
  }
}

function inlineContext({ signal, onProgress, onText }: RunOptions): JobContext {
  const check = (): void => {
    if (signal?.aborted === true) throw new Stopped('asked to end')
  }
  return {
    check,
    progress: (step, done, more) => onProgress?.({ step, done, ...more }),
    write: (text) => {
      check()
      void onText?.(text)
      return true
    },
  }
}
