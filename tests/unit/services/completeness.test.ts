import { describe, expect, it } from 'vitest'
import { createApp } from '../../../src/main/app.ts'
import type { Refill } from '../../../src/main/ingest/feed.ts'
import { SettingsService } from '../../../src/main/services/settings.ts'
import type { MinuteBar, RestTrade, Venue } from '../../../src/main/venues/venue.ts'
import type {
  FeedTrade,
  LedgerStatus,
  MarketSummary,
  TapeFrame,
  TradesFrame,
  VenueStatus,
} from '../../../src/shared/contract/status.ts'
import type { Candle } from '../../../src/shared/domain/candle.ts'
import { idAt } from '../../../src/shared/domain/id-column.ts'
import type { Gap, LedgerMinute, Span, TapeEnd } from '../../../src/shared/domain/ledger.ts'
import { marketId, type VenueId } from '../../../src/shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { ORIGINS } from '../../../src/shared/domain/trade.ts'
import { told } from '../ingest/print-kit.ts'
import {
  FakeFeed,
  FakeStore,
  manualClock,
  market,
  memoryFile,
  noThreads,
  START,
  silent,
} from './fakes.ts'

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))
/** Numbers without a gap. */
const SURE = marketId('okx' as VenueId, 'BTC', 'USDT')
/** Ids that prove nothing. */
const UNSURE = marketId('bybit' as VenueId, 'BTC', 'USDT')
const whole = ok<Refill>({ whole: true, final: false })

function launch(options: { end?: TapeEnd; saved?: readonly string[]; catchUpHours?: number } = {}) {
  const time = manualClock()
  const store = new FakeStore()
  store.end = options.end ?? null
  const { file } = memoryFile(
    JSON.stringify({ markets: options.saved ?? [], catchUpHours: options.catchUpHours ?? 24 }),
  )
  const feeds = new Map<string, FakeFeed>()
  const app = createApp({
    clock: time.clock,
    log: silent,
    store,
    maxWaitingTrades: 1_000_000,
    settings: new SettingsService(file, silent, [], {}),
    venues: [
      ['okx', 'contiguous'],
      ['bybit', 'increasing'],
    ].map(
      ([id, ids]) =>
        ({ id, label: id, docs: '', stream: { url: 'wss://x', ids } }) as unknown as Venue,
    ),
    createFeed: (venue, listener) => {
      const feed = new FakeFeed(venue.id, listener, [
        market(venue.id, 'BTC'),
        market(venue.id, 'ETH'),
      ])
      feeds.set(venue.id, feed)
      return feed
    },
    gauge: () => ({ rssBytes: 1, heapBytes: 1, cpuMs: 1, loopDelayP99Ms: 0 }),
    info: { version: '0', demo: false, shell: 'browser', platform: 'test', dataDir: '/d' },
    onMode: () => {},
    onNetwork: () => {},
    network: {} as never,
    connectRelay: (() => {}) as never,
    markets: [],
    ...noThreads,
    onlyTheseMarkets: false,
  })
  const call = (name: string, input: unknown) =>
    app.handlers.call(name, input, new AbortController().signal) as Promise<Outcome<unknown>>
  const snapshot = <T>(name: string, params = {}): T => {
    const source = app.handlers.topic(name, params)
    if (!source.ok) throw new Error(source.failure.message)
    return source.value.snapshot() as T
  }
  const feed = (id: string): FakeFeed => {
    const found = feeds.get(id)
    if (found === undefined) throw new Error(`no feed ${id}`)
    return found
  }
  /** Lets `ms` pass in small steps, with what each of them sets off. */
  const pass = async (ms: number): Promise<void> => {
    const step = ms > 60_000 ? 2_000 : 250
    for (let done = 0; done < ms; done += step) {
      time.advance(step)
      await settle()
      await settle()
    }
  }
  app.start()
  return {
    app,
    time,
    store,
    feed,
    call,
    pass,
    snapshot,
    ledger: () => snapshot<LedgerStatus>('ledger.status'),
    /** Follows a market as a program does; answers with all trades that it was told of. */
    follow: (followed: string) => {
      const source = app.handlers.topic('market.trades', { market: followed })
      if (!source.ok) throw new Error(source.failure.message)
      const told: FeedTrade[] = []
      source.value.listen((frame) => told.push(...(frame as TradesFrame).trades))
      return () => told
    },
    summary: () => snapshot<MarketSummary[]>('markets.summary')[0],
    gaps: (): Gap[] => {
      const gaps = new Map<number, Gap>()
      for (const change of store.ledgers)
        if (change.t === 'gap') gaps.set(change.gap.id, change.gap)
      return [...gaps.values()].sort((a, b) => (a.firstSeq ?? a.from) - (b.firstSeq ?? b.from))
    },
    spans: (): Span[] => {
      const spans = new Map<string, Span>()
      for (const change of store.ledgers)
        if (change.t === 'span') spans.set(`${change.span.proof} ${change.span.from}`, change.span)
      return [...spans.values()]
    },
    stored: (): string[] =>
      store.batches.flatMap((batch) =>
        [...batch.origin].map((origin, row) => `${idAt(batch.id, row)} ${ORIGINS[origin]}`),
      ),
    live: (n: number, at = START + n * 100, to = SURE) =>
      told(feed(to.split(':')[0] ?? '').listener)(
        to,
        String(n),
        '100',
        '1',
        'buy',
        at,
        at + 40,
        undefined,
      ),
  }
}

const row = (n: number, at = START + n * 100): RestTrade => ({
  id: String(n),
  price: '100',
  qty: '1',
  side: 'sell',
  time: epochMs(at),
})
const rows = (first: number, last: number): RestTrade[] =>
  Array.from({ length: last - first + 1 }, (_, at) => row(first + at))

const endOf = (change: Partial<TapeEnd> = {}): TapeEnd => ({
  time: epochMs(START - 600_000),
  id: '10',
  seq: 10,
  spans: [
    {
      market: SURE,
      proof: 'ids',
      from: epochMs(START - 900_000),
      to: epochMs(START - 600_000),
      lastSeq: 10,
    },
  ],
  gaps: [],
  ...change,
})

const longAgo: Span = {
  market: SURE,
  proof: 'ids',
  from: epochMs(START - 9_000_000),
  to: epochMs(START - 7_200_000),
  lastSeq: 10,
}

describe('a gap in the numbers', () => {
  it('is filled by REST: exact trades, marked as back-filled, folded once, told in the ledger', async () => {
    const { call, live, feed, pass, gaps, stored, spans, summary, ledger } = launch()
    await call('markets.watch', { market: SURE })
    live(1)
    live(2)
    live(8)
    live(9)
    feed('okx').onRefill = (page) => {
      page(rows(5, 9)) // the newest first, and more than was asked for
      page(rows(1, 4))
      return whole
    }
    await pass(3_000)
    expect(feed('okx').refills).toMatchObject([
      {
        market: SURE,
        hole: { after: { seq: 2, id: '2' }, before: { seq: 8, id: '8', time: START + 800 } },
      },
    ])
    expect(gaps()).toMatchObject([
      { state: 'filled', cause: 'sequence', missing: 0, recovered: 5, firstSeq: 3, lastSeq: 7 },
    ])
    expect(stored().toSorted()).toEqual([
      '1 stream',
      '2 stream',
      ...[3, 4, 5, 6, 7].map((n) => `${n} backfill`),
      '8 stream',
      '9 stream',
    ])
    expect(summary()).toMatchObject({ trades: 9, day: { volume: 9 }, buyVolume: 4, sellVolume: 5 })
    expect(spans()).toMatchObject([{ proof: 'ids', to: START + 900, lastSeq: 9 }])
    expect(ledger()).toMatchObject({ gaps: [{ state: 'filled' }], backfills: [] })
  })

  it('stays one when the call says that all is there and numbers are still missing', async () => {
    const { call, live, feed, pass, gaps } = launch()
    await call('markets.watch', { market: SURE })
    live(1)
    live(6)
    feed('okx').onRefill = (page) => {
      page([row(2), row(3), row(5)])
      return whole
    }
    await pass(3_000)
    expect(gaps()).toMatchObject([
      { state: 'open', firstSeq: 4, lastSeq: 4, missing: 1, recovered: 3 },
    ])
    await pass(30_000)
    expect(gaps().find((each) => each.state === 'lost')).toMatchObject({ firstSeq: 4, missing: 1 })
    const asked = feed('okx').refills.length
    await pass(20_000)
    expect(feed('okx').refills).toHaveLength(asked)
  })

  it('is tried again with growing pauses while the venue cannot be asked, and at once when it is back', async () => {
    const { call, live, feed, pass, gaps, ledger } = launch()
    await call('markets.watch', { market: SURE })
    live(1)
    live(3)
    await pass(3_000)
    expect(feed('okx').refills).toHaveLength(1)
    expect(gaps()).toMatchObject([{ state: 'open', reason: 'no history' }])
    expect(ledger().backfills).toMatchObject([{ running: false, market: SURE }])
    await pass(3_500)
    expect(feed('okx').refills).toHaveLength(1)
    await pass(1_500)
    expect(feed('okx').refills).toHaveLength(2)
    await pass(10_000)
    expect(feed('okx').refills).toHaveLength(2)
    feed('okx').listener.began(SURE)
    feed('okx').onRefill = (page) => {
      page([row(2)])
      return whole
    }
    await pass(500)
    expect(gaps()).toMatchObject([{ state: 'filled', recovered: 1 }])
  })

  it('stays for ever when the venue does not reach back so far', async () => {
    const { call, live, feed, pass, gaps } = launch()
    await call('markets.watch', { market: SURE })
    live(1)
    live(5)
    feed('okx').onRefill = (page) => {
      page([row(4)])
      return ok({ whole: false, final: true, reason: 'too old' })
    }
    await pass(3_000)
    expect(gaps()).toMatchObject([
      { state: 'lost', firstSeq: 2, lastSeq: 3, missing: 2, recovered: 1, reason: 'too old' },
    ])
  })

  it('is cancelled by the user and tried again by the user', async () => {
    const { call, live, feed, pass, gaps, snapshot } = launch()
    await call('markets.watch', { market: SURE })
    live(1)
    live(4)
    let answer: (outcome: Outcome<Refill>) => void = () => {}
    feed('okx').onRefill = () => new Promise((resolve) => (answer = resolve))
    await pass(3_000)
    expect(snapshot<VenueStatus[]>('venues.status')[0]).toMatchObject({
      state: 'backfilling',
      backfill: { gaps: 1, fetched: 0 },
    })
    const id = gaps()[0]?.id ?? 0
    expect(await call('ledger.cancel', { gap: id })).toEqual(ok(null))
    answer(whole)
    await pass(1_000)
    expect(gaps()).toMatchObject([{ state: 'cancelled', missing: 2 }])
    expect(snapshot<VenueStatus[]>('venues.status')[0]).toMatchObject({ state: 'live' })
    feed('okx').onRefill = (page) => {
      page(rows(2, 3))
      return whole
    }
    expect(await call('ledger.retry', { gap: id })).toEqual(ok(null))
    await pass(1_000)
    expect(gaps()).toMatchObject([{ id, state: 'filled', recovered: 2 }])
    expect(await call('ledger.retry', { gap: id })).toMatchObject({ ok: false })
    expect(await call('ledger.cancel', { gap: 77 })).toMatchObject({
      failure: { code: 'not-found' },
    })
  })

  it('is one of those that one venue is asked for one at a time, the markets in turn', async () => {
    const { call, live, feed, pass } = launch()
    const eth = marketId('okx' as VenueId, 'ETH', 'USDT')
    await call('markets.watch', { market: SURE })
    await call('markets.watch', { market: eth })
    for (const n of [1, 3, 5, 7]) live(n, START + n)
    for (const n of [101, 103]) live(n, START + n - 101, eth)
    const answers: ((outcome: Outcome<Refill>) => void)[] = []
    feed('okx').onRefill = () => new Promise((resolve) => answers.push(resolve))
    const asked: string[] = []
    for (let turn = 0; turn < 4; turn += 1) {
      await pass(3_000)
      expect(feed('okx').refills).toHaveLength(turn + 1)
      const refill = feed('okx').refills.at(-1)
      asked.push(`${refill?.market} ${refill?.hole.before.seq}`)
      answers[turn]?.(ok({ whole: false, final: true }))
    }
    expect(asked).toEqual([`${SURE} 7`, `${eth} 103`, `${SURE} 5`, `${SURE} 3`])
  })
})

describe('after a stop', () => {
  it('what was traded meanwhile is fetched, and what the setting forbids is left as a gap', async () => {
    const { feed, live, pass, gaps, stored } = launch({
      end: endOf({ time: epochMs(START - 7_200_000), spans: [longAgo] }),
      saved: [SURE],
      catchUpHours: 1, // one hour of the two
    })
    await settle()
    await settle()
    live(20)
    feed('okx').onRefill = (page) => {
      page([15, 16, 17, 18, 19].map((n) => row(n, START - 100_000 + n)))
      return whole
    }
    await pass(4_000)
    expect(feed('okx').refills[0]?.hole).toMatchObject({
      after: { time: START - 3_600_000 },
      before: { seq: 20 },
    })
    expect(stored()).toHaveLength(6)
    expect(gaps()).toMatchObject([
      { state: 'cancelled', cause: 'stopped', firstSeq: 11, lastSeq: 14, missing: 4, recovered: 5 },
    ])
  })

  it('a market that is put on the list by hand begins anew: what came before was not to be recorded', async () => {
    const { call, live, pass, gaps, spans } = launch({ end: endOf() })
    await call('markets.watch', { market: SURE })
    live(20)
    await pass(3_000)
    expect(gaps()).toEqual([])
    expect(spans()).toMatchObject([{ from: START + 2_000, lastSeq: 20 }])
  })

  it('a gap that was being filled is filled', async () => {
    const open: Gap = {
      id: 5,
      market: SURE,
      cause: 'disconnect',
      state: 'filling',
      from: epochMs(START - 800_000),
      to: epochMs(START - 700_000),
      firstSeq: 4,
      lastSeq: 6,
      missing: 3,
      recovered: 2,
      openedAt: epochMs(START - 700_000),
      closedAt: null,
    }
    const { feed, pass, gaps } = launch({ end: endOf({ gaps: [open] }), saved: [SURE] })
    feed('okx').onRefill = (page) => {
      page(rows(4, 6))
      return whole
    }
    await pass(1_000)
    expect(gaps()).toMatchObject([{ id: 5, state: 'filled', missing: 0, recovered: 5 }])
  })

  it('takes trades that a venue replays for what they are: known ones are left out, new ones are late', async () => {
    const { feed, pass, store, stored, summary, live } = launch({
      end: endOf({
        seq: null,
        id: 'a',
        spans: [
          {
            market: UNSURE,
            proof: 'none',
            from: epochMs(START - 900_000),
            to: epochMs(START - 600_000),
            lastSeq: null,
          },
        ],
      }),
      saved: [UNSURE],
    })
    store.recentTrades = (async () => ok([{ id: 'a' }])) as unknown as typeof store.recentTrades
    await settle()
    await settle()
    await settle()
    const replay = (id: string, at: number) =>
      told(feed('bybit').listener)(UNSURE, id, '5', '1', 'buy', at, START, { snapshot: true })
    replay('old', START - 950_000)
    replay('a', START - 600_000)
    replay('b', START - 500_000)
    live(3, START + 10, UNSURE)
    await pass(500)
    expect(stored()).toEqual(['old snapshot', 'b backfill', '3 stream'])
    expect(summary()).toMatchObject({ trades: 2, day: { volume: 2 } })
  })
})

describe('a market whose ids prove nothing', () => {
  const broken = async (outcome: Outcome<Refill>) => {
    const rig = launch()
    await rig.call('markets.watch', { market: UNSURE })
    rig.live(1, START + 100, UNSURE)
    rig.feed('bybit').listener.broken(UNSURE, 'disconnect')
    rig.feed('bybit').listener.began(UNSURE)
    rig.live(9, START + 900, UNSURE)
    rig.store.ids = ['1', '9']
    rig.feed('bybit').onRefill = (page) => {
      page([row(1), row(3), row(9), row(5)])
      return outcome
    }
    await rig.pass(1_000)
    return rig
  }

  it('is filled after a break when the rows reach from end to end, known ids left out', async () => {
    const { feed, gaps, spans, stored, summary } = await broken(whole)
    expect(feed('bybit').refills).toMatchObject([
      { hole: { after: { id: '1', time: START + 100 }, before: { id: '9', time: START + 900 } } },
    ])
    expect(stored()).toEqual(['1 stream', '9 stream', '3 backfill', '5 backfill'])
    expect(summary()).toMatchObject({ trades: 4, day: { volume: 4 }, last: 100 })
    expect(gaps()).toMatchObject([{ state: 'filled', recovered: 2, missing: 0 }])
    expect(
      spans()
        .map(({ proof }) => proof)
        .toSorted(),
    ).toEqual(['none', 'overlap'])
  })

  it('is lost when they do not and never will', async () => {
    const { gaps } = await broken(ok({ whole: false, final: true, reason: 'only the newest 60' }))
    expect(gaps()).toMatchObject([{ state: 'lost', missing: null, reason: 'only the newest 60' }])
  })

  const MINUTE = 60_000
  const bar = (at: number, volume: number, trades?: number): MinuteBar => ({
    openTime: epochMs(START + at * MINUTE),
    open: 1,
    high: 1,
    low: 1,
    close: 1,
    volume,
    ...(trades === undefined ? {} : { trades }),
  })
  const ours = (at: number, volume: number, trades: number): Candle => ({
    ...bar(at, volume),
    buyVolume: 0,
    trades,
    source: 'tape',
    partial: false,
  })
  const unknown = (at: number): LedgerMinute => ({
    market: UNSURE,
    minute: epochMs(START + at * MINUTE),
    state: 'unknown',
    trades: 1,
    backfilled: 0,
    missing: 0,
    cause: null,
  })

  it("is proved minute by minute by the venue's own candles, and a minute with less is a gap", async () => {
    const { call, live, feed, pass, store, gaps, spans } = launch()
    await call('markets.watch', { market: UNSURE })
    live(1, START + 100, UNSURE)
    feed('bybit').bars = ok([bar(1, 5), bar(2, 7.00001), bar(3, 9, 4), bar(4, 2), bar(6, 1)])
    store.stored = [ours(1, 5, 2), ours(2, 7, 3), ours(3, 6, 3), ours(4, 3, 2)]
    store.minutes = [1, 2, 3, 4, 5].map(unknown)
    await pass(400_000)
    const proved = spans().filter(({ proof }) => proof === 'candle')
    expect(
      proved.map(({ from, to }) => [(from - START) / MINUTE, (to + 1 - START) / MINUTE]),
    ).toEqual([
      [1, 3], // the second within half a lot
      [5, 6], // no trade there, none here
    ])
    expect(gaps()).toMatchObject([
      {
        cause: 'mismatch',
        from: START + 3 * MINUTE,
        to: START + 4 * MINUTE - 1,
        missing: 1,
        state: 'open',
      },
    ])
  })

  it('is judged by the candle again after the minute was fetched', async () => {
    const { call, live, feed, pass, store, gaps, spans } = launch()
    await call('markets.watch', { market: UNSURE })
    live(1, START + 100, UNSURE)
    feed('bybit').bars = ok([bar(1, 5, 5), bar(2, 1)])
    store.stored = [ours(1, 4, 4)]
    store.minutes = [unknown(1)]
    feed('bybit').onRefill = (page) => {
      page([row(99, START + MINUTE + 5)])
      store.stored = [ours(1, 5, 5)]
      store.minutes = []
      return whole
    }
    await pass(260_000)
    expect(feed('bybit').refills[0]?.hole).toEqual({
      after: { time: START + MINUTE - 1 },
      before: { time: START + 2 * MINUTE },
    })
    expect(gaps()).toMatchObject([{ cause: 'mismatch', state: 'filled', recovered: 1 }])
    expect(spans()).toMatchObject([{}, { proof: 'candle', from: START + MINUTE }])
  })

  it('is cleared of a break that nobody could fill when the candle has no more than the tape', async () => {
    const rig = await broken(ok({ whole: false, final: true, reason: 'only the newest 60' }))
    expect(rig.gaps()).toMatchObject([{ state: 'lost' }])
    rig.feed('bybit').bars = ok([bar(0, 4), bar(1, 1)])
    rig.store.stored = [ours(0, 4, 4)]
    await rig.pass(260_000)
    expect(rig.gaps()).toMatchObject([{ state: 'filled', missing: 0 }])
    expect(rig.spans().map(({ proof }) => proof)).toContain('candle')
  })

  it('stays a gap when the candle still counts more', async () => {
    const { call, live, feed, pass, store, gaps } = launch()
    await call('markets.watch', { market: UNSURE })
    live(1, START + 100, UNSURE)
    feed('bybit').bars = ok([bar(1, 5, 5), bar(2, 1)])
    store.stored = [ours(1, 4, 4)]
    store.minutes = [unknown(1)]
    feed('bybit').onRefill = () => {
      store.minutes = []
      return whole
    }
    await pass(260_000)
    expect(gaps()).toMatchObject([{ cause: 'mismatch', state: 'lost', missing: 1 }])
  })
})

describe('nothing is dropped silently', () => {
  it('what the store has no room for is a gap with its numbers, fetched again and not counted twice', async () => {
    const { call, live, feed, pass, store, gaps, stored, summary } = launch()
    await call('markets.watch', { market: SURE })
    live(1)
    await pass(250)
    store.room = false
    live(2)
    live(3)
    await pass(250)
    store.room = true
    expect(gaps()).toMatchObject([{ cause: 'disk', firstSeq: 2, lastSeq: 3, missing: 2 }])
    live(4)
    feed('okx').onRefill = (page) => {
      page(rows(1, 4))
      return whole
    }
    await pass(1_000)
    expect(stored().toSorted()).toEqual(['1 stream', '2 backfill', '3 backfill', '4 stream'])
    expect(gaps()).toMatchObject([{ cause: 'disk', state: 'filled', recovered: 2 }])
    expect(summary()).toMatchObject({ trades: 4, day: { volume: 4 } })
  })

  it('ledger entries never run ahead of the trades they speak of', async () => {
    const { call, live, store, time } = launch()
    await call('markets.watch', { market: SURE })
    live(1)
    live(2)
    expect(store.ledgers).toEqual([])
    time.advance(250)
    expect(store.batches).toHaveLength(1)
    expect(store.ledgers).toMatchObject([{ t: 'span', span: { lastSeq: 2 } }])
  })

  it('a trade that comes again beyond the memory of the feed is not folded again', async () => {
    const { call, live, summary, pass } = launch()
    await call('markets.watch', { market: SURE })
    for (const n of [1, 2, 3, 2, 1]) live(n)
    await pass(250)
    expect(summary()).toMatchObject({ trades: 3, day: { volume: 3 } })
  })

  it('bars older than the live ones are told to the chart as corrected', async () => {
    const { app, call, live, feed, pass } = launch({ end: endOf(), saved: [SURE] })
    await pass(250)
    const frames: TapeFrame[] = []
    const source = app.handlers.topic('market.tape', { market: SURE })
    if (source.ok) source.value.listen((frame) => frames.push(frame as TapeFrame))
    live(13)
    feed('okx').onRefill = (page) => {
      page([row(11, START - 500_000), row(12, START - 400_000)])
      return whole
    }
    await pass(3_000)
    expect(frames.find(({ corrected }) => corrected !== undefined)?.corrected).toEqual({
      from: START - 500_000,
      to: START - 400_000,
    })
    expect(await call('markets.unwatch', { market: SURE })).toEqual(ok(null))
  })
})

describe('the feed for programs', () => {
  it('has what was fetched afterwards, with its origin and number, once', async () => {
    const { call, live, feed, pass, follow } = launch()
    await call('markets.watch', { market: SURE })
    const told = follow(SURE)
    live(1)
    live(6)
    feed('okx').onRefill = (page) => {
      page([{ ...row(2), micros: 7, seq: 2 }, ...rows(3, 5)])
      page(rows(3, 5))
      return whole
    }
    await pass(3_000)
    expect(told().map(({ id, origin }) => `${id} ${origin}`)).toEqual([
      '1 stream',
      '6 stream',
      '2 backfill',
      '3 backfill',
      '4 backfill',
      '5 backfill',
    ])
    expect(told()[2]).toEqual({
      market: SURE,
      id: '2',
      price: '100',
      qty: '1',
      side: 'sell',
      exchangeTime: START + 200,
      exchangeMicros: 7,
      receiveTime: expect.any(Number),
      matches: 1,
      origin: 'backfill',
      seq: 2,
    })
  })

  it('has replayed rows that fill a gap, and none that fill nothing', async () => {
    const { call, live, feed, pass, follow } = launch()
    await call('markets.watch', { market: SURE })
    const followed = follow(SURE)
    live(2)
    live(4)
    const replay = (n: number) =>
      told(feed('okx').listener)(SURE, String(n), '100', '1', 'buy', START + n * 100, START + 900, {
        snapshot: true,
      })
    for (const n of [1, 2, 3, 4]) replay(n)
    await pass(250)
    expect(followed().map(({ id, origin }) => `${id} ${origin}`)).toEqual([
      '2 stream',
      '4 stream',
      '3 backfill',
    ])
  })

  it('does not repeat what it told live and the disk alone had missed', async () => {
    const { call, live, feed, pass, follow, store, stored } = launch()
    await call('markets.watch', { market: SURE })
    const told = follow(SURE)
    live(1)
    await pass(250)
    store.room = false
    live(2)
    live(3)
    await pass(250)
    store.room = true
    live(4)
    feed('okx').onRefill = (page) => {
      page(rows(1, 4))
      return whole
    }
    await pass(1_000)
    expect(stored()).toContain('2 backfill')
    expect(told().map(({ id, origin }) => `${id} ${origin}`)).toEqual([
      '1 stream',
      '2 stream',
      '3 stream',
      '4 stream',
    ])
  })
})

describe('history with the ledger', () => {
  it('shows proved minutes from the tape, even where recording began in them, and the fuller bar else', async () => {
    const { call, feed, store, pass } = launch()
    const bar = (at: number, volume: number, partial = false): Candle => ({
      openTime: epochMs(START - at * 60_000),
      open: 1,
      high: 1,
      low: 1,
      close: 1,
      volume,
      buyVolume: 0,
      trades: 1,
      source: 'tape',
      partial,
    })
    feed('okx').bars = ok([3, 2, 1].map((at) => ({ ...bar(at, 9), trades: 1 })))
    store.stored = [bar(3, 8, true), bar(2, 8), bar(1, 8, true)]
    store.minutes = (
      [
        [3, 'complete'],
        [2, 'gap'],
        [1, 'unknown'],
      ] as const
    ).map(([at, state]) => ({
      market: SURE,
      minute: epochMs(START - at * 60_000),
      state,
      trades: 1,
      backfilled: 0,
      missing: 0,
      cause: null,
    }))
    await call('markets.watch', { market: SURE })
    await pass(250)
    const found = await call('history.candles', { market: SURE, interval: '1m', limit: 3 })
    expect(found).toMatchObject(
      ok([
        { source: 'tape', partial: false, coverage: 1, state: 'complete' },
        { source: 'venue', coverage: 0, state: 'gap' },
        { source: 'venue', coverage: 0, state: 'unknown' },
      ]),
    )
    const five = await call('history.candles', { market: SURE, interval: '1s', limit: 3 })
    expect(five).toMatchObject(ok([{ state: 'complete' }, { state: 'gap' }, { state: 'unknown' }]))
  })

  it('measures the coverage of the day', async () => {
    const { call, store, pass, ledger, summary, live } = launch()
    await call('markets.watch', { market: SURE })
    live(1)
    store.minutes = Array.from({ length: 720 }, (_, at) => ({
      market: SURE,
      minute: epochMs(START - at * 60_000),
      state: at < 180 ? ('gap' as const) : ('complete' as const),
      trades: 1,
      backfilled: 0,
      missing: at < 180 ? null : 0,
      cause: null,
    }))
    await pass(61_000)
    expect(ledger().coverage).toEqual([
      { market: SURE, minutes: 720, complete: 0.75, backfilled: 0, gap: 0.25, unknown: 0 },
    ])
    expect(summary()?.day.coverage).toBeCloseTo(540 / 1_440)
  })

  it('says that it measured soon after each minute, whether or not the shares changed', async () => {
    const { call, pass, ledger, live, time } = launch()
    await call('markets.watch', { market: SURE })
    live(1)
    await pass(1_000)
    expect(ledger().measuredAt).toBeNull()
    const told = new Set<number>()
    for (let step = 0; step < 4 * 180; step += 1) {
      time.advance(250)
      await settle()
      told.add(ledger().measuredAt ?? -1)
    }
    told.delete(-1)
    expect(told.size).toBe(3)
    for (const at of told) {
      expect(at % 60_000).toBeGreaterThanOrEqual(2_500)
      expect(at % 60_000).toBeLessThan(3_000)
    }
  })
})

it('an answer that breaks off leaves what came, and the rest waits', async () => {
  const { call, live, feed, pass, gaps } = launch()
  await call('markets.watch', { market: SURE })
  live(1)
  live(6)
  feed('okx').onRefill = (page) => {
    page(rows(4, 5))
    return fail('unavailable', 'timed out')
  }
  await pass(3_000)
  expect(gaps()).toMatchObject([
    { state: 'open', firstSeq: 2, lastSeq: 3, missing: 2, recovered: 2, reason: 'timed out' },
  ])
})
