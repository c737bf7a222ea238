import type { Alert } from '../../shared/domain/alert.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { type CompiledAlert, compileAlert } from '../pipeline/alerts/compiled-alert.ts'

/** Alerts ready to be evaluated; fails with `invalid` for the first that cannot be read. */
export function compiledAlerts(alerts: readonly Alert[]): Outcome<readonly CompiledAlert[]> {
  const compiled: CompiledAlert[] = []
  for (const alert of alerts) {
    const compilation = compileAlert(alert)
    if (!compilation.ok) return fail('invalid', `${alert.expr}: ${compilation.problem.message}`)
    compiled.push(compilation.value)
  }
  return ok(compiled)
}
