import { AlertEvaluator } from '../alerts/alert-evaluator.ts'
import type { CompiledAlert } from '../alerts/compiled-alert.ts'
import type { CreateEvaluator } from './evaluator.ts'

/** The evaluator of live alerts for a replay; it knows nothing at the start, and after each seek. */
export const alertEvaluation =
  (alerts: readonly CompiledAlert[]): CreateEvaluator =>
  (fired) =>
    new AlertEvaluator(alerts, fired)
