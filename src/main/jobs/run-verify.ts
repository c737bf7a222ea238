import { type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { SqlReader } from '../store/sql-reader.ts'
import type { TapeReader } from '../store/store.ts'
import { type Finding, verifyTape } from '../store/verify.ts'
import type { JobContext, TaskResults, VerifyTask } from './task.ts'

/** Holds a tape against itself; a line of text to the caller for each finding. */
export function runVerify(
  task: VerifyTask,
  context: JobContext,
  openReader: (path: string) => Outcome<TapeReader>,
  openSql: (path: string) => Outcome<SqlReader>,
): Outcome<TaskResults['verify']> {
  const reader = openReader(task.path)
  if (!reader.ok) return reader
  const sql = openSql(task.path)
  if (!sql.ok) {
    reader.value.close()
    return sql
  }
  try {
    const steps = verifyTape(reader.value, sql.value, task.now)
    const write = task.json ? jsonLine : plainLine
    let findings = 0
    for (let next = steps.next(); ; next = steps.next()) {
      context.check()
      if (next.done === true) return ok({ ...next.value, findings })
      if (next.value.t === 'progress') context.progress(next.value.step, next.value.done)
      else {
        findings += 1
        context.write(`${write(next.value.finding)}\n`)
      }
    }
  } finally {
    sql.value.close()
    reader.value.close()
  }
}

const jsonLine = ({ kind, market, at, message }: Finding): string =>
  JSON.stringify({ finding: kind, market, at, message })

function plainLine({ kind, market, at, message }: Finding): string {
  const where = [market, at === null ? null : new Date(at).toISOString()]
  return [kind, ...where.filter((part) => part !== null)].join(' ').concat(`: ${message}`)
}
