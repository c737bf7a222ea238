import { CandleTable } from '../../../src/main/store/candle-table.ts'
import { openDatabase } from '../../../src/main/store/database.ts'
import { foldRows } from '../../../src/main/store/fold-rows.ts'
import { LedgerTable } from '../../../src/main/store/ledger-table.ts'
import { type MarketRow, MarketTable } from '../../../src/main/store/market-table.ts'
import { sealTrades } from '../../../src/main/store/seal.ts'
import { SegmentTable } from '../../../src/main/store/segment-table.ts'
import type { TapeColumns } from '../../../src/main/store/tape-columns.ts'
import { wholePart } from '../../../src/main/store/tape-rows.ts'
import { type MarketId, marketId, type VenueId } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { endWithParent, say } from '../harness/answers.ts'
import { drawFrom } from '../harness/synthetic.ts'
import { unwrap } from '../tape/store.ts'
import { FROM, type TapePlan, YEAR } from './plan.ts'

// `node build.ts TAPE TRADES [PLAN]`: a tape (of a year, unless planned otherwise), sealed by the store's own code
// without its log: the way through the log is measured elsewhere, and would take half an hour. Bars, hours and days,
// and the ledger as the store writes them.
const [path = '', count = '', plan = JSON.stringify(YEAR)] = process.argv.slice(2)
const { days: DAYS, shares: SHARES } = JSON.parse(plan) as TapePlan
endWithParent()
const CHUNK = 30_000
const DAY = 86_400_000
const [NO_BYTES, NO_ENDS] = [new Uint8Array(0), new Uint32Array(0)]

/** One market's trades: ids count, bursts in one millisecond, prices walk by ticks, quantities half noise. */
class Tape {
  readonly #random: () => number
  readonly #mean: number
  #id = 1_000_000
  #time = FROM
  #ticks = 6_000_000

  constructor(seed: number, trades: number) {
    this.#random = drawFrom(seed)
    // Two of five trades begin a new moment.
    this.#mean = (DAYS * DAY) / trades / 0.4
  }

  next(count: number): TapeColumns {
    const random = this.#random
    const [number, exchangeTime, receiveTime] = [0, 1, 2].map(() => new Float64Array(count)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    const [price, qty] = [new Float64Array(count), new Float64Array(count)]
    const side = new Uint8Array(count)
    for (let row = 0; row < count; row += 1) {
      // Segments of a market share no millisecond.
      const apart = row === 0 ? 1 : 0
      if (apart === 1 || random() < 0.4) {
        this.#time += Math.max(apart, Math.round(-Math.log(1 - random()) * this.#mean))
        this.#ticks += Math.round((random() - 0.5) * 9)
      }
      number[row] = this.#id++
      exchangeTime[row] = this.#time
      receiveTime[row] = this.#time + 20 + Math.floor(random() ** 3 * 80)
      price[row] = this.#ticks
      qty[row] =
        random() < 0.5 ? 1_000 * (1 + Math.floor(random() * 20)) : Math.floor(random() * 90_000)
      side[row] = random() < 0.5 ? 0 : 1
    }
    const scaled = (mantissa: Float64Array, digits: number) => ({
      mantissa,
      scale: new Uint8Array(count).fill(digits),
      texts: new Map<number, string>(),
    })
    return {
      count,
      id: { number, bytes: NO_BYTES, end: NO_ENDS },
      price: scaled(price, 2),
      qty: scaled(qty, 5),
      side,
      origin: new Uint8Array(count),
      matches: new Uint32Array(count).fill(1),
      exchangeTime,
      exchangeMicros: new Int16Array(count).fill(-1),
      receiveTime,
    }
  }
}

const db = unwrap(openDatabase(path))
db.pragma('synchronous = OFF')
const [markets, segments, candles] = [
  new MarketTable(db),
  new SegmentTable(db),
  new CandleTable(db),
]
const ledger = new LedgerTable(db, markets)

function fill(market: MarketRow, tape: Tape, trades: number): void {
  for (let left = trades; left > 0; left -= CHUNK) {
    const part = wholePart(tape.next(Math.min(left, CHUNK)))
    db.exec('BEGIN')
    for (const sealed of sealTrades([], [part])) segments.insert(market.id, sealed)
    const bars = candles.changes()
    foldRows(part, market, bars)
    bars.save()
    db.exec('COMMIT')
    bars.kept()
  }
}

/** A span a day, broken by a gap of some minutes, each third of which is filled. */
function note(name: MarketId, market: number): void {
  const packed = { name, priceScale: 2, qtyScale: 5, inverse: false }
  for (let day = 0; day < DAYS; day += 1) {
    const [from, to] = [epochMs(FROM + day * DAY), epochMs(FROM + (day + 1) * DAY - 300_000)]
    const gap = {
      ...{ id: market * 10_000 + day, market: name, cause: 'disconnect' as const },
      ...{ from: to, to: epochMs(to + 300_000), firstSeq: null, lastSeq: null },
      ...{ recovered: 0, openedAt: to, closedAt: to },
    }
    ledger.write([
      {
        market: packed,
        change: { t: 'span', span: { market: name, proof: 'ids', from, to, lastSeq: day } },
      },
      {
        market: packed,
        change: {
          t: 'gap',
          gap: {
            ...gap,
            ...(day % 3 === 0 ? { state: 'filled', missing: 0 } : { state: 'lost', missing: null }),
          },
        },
      },
    ])
  }
}

for (const [i, share] of SHARES.entries()) {
  const name = marketId('binance' as VenueId, `COIN${i}`, 'USDT')
  const market = markets.ensure({ name, priceScale: 2, qtyScale: 5, inverse: false })
  const trades = Math.round(Number(count) * share)
  fill(market, new Tape(17 + i, trades), trades)
  db.transaction(() => note(name, market.id))()
}
db.pragma('wal_checkpoint(TRUNCATE)')
db.close()
say('built')
process.disconnect?.()
