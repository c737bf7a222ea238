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

/**
 * Fifty on each market, as people arm them: levels and moves that a usual day of that market does not reach, every kind of
 * condition, by itself and combined. They wait; hardly one of them fires.
 */
export const usualExpressions = (): readonly string[] => armedExpressions(wildness)

/** The same at the distances of a calm market, on all of them: wilder ones come near the levels, and reach some. */
export const nearExpressions = (): readonly string[] => armedExpressions(() => 1)

const armedExpressions = (wildOf: typeof wildness): readonly string[] =>
  MARKETS.flatMap((market, i) => {
    const own = MARKET_IDS[i]
    const other = MARKET_IDS[(i + 1) % MARKET_IDS.length]
    const wild = wildOf(market, i)
    const percent = (x: number): string => `${(x * wild).toFixed(2)}%`
    const wilder = Math.max(wild, wildOf(MARKETS[(i + 1) % MARKETS.length] ?? market, i + 1))
    return [
      ...levels(market, wild),
      ...[`move 5m > ${percent(3)}`, `move 5m < ${percent(-3)}`],
      ...[`move 15m beyond ${percent(4)}`, `move 1h beyond ${percent(6)}`],
      ...['volume 1m zscore 1h > 12', 'trades 1m zscore 1h > 12', 'volume 5m > 1000000000000'],
      ...['trades 5m > 1000000', 'trade value > 100000000', 'trade size > 1000000000'],
      ...['imbalance 5m > 0.97', 'imbalance 5m < -0.97', 'cvd 1h beyond 1000000000000'],
      ...['rsi 15m < 5', 'rsi 15m > 95', 'rsi 1m < 2'],
      ...[`deviation sma(20, 5m) beyond ${percent(5)}`, `deviation vwap(1h) beyond ${percent(5)}`],
      ...['stale > 10m', 'silent > 5m', 'latency > 20h', 'gap', 'ai anomaly > 0.8'],
    ]
      .map((text) => `${own} ${text}`)
      .concat(
        `spread(${own}, ${other}) < -99.99999999%`,
        `${own} move 5m > ${percent(2)} and ${own} volume 1m zscore 1h > 8`,
        `${own} move 5m > ${percent(2)} and ${other} move 5m < -${(2 * wilder).toFixed(2)}%`,
        `${own} rsi 15m < 10 or ${own} deviation sma(20, 5m) < ${percent(-4)}`,
        `${own} price < 0.00000001 or ${own} stale > 15m`,
      )
  })

export const usualRules = (): readonly CompiledAlert[] =>
  usualExpressions().map((expr, i) => compiled(expr, String(i)))

/** Made prices walk by ticks, which is nothing to BTC and much to a coin of a dollar; of an hour of the former kind. */
const USUAL_HOUR = 0.003
const TRADES_AN_HOUR = 470_000
/** How many times wilder than usual a made market is: what people arm there lies that much further away. */
function wildness({ ticks }: SyntheticMarket, rank: number): number {
  const weights = MARKETS.map((_, i) => 1 / (i + 1))
  const share = 1 / (rank + 1) / weights.reduce((sum, each) => sum + each, 0)
  // Four of nine trades move the price by a tick.
  const hour = Math.sqrt(share * TRADES_AN_HOUR * (4 / 9)) / ticks
  return Math.max(1, hour / USUAL_HOUR)
}

/** 22 levels from 4 to 14 % away on either side, of a wilder market further. */
function levels({ ticks, priceDecimals }: SyntheticMarket, wild: number): readonly string[] {
  const ops = ['crosses', 'crosses above', '>', '>=']
  return Array.from({ length: 22 }, (_, i) => {
    const away = 1 + (0.04 + (i >> 1) * 0.01) * wild
    const level = Math.round(i % 2 === 0 ? ticks * away : ticks / away) / 10 ** priceDecimals
    const op = ops[i % ops.length] ?? '>'
    return `price ${i % 2 === 0 ? op : op.startsWith('crosses') ? 'crosses below' : '<'} ${level}`
  })
}

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
