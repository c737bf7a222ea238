import { createHash } from 'node:crypto'
import fc from 'fast-check'
import type { ReplayGap } from '../../../../src/main/pipeline/replay/evaluation.ts'
import type { CreateEvaluator } from '../../../../src/main/pipeline/replay/evaluator.ts'
import type { ReplayTape } from '../../../../src/main/pipeline/replay/replay-tape.ts'
import type { DayMinute } from '../../../../src/main/pipeline/rolling-day.ts'
import type { TapeColumns } from '../../../../src/main/store/tape-columns.ts'
import { inTapeOrder, sliceColumns } from '../../../../src/main/store/tape-rows.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import type { Trade } from '../../../../src/shared/domain/trade.ts'
import { BTC, batchOf, ETH, trade } from '../../store/store-kit.ts'

export const START = 1_700_000_040_000
export const digest = () => createHash('sha256')

export const columnsOf = (trades: readonly Trade[]): TapeColumns => inTapeOrder(batchOf(trades))

/** A tape in memory that is cut into pages of so many rows, whole milliseconds or not. */
export function tapeOf(
  trades: readonly Trade[],
  pageRows = 1_000,
  minutes: readonly DayMinute[] = [],
  gaps: readonly ReplayGap[] = [],
): ReplayTape {
  return {
    *batches({ markets: [market], from, to }) {
      const own = trades.filter(
        (one) => one.market === market && one.exchangeTime >= from && one.exchangeTime < to,
      )
      const columns = columnsOf(own)
      for (let row = 0; row < own.length; row += pageRows)
        yield { columns: sliceColumns(columns, row, Math.min(own.length, row + pageRows)) }
    },
    inverse: () => [],
    gaps: (market) => (market === BTC ? gaps : []),
    minutes: (_market, from, to) =>
      minutes.filter(({ openTime }) => openTime >= from && openTime < to),
  }
}

let nextId = 0
/** A trade so many ms after START, heard `delay` later. */
export const heard = (ms: number, delay = 20, fields: Partial<Trade> = {}): Trade => {
  nextId += 1
  return trade({
    id: String(nextId),
    exchangeTime: epochMs(START + ms),
    receiveTime: epochMs(START + ms + delay),
    ...fields,
  })
}

/** Ids are unique, equal times and late trades abound. */
export const anyTape: fc.Arbitrary<Trade[]> = fc
  .array(
    fc.record({
      market: fc.constantFrom(BTC, ETH),
      ms: fc.nat(40).map((n) => n * 10_000),
      delay: fc.oneof(
        { weight: 5, arbitrary: fc.nat(500) },
        { weight: 1, arbitrary: fc.integer({ min: -700_000, max: 2_000_000 }) },
        { weight: 1, arbitrary: fc.constant(90_000_000) },
      ),
      price: fc.integer({ min: 1, max: 99_999 }).map((n) => (n / 100).toFixed(2)),
      qty: fc.integer({ min: 1, max: 9_999 }).map((n) => (n / 1_000).toFixed(3)),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      origin: fc.constantFrom(
        'stream' as const,
        'stream' as const,
        'backfill' as const,
        'snapshot' as const,
      ),
      text: fc.boolean(),
    }),
    { maxLength: 60 },
  )
  .map((list) =>
    list.map(({ ms, delay, text, ...fields }, i) =>
      heard(ms, delay, { ...fields, id: text ? `id ${i}` : String(i) }),
    ),
  )

/** Fires at every third trade of a market, and at instants in which two markets traded. */
export const everyThird =
  (needsInstants: boolean, seen: string[] = []): CreateEvaluator =>
  (fired) => {
    const names: MarketId[] = []
    const counts: number[] = []
    let traded = new Set<number>()
    return {
      needsInstants,
      slot: (market) => names.push(market) - 1,
      open: (at) => void seen.push(`open ${at - START}`),
      gap: (market, from, to) => {
        seen.push(`gap ${from - START} ${to - START}`)
        const fields = { alert: 'gap', at: from, market, time: from, price: to }
        fired({ ...fields, values: { count: counts[names.indexOf(market)] ?? 0 } })
      },
      rows(slot, rows, from, to) {
        seen.push(`rows ${to - from}`)
        traded.add(slot)
        for (let i = from; i < to; i += 1) {
          const count = (counts[slot] ?? 0) + 1
          counts[slot] = count
          const [time = 0, price = 0] = [rows.time[i], rows.price[i]]
          const market = names[slot] ?? BTC
          if (count % 3 === 0)
            fired({ alert: 'third', at: time, market, time, price, values: { count } })
        }
      },
      close(at) {
        seen.push(`close ${at - START}`)
        if (needsInstants && traded.size > 1)
          fired({ alert: 'both', at, market: BTC, time: at, price: 0, values: {} })
        traded = new Set()
      },
    }
  }
