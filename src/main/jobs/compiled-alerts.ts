import { type Alert, marketsOf } from '../../shared/domain/alert.ts'
import type { MarketId } from '../../shared/domain/market.ts'
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

/** Alerts all of whose markets are played: of another it would seem that nothing came. */
export function playableAlerts(
  alerts: readonly Alert[],
  markets: readonly MarketId[],
): readonly Alert[] {
  const played = new Set(markets)
  return alerts.filter((alert) => {
    const compiled = compiledAlerts([alert])
    const own = compiled.ok ? compiled.value.flatMap((one) => marketsOf(one.condition)) : []
    return own.length > 0 && own.every((market) => played.has(market))
  })
}
