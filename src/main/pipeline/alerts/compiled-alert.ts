import { parseCondition } from '../../../shared/alerts/parse.ts'
import { printCondition } from '../../../shared/alerts/print.ts'
import type { ExpressionProblem } from '../../../shared/alerts/problem.ts'
import type { Alert, AlertId, Condition, Schedule } from '../../../shared/domain/alert.ts'
import { marketsOf } from '../../../shared/domain/alert.ts'
import { isZone } from './schedule.ts'

/** An alert that the evaluator can take: its text was read and its figures make sense. */
export interface CompiledAlert {
  readonly id: AlertId
  readonly condition: Condition
  /** Canonical text of the condition. */
  readonly text: string
  readonly hysteresis: number
  readonly cooldownMs: number
  readonly rearm: 'auto' | 'once'
  readonly schedule: Schedule | null
  readonly expiresAt: number | null
  /**
   * Judged at each trade of its one market. Otherwise at the end of each instant: it looks at several
   * markets, at the clock, or at what is told from outside.
   */
  readonly isPerTrade: boolean
}

export type Compilation =
  | { readonly ok: true; readonly value: CompiledAlert }
  | { readonly ok: false; readonly problem: ExpressionProblem | FieldProblem }

/** What is wrong with an alert beside its expression. */
export interface FieldProblem {
  readonly code: 'field'
  readonly field: 'cooldownMs' | 'hysteresis' | 'schedule'
  readonly message: string
}

/** Reads an alert's expression and checks its other fields. Whether its markets exist is not asked. */
export function compileAlert(alert: Alert): Compilation {
  const parsed = parseCondition(alert.expr)
  if (!parsed.ok) return parsed
  const fault = fieldFault(alert)
  if (fault !== null) return { ok: false, problem: fault }
  const { condition } = parsed
  return {
    ok: true,
    value: {
      id: alert.id,
      condition,
      text: printCondition(condition),
      hysteresis: alert.hysteresis ?? 0,
      cooldownMs: alert.cooldownMs,
      rearm: alert.rearm,
      schedule: alert.schedule ?? null,
      expiresAt: alert.expiresAt,
      isPerTrade: marketsOf(condition).length === 1 && isOfTrades(condition),
    },
  }
}

function fieldFault({ cooldownMs, hysteresis = 0, schedule }: Alert): FieldProblem | null {
  const fault = (field: FieldProblem['field'], message: string): FieldProblem => ({
    code: 'field',
    field,
    message,
  })
  if (!(cooldownMs >= 0 && Number.isFinite(cooldownMs)))
    return fault('cooldownMs', 'a cooldown is 0 or more milliseconds')
  if (!(hysteresis >= 0 && hysteresis <= 1))
    return fault('hysteresis', 'hysteresis is a share of the threshold, from 0 to 1')
  if (schedule === undefined) return null
  const { days, from, to, zone } = schedule
  const isMinute = (minute: number): boolean =>
    Number.isInteger(minute) && minute >= 0 && minute < 1_440
  if (days.length === 0 || !days.every((day) => Number.isInteger(day) && day >= 0 && day <= 6))
    return fault('schedule', 'a schedule names at least one day, 0 (Sunday) to 6')
  if (!isMinute(from) || !isMinute(to))
    return fault('schedule', 'from and to are minutes after midnight, 0 to 1439')
  return isZone(zone) ? null : fault('schedule', `there is no time zone ${zone}`)
}

/** Whether trades alone can change a condition. */
function isOfTrades(condition: Condition): boolean {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.every(isOfTrades)
    case 'compare':
      return !['spread', 'latency', 'stale', 'silent'].includes(condition.measure.of)
    default:
      return false
  }
}
