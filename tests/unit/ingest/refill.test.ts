import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HoleWalk } from '../../../src/main/ingest/hole-walk.ts'
import type {
  HistoryPage,
  KnownPoint,
  RestTrade,
  StreamSpec,
  TradePage,
  Venue,
} from '../../../src/main/venues/venue.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { marketOf, TestFeed } from './fake-venue-side.ts'
import { opened, TIME, trade, venueWith } from './session-lab.ts'

const row = (id: number, time = TIME + id): RestTrade => ({
  id: String(id),
  price: '1.5',
  qty: '2',
  side: 'buy',
  time,
})
const point = (id: number, seq = true): KnownPoint => ({
  time: epochMs(TIME + id),
  id: String(id),
  ...(seq && { seq: id }),
})

interface Book {
  readonly ids?: StreamSpec['ids']
  readonly retentionMs?: number | null
  /** Answers a page; without it there is no history. */
  readonly page?: (input: HistoryPage) => TradePage
  readonly recent?: readonly RestTrade[]
  readonly contractSize?: string
}

function venueOf({ ids = 'contiguous', retentionMs = null, page }: Book): Venue {
  const venue = venueWith({ ids })
  return {
    ...venue,
    rest: {
      ...venue.rest,
      trades: {
        recent: { weight: 1, path: () => '/recent', read: (body) => body as RestTrade[] },
        ...(page && {
          history: {
            retentionMs,
            page: { weight: 1, path: () => '/history', read: (_body, input) => page(input) },
          },
        }),
      },
    },
  }
}

async function refilled(book: Book, after: KnownPoint, before: KnownPoint) {
  const venue = venueOf(book)
  const test = new TestFeed(venue)
  test.answers.set('/recent', book.recent ?? [])
  test.answers.set('/history', [])
  const market = {
    ...marketOf(venue, 'BTC-USDT'),
    ...(book.contractSize !== undefined && { contractSize: book.contractSize }),
  }
  const pages: RestTrade[][] = []
  const controller = new AbortController()
  const asked = test.feed.refill(
    market,
    { after, before },
    (trades) => void pages.push([...trades]),
    controller.signal,
  )
  await test.clock.pass(600_000)
  const outcome = await asked
  return { test, venue, market, pages, outcome, ids: pages.flat().map(({ id }) => Number(id)) }
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, n) => from + n)

/** Newest first, `size` rows a page, from before the hole down; like OKX and Binance backwards. */
const downwards =
  (size: number, oldest = 0) =>
  ({ before, cursor }: HistoryPage): TradePage => {
    const end = cursor === undefined ? Number(before.id ?? before.time - TIME) : Number(cursor)
    const from = Math.max(oldest, end - size)
    const trades = range(from, end)
      .reverse()
      .map((id) => row(id))
    return from > oldest ? { trades, next: String(from) } : { trades }
  }

/** Oldest first from the known trade on, which it repeats; like a venue that pages by time. */
const upwards =
  (size: number, newest: number) =>
  ({ after, cursor }: HistoryPage): TradePage => {
    const from = cursor === undefined ? after.time - TIME : Number(cursor)
    const to = Math.min(newest + 1, from + size)
    const trades = range(from, to).map((id) => row(id))
    return to <= newest ? { trades, next: String(to - 1) } : { trades }
  }

describe('refill', () => {
  it.each([
    ['newest first', downwards(100)],
    ['oldest first', upwards(100, 1_000)],
  ])('fetches page by page what the hole held, %s, each trade once', async (_, page) => {
    const { pages, ids, outcome, test } = await refilled({ page }, point(200), point(700))
    expect(outcome).toEqual({ ok: true, value: { whole: true, final: false } })
    expect([...ids].sort((a, b) => a - b)).toEqual(range(201, 700))
    for (const part of pages) {
      const times = part.map(({ time }) => time)
      expect(times).toEqual([...times].sort((a, b) => a - b))
    }
    expect(test.fetched.length).toBeLessThanOrEqual(6)
  })

  it('proves by overlap where the ids prove nothing', async () => {
    for (const page of [downwards(50), upwards(50, 1_000)]) {
      const { ids, outcome } = await refilled(
        { page, ids: 'opaque' },
        point(200, false),
        point(320, false),
      )
      expect([...new Set(ids)].sort((a, b) => a - b)).toEqual(range(201, 320))
      expect(outcome).toMatchObject({ value: { whole: true } })
    }
  })

  it('says that the venue itself misses some when its rows go beyond both ends without them', async () => {
    const page = (): TradePage => ({ trades: [row(10), row(11), row(14), row(15)] })
    const { ids, outcome } = await refilled({ page }, point(10), point(15))
    expect(ids).toEqual([11, 14])
    expect(outcome).toMatchObject({ value: { whole: false, final: true } })
  })

  it('is not whole, and not final, when REST does not tell the newest trades yet', async () => {
    const page = upwards(100, 12)
    const { ids, outcome } = await refilled({ page }, point(10), point(15))
    expect(ids).toEqual([11, 12])
    expect(outcome).toMatchObject({ value: { whole: false, final: false } })
  })

  it('asks nothing beyond the retention, and says that it is final', async () => {
    const book = { page: downwards(100), retentionMs: 60_000 }
    const old = { time: epochMs(TIME - 200_000), id: '1' }
    const young = { time: epochMs(TIME - 100_000), id: '9' }
    const { outcome, test } = await refilled(book, old, young)
    expect(outcome).toMatchObject({ value: { whole: false, final: true } })
    expect(test.fetched).toEqual([])
  })

  it('uses the newest trades where there is no history', async () => {
    const recent = range(5, 30).map((id) => row(id))
    const near = await refilled({ recent }, point(10), point(20))
    expect(near.ids).toEqual(range(11, 20))
    expect(near.outcome).toMatchObject({ value: { whole: true } })
    const far = await refilled({ recent }, point(2), point(20))
    expect(far.ids).toEqual(range(5, 20))
    expect(far.outcome).toMatchObject({ value: { whole: false, final: true } })
  })

  it('begins with the newest trades where no trade is known, and goes on with the history', async () => {
    const recent = range(50, 60).map((id) => row(id))
    const after = { time: epochMs(TIME + 10) }
    const before = { time: epochMs(TIME + 55) }
    const { ids, outcome } = await refilled(
      { recent, page: downwards(20), ids: 'opaque' },
      after,
      before,
    )
    expect(ids.slice(0, 5)).toEqual(range(50, 55))
    expect([...ids].sort((a, b) => a - b)).toEqual(range(11, 55))
    expect(outcome).toMatchObject({ value: { whole: true } })
  })

  it('multiplies contracts', async () => {
    const { pages } = await refilled(
      { page: downwards(100), contractSize: '0.01' },
      point(1),
      point(3),
    )
    expect(pages.flat().map(({ qty }) => qty)).toEqual(['0.02'])
  })

  it('stops when the venue gives the same page for ever', async () => {
    const page = (): TradePage => ({ trades: [row(500)], next: 'same' })
    const { outcome, test } = await refilled({ page }, point(1), point(1_000))
    expect(outcome).toMatchObject({ value: { whole: false, final: false } })
    expect(test.fetched.length).toBeLessThan(5)
  })

  it('is cancelled between two pages and within one', async () => {
    const venue = venueOf({ page: downwards(10) })
    const test = new TestFeed(venue)
    const controller = new AbortController()
    let pages = 0
    test.answers.set('/history', async () => {
      pages += 1
      if (pages === 3) controller.abort()
      return { status: 200, retryAfter: null, text: '[]' }
    })
    const hole = { after: point(1), before: point(1_000) }
    const outcome = test.feed.refill(marketOf(venue, 'BTC-USDT'), hole, () => {}, controller.signal)
    await test.clock.pass(60_000)
    expect(await outcome).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
    expect(pages).toBe(3)
  })

  it('leaves a live copy out that comes after the back-fill, and lets others pass', async () => {
    const venue = venueOf({ page: downwards(100) })
    const test = new TestFeed(venue)
    test.answers.set('/history', [])
    test.feed.start()
    const market = marketOf(venue, 'BTC-USDT')
    test.feed.watch(market)
    opened(test)
    const hole = { after: point(1), before: point(5) }
    const outcome = test.feed.refill(market, hole, () => {}, new AbortController().signal)
    await test.clock.pass(0)
    await outcome
    for (const id of [3, 6]) test.socket.say(trade('BTC-USDT', id))
    expect(test.trades.map(({ id }) => id)).toEqual(['6'])
    expect(test.feed.status().duplicates).toBe(1)
  })
})

describe('recent', () => {
  it('answers oldest first with what it cost, and keeps no live trade out', async () => {
    const venue = venueOf({})
    const test = new TestFeed(venue)
    test.answers.set('/recent', [row(3), row(1), row(2)])
    test.feed.start()
    test.feed.watch(marketOf(venue, 'BTC-USDT'))
    opened(test)
    const answer = await test.feed.recent(marketOf(venue, 'BTC-USDT'))
    expect(answer).toMatchObject({
      ok: true,
      value: { trades: [{ id: '1' }, { id: '2' }, { id: '3' }], weight: 1 },
    })
    test.socket.say(trade('BTC-USDT', 3))
    expect(test.trades).toHaveLength(1)
  })

  it('is unavailable where the venue has no such call', async () => {
    const bare = venueWith({})
    const { trades: _, ...rest } = bare.rest
    const test = new TestFeed({ ...bare, rest })
    expect(await test.feed.recent(marketOf(bare, 'BTC-USDT'))).toMatchObject({
      ok: false,
      failure: { code: 'unavailable' },
    })
  })
})

describe('walk through a hole', () => {
  it('hands over exactly what lies between the ends, whatever the pages and their overlap', () => {
    const cut = fc.record({
      after: fc.integer({ min: 0, max: 100 }),
      length: fc.integer({ min: 1, max: 100 }),
      size: fc.integer({ min: 1, max: 30 }),
      overlap: fc.nat(5),
      down: fc.boolean(),
      ids: fc.constantFrom<StreamSpec['ids']>('contiguous', 'increasing'),
    })
    fc.assert(
      fc.property(cut, ({ after, length, size, overlap, down, ids }) => {
        const before = after + length
        const seq = ids === 'contiguous'
        const walk = new HoleWalk({ after: point(after, seq), before: point(before, seq) }, ids)
        const found: string[] = []
        const all = range(0, 220)
        let at = down ? before + 1 : after
        for (let n = 0; n < 300 && !walk.isDone; n += 1) {
          const page = down
            ? all.slice(Math.max(0, at - size - overlap), at)
            : all.slice(Math.max(0, at - overlap), at + size)
          for (const { id } of walk.page(
            page.map((id) => row(id)),
            false,
          ))
            found.push(id)
          at += down ? -size : size
        }
        expect(found.map(Number).sort((a, b) => a - b)).toEqual(range(after + 1, before))
        expect(walk.isWhole).toBe(true)
      }),
    )
  })
})
