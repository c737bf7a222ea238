import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReader } from '../../../src/main/store/reader.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import type { Trade } from '../../../src/shared/domain/trade.ts'
import { BTC, ETH, mustOpen, packed, run, scratch, T0, trade, unwrap } from './store-kit.ts'

let folder: ReturnType<typeof scratch>
beforeEach(() => {
  folder = scratch()
})
afterEach(() => folder.remove())

const NAMES = ['okx:C-USDT', 'okx:A-USDT', 'bybit:B-USDT'] as MarketId[]

/** Three markets over several pages, many trades of one millisecond, ids of both kinds. */
function record(): Trade[] {
  const store = mustOpen(folder.path)
  const trades = Array.from({ length: 27_000 }, (_, i) =>
    trade({
      market: NAMES[(i * 7) % 3] as MarketId,
      id: i % 5 === 0 ? `x${i}` : String(i),
      exchangeTime: epochMs(T0 + Math.floor(((i * 7_919) % 27_000) / 9)),
    }),
  )
  store.log.append({ batches: [packed(trades)], partials: [] })
  store.close()
  return trades
}

const rank = ({ id }: Trade): string => (id.startsWith('x') ? id : id.padStart(9, ' '))
const sorted = (trades: readonly Trade[]): string[] =>
  trades
    .map((one) => `${one.exchangeTime} ${one.market} ${rank(one)}`)
    .sort((a, b) => (a < b ? -1 : 1))

describe('reader', () => {
  it('gives every trade once, by time, market and id, over many pages', () => {
    const trades = record()
    const reader = unwrap(openReader(folder.path))
    const seen = [...reader.trades({})].map(
      (one) => `${one.exchangeTime} ${one.market} ${rank(one)}`,
    )
    expect(seen).toEqual(sorted(trades))
    reader.close()
  })

  it('keeps to the markets and the half-open time it is asked for', () => {
    const trades = record()
    const reader = unwrap(openReader(folder.path))
    const [from, to] = [epochMs(T0 + 500), epochMs(T0 + 2_500)]
    const markets = NAMES.slice(0, 2)
    const seen = [...reader.trades({ markets, from, to })]
    const wanted = trades.filter(
      (one) => markets.includes(one.market) && one.exchangeTime >= from && one.exchangeTime < to,
    )
    expect(seen.map((one) => `${one.exchangeTime} ${one.market} ${rank(one)}`)).toEqual(
      sorted(wanted),
    )
    expect([...reader.trades({ markets: ['okx:NO-NE' as MarketId] })]).toEqual([])
    reader.close()
  })

  it('may be left in the middle, and sees trades written while it reads', () => {
    record()
    const store = mustOpen(folder.path)
    const reader = unwrap(openReader(folder.path))
    const reading = reader.trades({ markets: [BTC] })
    expect(reading.next().done).toBe(true)
    store.log.append({ batches: [packed(run(1, 10_000))], partials: [] })
    const again = reader.trades({ markets: [BTC] })
    expect(again.next().value).toMatchObject({ id: '1' })
    store.log.append({ batches: [packed(run(10_001, 10))], partials: [] })
    expect([...again].at(-1)).toMatchObject({ id: '10010' })
    for (const _ of reader.trades({})) break
    reader.close()
    store.close()
  })

  it('counts each market and shares out the file', () => {
    const store = mustOpen(folder.path)
    store.log.append({
      batches: [packed([...run(1, 300), ...run(1, 100, { market: ETH })])],
      partials: [
        {
          market: { name: NAMES[2] as MarketId, priceScale: 8, qtyScale: 8, inverse: false },
          at: epochMs(T0),
        },
      ],
    })
    store.close()
    const reader = unwrap(openReader(folder.path))
    expect(reader.markets()).toEqual([BTC, ETH, NAMES[2]].sort())
    const stats = reader.stats()
    expect(stats).toMatchObject([
      { market: NAMES[2], trades: 0, first: null, last: null, bytes: 0 },
      { market: BTC, trades: 300, first: T0 + 1, last: T0 + 300 },
      { market: ETH, trades: 100, first: T0 + 1, last: T0 + 100 },
    ])
    expect(stats[1]?.bytes).toBeGreaterThan((stats[2]?.bytes ?? 0) * 2)
    expect(reader.integrity()).toEqual([])
    reader.close()
  })

  it('says when there is nothing to read', () =>
    expect(openReader(folder.path)).toMatchObject({ ok: false, failure: { code: 'not-found' } }))
})
