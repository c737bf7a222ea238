import fc from 'fast-check'
import {
  type CompiledAlert,
  compileAlert,
} from '../../../../src/main/pipeline/alerts/compiled-alert.ts'
import type { Alert, AlertId } from '../../../../src/shared/domain/alert.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { BTC, ETH } from '../../store/store-kit.ts'

export const alertOf = (expr: string, fields: Partial<Alert> = {}): Alert => ({
  ...{ id: expr as AlertId, name: expr, expr, severity: 'info', cooldownMs: 0, rearm: 'auto' },
  ...{ expiresAt: null, armed: true, createdAt: epochMs(0) },
  ...fields,
})

export function compiled(expr: string, fields: Partial<Alert> = {}): CompiledAlert {
  const compilation = compileAlert(alertOf(expr, fields))
  if (!compilation.ok) throw new Error(`${expr}: ${compilation.problem.message}`)
  return compilation.value
}

/** Judged at each trade of their market. */
export const PER_TRADE = [
  `${BTC} price > 500`,
  `${BTC} price crosses 400`,
  `${BTC} move 30s > 5%`,
  `${BTC} volume 20s > 4`,
  `${BTC} trade size > 8`,
  `${ETH} imbalance 30s < -0.2`,
  `${ETH} rsi(2, 10s) < 40`,
  `${ETH} price < 300 and ${ETH} cvd 1m > 1`,
] as const
/** Judged by instants. */
export const BY_INSTANT = [
  `${BTC} stale > 15s`,
  `${ETH} silent > 25s`,
  `${BTC} latency > 400ms`,
  `${BTC} gap`,
  `spread(${BTC}, ${ETH}) beyond 20%`,
  `${BTC} price > 200 and ${ETH} stale > 10s`,
] as const

/** Some alerts, each once; with a cooldown or none. */
export const anyAlerts: fc.Arbitrary<CompiledAlert[]> = fc
  .tuple(
    fc
      .constantFrom<readonly string[]>(PER_TRADE, [...PER_TRADE, ...BY_INSTANT])
      .chain((texts) => fc.subarray([...texts], { minLength: 1 })),
    fc.constantFrom(0, 45_000),
  )
  .map(([texts, cooldownMs]) => texts.map((text) => compiled(text, { cooldownMs })))
