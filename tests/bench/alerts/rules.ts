import {
  type CompiledAlert,
  compileAlert,
} from '../../../src/main/pipeline/alerts/compiled-alert.ts'
import type { AlertId } from '../../../src/shared/domain/alert.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { MARKETS, type SyntheticMarket } from '../harness/synthetic.ts'

/** The made markets by their names. */
export const MARKET_IDS: readonly MarketId[] = MARKETS.map(
  ({ base, quote }) => `binance:${base}-${quote}` as MarketId,
)

/**
 * Fifty rules on each market: thirty prices up to 3 % away, and twenty on seven kinds of windows, each
 * asked with several thresholds. With a cooldown, as people set it.
 */
export const thousandRules = (): readonly CompiledAlert[] =>
  thousandExpressions().map((expr, i) => compiled(expr, String(i)))

export const thousandExpressions = (): readonly string[] =>
  MARKETS.flatMap((market, i) =>
    [...prices(market), ...windows()].map((text) => `${MARKET_IDS[i]} ${text}`),
  )

function prices({ ticks, priceDecimals }: SyntheticMarket): readonly string[] {
  const ops = ['crosses', 'crosses above', 'crosses below', '>', '<']
  return Array.from({ length: 30 }, (_, i) => {
    const away = ((i - 14.5) / 14.5) * 0.03
    const level = Math.round(ticks * (1 + away)) / 10 ** priceDecimals
    return `price ${ops[i % ops.length]} ${level}`
  })
}

const windows = (): readonly string[] => [
  ...['0.5%', '1%', '2%'].map((x) => `move 5m > ${x}`),
  ...['-0.5%', '-1%', '-2%'].map((x) => `move 5m < ${x}`),
  ...['4', '6', '8'].map((x) => `volume 1m zscore 1h > ${x}`),
  ...['200000', '1000000', '5000000'].map((x) => `trade value > ${x}`),
  ...['-0.9', '-0.95'].map((x) => `imbalance 1m < ${x}`),
  ...['20', '25', '30'].map((x) => `rsi 1m < ${x}`),
  ...['1%', '2%'].map((x) => `deviation sma(20, 1m) > ${x}`),
  'cvd 5m > 1000000000',
]

const SINGLE: Readonly<Record<string, string>> = {
  price: 'price crosses 91200',
  move: 'move 5m > 1%',
  rsi: 'rsi 1m < 30',
  zscore: 'volume 1m zscore 1h > 3',
}

/** The one rule of a rehearsal. */
export const singleRule = (kind: string): CompiledAlert =>
  compiled(`${MARKET_IDS[0]} ${SINGLE[kind]}`, kind)

function compiled(expr: string, id: string): CompiledAlert {
  const compilation = compileAlert({
    id: id as AlertId,
    name: '',
    expr,
    severity: 'info',
    cooldownMs: 60_000,
    rearm: 'auto',
    expiresAt: null,
    armed: true,
    createdAt: epochMs(0),
  })
  if (!compilation.ok) throw new Error(`${expr}: ${compilation.problem.message}`)
  return compilation.value
}
