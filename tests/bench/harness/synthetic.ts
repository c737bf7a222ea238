/** What the made trades look like; times in ms since the first one. */
export interface SyntheticTrade {
  /** Index into MARKETS. */
  readonly market: number
  /** Counts up by one in each market. */
  readonly id: number
  /** In steps of the market's price. */
  readonly ticks: number
  /** In steps of the market's quantity. */
  readonly lots: number
  readonly buy: boolean
  readonly time: number
  /** Same market, same millisecond, same taker as the trade before. */
  readonly burst: boolean
}

export interface SyntheticMarket {
  readonly base: string
  readonly quote: string
  readonly priceDecimals: number
  readonly lotDecimals: number
  /** First price, in ticks. */
  readonly ticks: number
  readonly firstId: number
}

const market = (
  base: string,
  priceDecimals: number,
  lotDecimals: number,
  price: number,
  i: number,
) => ({
  base,
  quote: 'USDT',
  priceDecimals,
  lotDecimals,
  ticks: Math.round(price * 10 ** priceDecimals),
  firstId: 5_341_000_000 - i * 230_000_000,
})

const LIST: readonly (readonly [string, number, number, number])[] = [
  ['BTC', 2, 5, 91_154.12],
  ['ETH', 2, 4, 3_120.55],
  ['SOL', 2, 3, 142.31],
  ['XRP', 4, 1, 2.1734],
  ['DOGE', 5, 0, 0.15873],
  ['ADA', 4, 1, 0.4312],
  ['LINK', 2, 2, 13.71],
  ['AVAX', 2, 2, 14.52],
  ['LTC', 2, 3, 84.43],
  ['TON', 3, 2, 1.587],
  ['DOT', 3, 2, 2.341],
  ['BNB', 2, 3, 893.1],
  ['TRX', 4, 1, 0.2764],
  ['UNI', 3, 2, 6.121],
  ['ATOM', 3, 2, 2.471],
  ['ETC', 2, 2, 13.66],
  ['FIL', 3, 2, 1.611],
  ['APT', 3, 2, 2.281],
  ['ARB', 4, 1, 0.2105],
  ['NEAR', 3, 1, 1.864],
]

export const MARKETS: readonly SyntheticMarket[] = LIST.map(([base, price, lot, at], i) =>
  market(base, price, lot, at, i),
)

/** One taker order goes on to the next match with this chance: 1.82 matches an order. */
const GOES_ON = 0.45
/** Another order in the same millisecond: with the above, 55 % of trades share it with the one before. */
const SAME_MS = 0.18
const SEED = 42

/** Uniform in [0, 1), the same numbers each time (mulberry32). */
export function drawFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface SyntheticOptions {
  readonly seed?: number
  /** Times of the pauses between orders: 1 is a busy moment (1,500 trades/s), 11 a usual hour (130/s). */
  readonly stretch?: number
}

/**
 * Trades of 20 markets whose volume falls as 1/rank, in bursts of one taker's matches, with
 * contiguous ids, prices that walk by ticks, quantities half round and half noise.
 */
export function* synthetic(
  count: number,
  { seed = SEED, stretch = 1 }: SyntheticOptions = {},
): Generator<SyntheticTrade> {
  const random = drawFrom(seed)
  const weights = MARKETS.map((_, rank) => 1 / (rank + 1))
  const sum = weights.reduce((a, b) => a + b, 0)
  const edges = weights.map((_, i) => weights.slice(0, i + 1).reduce((a, b) => a + b, 0) / sum)
  const ids = MARKETS.map(({ firstId }) => firstId)
  const ticks = MARKETS.map((each) => each.ticks)
  let at = { market: 0, buy: true, time: 0 }
  for (let n = 0; n < count; n += 1) {
    const burst = n > 0 && random() < GOES_ON
    if (!burst) {
      const drawn = random()
      const found = edges.findIndex((edge) => drawn < edge)
      const step = random() < SAME_MS ? 0 : 1 + Math.floor(random() * (3 * stretch - 1))
      at = { market: Math.max(0, found), buy: random() < 0.5, time: at.time + step }
    }
    const { market, buy, time } = at
    const moves = random() < (burst ? 0.35 : 0.5)
    ticks[market] = (ticks[market] ?? 1) + (moves ? (buy ? 1 : -1) : 0)
    const id = ids[market] ?? 0
    ids[market] = id + 1
    const lots =
      random() < 0.5 ? 10 * (1 + Math.floor(random() * 100)) : 1 + Math.floor(random() ** 4 * 2e6)
    yield { market, id, ticks: Math.max(1, ticks[market] ?? 1), lots, buy, time, burst }
  }
}

/** `steps` of 10^-`decimals`, with `least` digits behind the point (0: none more than needed). */
export function decimalText(steps: number, decimals: number, least = 0): string {
  const digits = String(steps).padStart(decimals + 1, '0')
  const cut = digits.length - decimals
  const tail = digits.slice(cut).padEnd(least, '0')
  return tail === '' ? digits : `${digits.slice(0, cut)}.${tail}`
}

/** A UUID that tells nothing, as venues give them out. */
export function uuid(random: () => number): string {
  const hex = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')
  const [a, b, c, d] = [hex(), hex(), hex(), hex()]
  return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`
}
