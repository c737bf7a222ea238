import { type Outcome, ok } from '../../shared/domain/outcome.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type { SqlReader } from '../store/sql-reader.ts'
import type { TapeReader } from '../store/store.ts'
import type { TapeFault } from '../store/tape-verifier.ts'
import { type Finding, verifyTape } from '../store/verify.ts'
import type { JobContext, TaskResults, VerifyTask } from './task.ts'

/**
 * Holds a tape against itself; a line of text to the caller for each finding. Where a repair is asked for, it
 * comes first, with a line for each part that was put aside.
 */
export function runVerify(
  task: VerifyTask,
  context: JobContext,
  openReader: (path: string) => Outcome<TapeReader>,
  openSql: (path: string) => Outcome<SqlReader>,
  repair: (path: string, now: EpochMs) => Outcome<readonly TapeFault[]>,
): Outcome<TaskResults['verify']> {
  const repaired = task.repair ? putAside(task, context, repair) : ok(undefined)
  if (!repaired.ok) return repaired
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
      if (next.done === true)
        return ok({
          ...next.value,
          findings,
          ...(repaired.value !== undefined && { repaired: repaired.value }),
        })
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

function putAside(
  { path, json, now }: VerifyTask,
  context: JobContext,
  repair: (path: string, now: EpochMs) => Outcome<readonly TapeFault[]>,
): Outcome<number> {
  context.progress('repair', 0)
  const faults = repair(path, epochMs(now))
  if (!faults.ok) return faults
  for (const { in: place, id, market, from, to, trades, reason } of faults.value)
    context.write(
      json
        ? `${JSON.stringify({ repaired: place, id, market, from, to, trades, reason })}\n`
        : `put aside ${place} ${id}${market === null ? '' : ` of ${market}`}, ${trades} trades ` +
            `${new Date(from).toISOString()} to ${new Date(to).toISOString()}: ${reason}\n`,
    )
  return ok(faults.value.length)
}

const jsonLine = ({ kind, market, at, message }: Finding): string =>
  JSON.stringify({ finding: kind, market, at, message })

function plainLine({ kind, market, at, message }: Finding): string {
  const where = [market, at === null ? null : new Date(at).toISOString()]
  return [kind, ...where.filter((part) => part !== null)].join(' ').concat(`: ${message}`)
}
