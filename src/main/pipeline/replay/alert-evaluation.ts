import { AlertEvaluator } from '../alerts/alert-evaluator.ts'
import type { CompiledAlert } from '../alerts/compiled-alert.ts'
import { reachOf } from '../alerts/reach.ts'
import type { CreateEvaluator } from './evaluator.ts'

/**
 * The evaluator of live alerts for a replay. Its windows know what came before: it is warmed up with alerts that nothing
 * holds back, so that no cooldown runs and no single firing is spent at the start.
 */
export const alertEvaluation =
  (alerts: readonly CompiledAlert[]): CreateEvaluator =>
  (fired, warmUp) => {
    if (alerts.length === 0) return new AlertEvaluator(alerts, fired)
    const early = new AlertEvaluator(alerts.map(unheld), () => {})
    warmUp(early, Math.max(...alerts.map(({ condition }) => reachOf(condition))))
    return AlertEvaluator.restore(alerts, fired, early.save())
  }

const unheld = (alert: CompiledAlert): CompiledAlert => ({
  ...alert,
  ...{ cooldownMs: 0, rearm: 'auto', schedule: null, expiresAt: null },
})
