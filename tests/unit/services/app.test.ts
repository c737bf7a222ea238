import { describe, expect, it } from 'vitest'
import { createApp } from '../../../src/main/app.ts'
import { SettingsService } from '../../../src/main/services/settings.ts'
import type { MinuteBar, Venue } from '../../../src/main/venues/venue.ts'
import type { Api } from '../../../src/shared/contract/contract.ts'
import type { ExportStatus } from '../../../src/shared/contract/export.ts'
import type {
  EngineStatus,
  MarketSummary,
  StageReport,
  TapeFrame,
} from '../../../src/shared/contract/status.ts'
import { decimalAt } from '../../../src/shared/domain/decimal-column.ts'
import { idAt } from '../../../src/shared/domain/id-column.ts'
import { marketId, type VenueId } from '../../../src/shared/domain/market.ts'
import { fail, ok } from '../../../src/shared/domain/outcome.ts'
import { NO_LIMITS } from '../../../src/shared/domain/storage.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { createClient } from '../../../src/shared/rpc/client.ts'
import { portPair } from '../../../src/shared/rpc/port.ts'
import { serve } from '../../../src/shared/rpc/server.ts'
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
const BTC = marketId('okx' as VenueId, 'BTC', 'USDT')

function launch(options: { saved?: string; markets?: readonly string[]; only?: boolean } = {}) {
  const time = manualClock()
  const store = new FakeStore()
  const { file, state } = memoryFile(options.saved)
  const feeds = new Map<string, FakeFeed>()
  const modes: boolean[] = []
  const restarts: boolean[] = []
  const app = createApp({
    clock: time.clock,
    log: silent,
    store,
    maxWaitingTrades: 1_000_000,
    settings: new SettingsService(file, silent, [], {}),
    venues: ['okx', 'bybit'].map(
      (id) =>
        ({ id, label: id.toUpperCase(), docs: '', stream: { url: 'wss://x' } }) as unknown as Venue,
    ),
    createFeed: (venue, listener) => {
      const feed = new FakeFeed(venue.id, listener, [
        market(venue.id, 'BTC'),
        market(venue.id, 'ETH'),
        market(venue.id, 'ETH', 'BTC'),
      ])
      feeds.set(venue.id, feed)
      return feed
    },
    gauge: () => ({
      rssBytes: 1,
      heapBytes: 1,
      cpuMs: time.clock.monotonic() / 2,
      loopDelayP99Ms: 0,
    }),
    info: { version: '0', demo: false, shell: 'browser', platform: 'test', dataDir: '/d' },
    onMode: (demo) => modes.push(demo),
    onNetwork: () => {
      restarts.push(true)
    },
    network: {
      try: async () => ok({ websocketMs: 1, restMs: 2 }),
      password: async () => ok({ kept: true }),
      post: async () => ok({ status: 200 }),
    },
    connectRelay: () => ({ close: async () => {} }),
    markets: options.markets ?? [],
    ...noThreads,
    onlyTheseMarkets: options.only ?? false,
  })
  const feed = (id: string): FakeFeed => {
    const found = feeds.get(id)
    if (found === undefined) throw new Error(`no feed ${id}`)
    return found
  }
  const connect = (): Api => {
    const [client, server] = portPair()
    serve(server, { ...app.handlers, onBug: (error) => String(error) }, time.clock)
    return createClient(client)
  }
  app.start()
  return { app, time, store, state, feed, modes, restarts, api: connect(), connect }
}

const trade = (feed: FakeFeed, id: string, at: number, price = '100.5', qty = '2') =>
  told(feed.listener)(BTC, id, price, qty, 'buy', at, at + 40.25, undefined)

describe('the application', () => {
  it('batches by time and hands every trade to the store exactly as it came', async () => {
    const { time, store, feed, api } = launch()
    expect(await api.call('markets.watch', { market: 'OKX:btc-usdt' })).toEqual(ok({ market: BTC }))
    trade(feed('okx'), '1', START + 5, '100.50')
    trade(feed('okx'), '2', START + 6)
    expect(store.batches).toHaveLength(0)
    time.advance(250)
    expect(store.batches).toHaveLength(1)
    const [batch] = store.batches
    if (batch === undefined) throw new Error('no batch')
    expect(batch).toMatchObject({ count: 2, markets: [BTC] })
    expect([0, 1].map((row) => [idAt(batch.id, row), decimalAt(batch.price, row)])).toEqual([
      ['1', '100.5'],
      ['2', '100.5'],
    ])
    expect([...(store.batches[0]?.receiveTime ?? [])]).toEqual([START + 45, START + 46])
  })

  it('batches by count too', async () => {
    const { store, feed, api } = launch()
    await api.call('settings.set', { batchSize: 3 })
    await api.call('markets.watch', { market: BTC })
    for (let id = 1; id <= 7; id += 1) trade(feed('okx'), String(id), START + id)
    expect(store.batches.map((batch) => batch.count)).toEqual([3, 3])
  })

  it('shows what it folds: summary, tape and latency', async () => {
    const { time, feed, api } = launch()
    await api.call('markets.watch', { market: BTC })
    let rows: readonly MarketSummary[] = []
    const frames: TapeFrame[] = []
    api.subscribe('markets.summary', {}, (value) => {
      rows = value
    })
    api.subscribe('market.tape', { market: BTC }, (frame) => {
      frames.push(frame)
    })
    await settle()
    trade(feed('okx'), '1', START + 5, '100.50', '2')
    trade(feed('okx'), '2', START + 6, '101', '1')
    time.advance(250)
    await settle()
    expect(rows).toMatchObject([
      { market: BTC, state: 'live', last: 101, priceDecimals: 2, trades: 2, day: { volume: 3 } },
    ])
    expect(frames.flatMap((frame) => frame.trades.map(({ id }) => id))).toEqual(['1', '2'])
    expect(frames.at(-1)?.candles['1m']).toMatchObject([{ open: 100.5, close: 101, volume: 3 }])
    const venues = new Promise((resolve) => {
      api.subscribe('venues.status', {}, resolve as never)
    })
    expect(await venues).toMatchObject([
      { venue: 'okx', latency: { raw: { count: 2, max: 40.25 }, corrected: null } },
      { venue: 'bybit' },
    ])
  })

  it('tells how long each stage took, with what the screen measured', async () => {
    const { app, time, feed, api } = launch()
    await api.call('markets.watch', { market: BTC })
    const tape = app.handlers.topic('market.tape', { market: BTC })
    const frames: { foldedAt: number | null }[] = []
    if (tape.ok) tape.value.listen((frame) => frames.push(frame as { foldedAt: number | null }))
    const { listener } = feed('okx')
    told(listener)(BTC, '1', '1', '1', 'buy', START, START + 40.5, { pushed: START + 30 })
    listener.folded?.(START + 40.5, START + 40.75, START + 41.5)
    time.advance(400)
    expect(frames.map(({ foldedAt }) => foldedAt)).toContain(START + 41.5)
    const venue = BTC.split(':')[0] as VenueId
    await api.call('latency.screen', { venue, received: [60], painted: [9] })
    const source = app.handlers.topic('latency.stages', {})
    const [all, okx] = (source.ok ? source.value.snapshot() : []) as readonly StageReport[]
    expect([all?.venue, okx?.venue]).toEqual([null, 'okx'])
    const p50 = Object.fromEntries(all?.stages.map((each) => [each.stage, each.figures.p50]) ?? [])
    expect(p50).toMatchObject({
      'match-push': 30,
      'push-read': null, // the venue's clock is not known
      'read-parsed': 0.25,
      'parsed-folded': 0.75,
      'folded-received': 60,
      'received-painted': 9,
    })
    expect(p50['folded-committed']).toBeGreaterThan(200)
  })

  it('judges the clock of this machine by what the venues say together', async () => {
    const { app, time, feed } = launch()
    const clock = {
      offsetMs: 1_300,
      rttMs: 10,
      resolutionMs: 1,
      measuredAt: epochMs(START),
      uncertaintyMs: 6,
      driftPpm: null,
      readings: 3,
    }
    const engine = app.handlers.topic('engine.status', {})
    const machineClock = () =>
      engine.ok ? (engine.value.snapshot() as EngineStatus).machineClock : undefined
    feed('okx').current = { ...feed('okx').current, clock }
    time.advance(1_000)
    expect(machineClock()).toBeNull()
    feed('bybit').current = { ...feed('bybit').current, clock }
    time.advance(1_000)
    expect(machineClock()).toEqual({ offsetMs: 1_300, uncertaintyMs: 6, venues: 2, off: true })
  })

  it('corrects latency by the clock offset and keeps the raw figure beside it', async () => {
    const { time, feed, api, app } = launch()
    await api.call('markets.watch', { market: BTC })
    feed('okx').current = {
      ...feed('okx').current,
      clock: {
        offsetMs: -500,
        rttMs: 10,
        resolutionMs: 1,
        measuredAt: epochMs(START),
        uncertaintyMs: 6,
        driftPpm: null,
        readings: 3,
      },
    }
    feed('okx').listener.changed()
    told(feed('okx').listener)(BTC, '1', '1', '1', 'sell', START, START + 540, undefined)
    const source = app.handlers.topic('venues.status', {})
    time.advance(1_000)
    expect(source.ok && source.value.snapshot()).toMatchObject([
      { latency: { raw: { max: 540 }, corrected: { max: 40 } } },
      {},
    ])
  })

  it('stores replayed history but takes it neither for live nor for latency', async () => {
    const { time, store, feed, api, app } = launch()
    await api.call('markets.watch', { market: BTC })
    told(feed('okx').listener)(BTC, '9', '5', '1', 'buy', START - 9e5, START, { snapshot: true })
    time.advance(250)
    expect([...(store.batches[0]?.origin ?? [])]).toEqual([1])
    const source = app.handlers.topic('markets.summary', {})
    expect(source.ok && source.value.snapshot()).toMatchObject([{ last: null, trades: 0 }])
  })

  it('names near matches for a market that no venue lists, and the venues for an unknown venue', async () => {
    const { api } = launch()
    expect(await api.call('markets.watch', { market: 'okx:BTC-USDX' })).toMatchObject({
      failure: { code: 'unknown-market', near: ['okx:BTC-USDT'] },
    })
    expect(await api.call('markets.watch', { market: 'nope:BTC-USDT' })).toMatchObject({
      failure: { code: 'unknown-market', near: ['okx:BTC-USDT', 'bybit:BTC-USDT'] },
    })
    expect(await api.call('markets.watch', { market: 'what' })).toMatchObject({
      failure: { code: 'invalid' },
    })
  })

  it('keeps the watchlist over a restart, and shows a saved market that is gone as refused', async () => {
    const first = launch()
    await first.api.call('markets.watch', { market: 'okx:BTC-USDT' })
    await first.api.call('markets.watch', { market: 'bybit:ETH-USDT' })
    await first.api.call('markets.unwatch', { market: BTC })
    const saved = first.state.text?.replace('bybit:ETH-USDT', 'bybit:ETH-USDT","okx:GONE-USDT')
    const second = launch(saved === undefined ? {} : { saved })
    await settle()
    const source = second.app.handlers.topic('markets.summary', {})
    expect(source.ok && source.value.snapshot()).toMatchObject([
      { market: 'bybit:ETH-USDT', state: 'pending' },
      { market: 'okx:GONE-USDT', state: 'refused', reason: 'okx lists no GONE-USDT' },
    ])
  })

  it('records only the markets of a config when told so, and leaves the saved list alone', async () => {
    const saved = JSON.stringify({ markets: ['bybit:ETH-USDT'] })
    const { app, api, state } = launch({ saved, markets: [BTC], only: true })
    await settle()
    await api.call('markets.watch', { market: 'okx:ETH-USDT' })
    const source = app.handlers.topic('markets.summary', {})
    expect(source.ok && source.value.snapshot()).toMatchObject([{ market: BTC }, {}])
    expect(state.text).toBe(saved)
  })

  it('seeds the day from the venue, by minutes or by its total', async () => {
    const { app, feed, api } = launch()
    feed('okx').bars = ok([
      { openTime: epochMs(START - 60_000), open: 90, high: 110, low: 80, close: 100, volume: 7 },
    ])
    feed('bybit').total = ok({ last: 100, open: 50, high: 120, low: 40, volume: 1_440 })
    await api.call('markets.watch', { market: BTC })
    await api.call('markets.watch', { market: 'bybit:BTC-USDT' })
    await settle()
    const source = app.handlers.topic('markets.summary', {})
    expect(source.ok && source.value.snapshot()).toMatchObject([
      { last: 100, day: { volume: 7, high: 110, basis: 'minutes' } },
      { last: 100, day: { high: 120, basis: 'estimate' } },
    ])
  })

  it('refuses what does not have the agreed shape, and asks the shell for the other tape', async () => {
    const { api, modes } = launch()
    expect(await api.call('markets.search', { text: 'a', limit: 0 })).toMatchObject({
      failure: { code: 'invalid' },
    })
    expect(await api.call('settings.set', { batchMs: 5_000 })).toMatchObject({
      failure: { code: 'invalid' },
    })
    expect(await api.call('no.such' as never, {} as never)).toMatchObject({
      failure: { code: 'invalid' },
    })
    expect(await api.call('constructor' as never, {} as never)).toMatchObject({
      failure: { code: 'invalid' },
    })
    await api.call('app.mode', { demo: false })
    await api.call('app.mode', { demo: true })
    expect(modes).toEqual([true])
  })

  it('changes how the feeds go on at once, and asks for a restart when the way to them changes', async () => {
    const { api, restarts } = launch()
    await api.call('settings.set', { maxAttempts: 3, pollSeconds: 9 })
    expect(restarts).toEqual([])
    await api.call('settings.set', { proxy: { mode: 'none', url: '' } })
    await api.call('settings.set', { venues: { okx: { transport: 'rest' } } })
    expect(restarts).toEqual([true, true])
    expect(await api.call('network.try', { venue: 'okx' as VenueId, network: {} })).toEqual(
      ok({ websocketMs: 1, restMs: 2 }),
    )
    expect(
      await api.call('network.try', { venue: 'nowhere' as VenueId, network: {} }),
    ).toMatchObject({
      failure: { code: 'not-found' },
    })
  })

  it('tells the store how long trades are kept, at the start and at each change', async () => {
    const { api, store } = launch()
    const storage = { budgetBytes: 5e9, keepDays: 30, keepDaysByMarket: { [BTC]: 7 } }
    expect(await api.call('settings.set', { storage })).toMatchObject({ value: { storage } })
    await api.call('settings.set', { pollSeconds: 9 })
    expect(store.limits).toEqual([NO_LIMITS, storage])
    const wrong = { ...storage, keepDaysByMarket: { btc: 7 } }
    expect(await api.call('settings.set', { storage: wrong })).toMatchObject({
      failure: { code: 'invalid' },
    })
    expect(await api.call('storage.preview', storage)).toEqual(
      ok({ trades: 0, bytes: 0, markets: 0 }),
    )
    expect(await api.call('storage.report', {})).toMatchObject({ failure: { code: 'unavailable' } })
  })

  it('counts volumes in base units where the venue counts quote units', async () => {
    const inverse = { ...market('okx', 'BTC', 'USD'), qtyUnit: 'quote' as const }
    const { api, app, feed } = launch()
    feed('okx').listed = [inverse]
    await api.call('markets.watch', { market: inverse.id })
    feed('okx').listener.began(inverse.id)
    told(feed('okx').listener)(inverse.id, '1', '50000', '100', 'buy', START, START, undefined)
    const source = app.handlers.topic('markets.summary', {})
    expect(source.ok && source.value.snapshot()).toMatchObject([
      { qtyUnit: 'quote', buyVolume: 0.002, day: { volume: 0.002, quoteVolume: 100 } },
    ])
  })

  it('tells a market that is only just watched from a quiet one and a live one', async () => {
    const { api, app, feed, time } = launch()
    const state = () => {
      const source = app.handlers.topic('markets.summary', {})
      return source.ok && (source.value.snapshot() as MarketSummary[])[0]?.state
    }
    await api.call('markets.watch', { market: BTC })
    expect(state()).toBe('pending')
    trade(feed('okx'), '1', time.clock.now())
    expect(state()).toBe('live')
    time.advance(61_000)
    expect(state()).toBe('quiet')
    feed('okx').current = { ...feed('okx').current, state: 'waiting' }
    expect(state()).toBe('offline')
  })

  it('marks the bar in which an earlier recording ended, and tries a refused market anew', async () => {
    const { api, store, feed } = launch()
    store.stored = [
      {
        openTime: epochMs(START - 600_000),
        open: 1,
        high: 1,
        low: 1,
        close: 1,
        volume: 1,
        buyVolume: 0,
        trades: 1,
        source: 'tape',
        partial: false,
      },
    ]
    await api.call('markets.watch', { market: BTC })
    expect(store.partial).toEqual([`${BTC} ${START - 600_000}`])
    feed('okx').watched.clear()
    await api.call('markets.watch', { market: BTC })
    expect(feed('okx').watched.has(BTC)).toBe(true)
  })

  it('does not keep a search waiting for a venue that does not answer', async () => {
    const { api, feed, time } = launch()
    feed('okx').instruments = () => new Promise(() => {})
    const found = api.call('markets.search', { text: 'BTC', limit: 10 })
    await settle()
    time.advance(1_500)
    expect(await found).toMatchObject({ ok: true, value: [{ market: 'bybit:BTC-USDT' }, {}] })
  })

  it("shows the venue's bars to a chart that is opened while they are being fetched", async () => {
    const { api, feed, time } = launch()
    let answer: ((bars: MinuteBar[]) => void) | undefined
    feed('okx').minutes = () =>
      new Promise((resolve) => {
        answer = (bars) => resolve(ok(bars))
      })
    await api.call('markets.watch', { market: BTC })
    const chart = api.call('history.candles', { market: BTC, interval: '1m', limit: 10 })
    await settle()
    answer?.([{ openTime: epochMs(START - 60_000), open: 1, high: 2, low: 1, close: 2, volume: 3 }])
    expect(await chart).toMatchObject({ ok: true, value: [{ source: 'venue', volume: 3 }] })
    feed('bybit').minutes = () => new Promise(() => {})
    await api.call('markets.watch', { market: 'bybit:BTC-USDT' })
    const market = 'bybit:BTC-USDT' as typeof BTC
    const late = api.call('history.candles', { market, interval: '1m', limit: 10 })
    await settle()
    time.advance(3_000)
    expect(await late).toEqual(ok([]))
  })

  it('finds markets by words in any order, exact bases first', async () => {
    const { api } = launch()
    const found = await api.call('markets.search', { text: 'eth okx', limit: 10 })
    expect(found.ok && found.value.map(({ market: id }) => id)).toEqual([
      'okx:ETH-BTC',
      'okx:ETH-USDT',
    ])
    const all = await api.call('markets.search', { text: '', limit: 4 })
    expect(all.ok && all.value).toHaveLength(4)
    expect(await api.call('markets.search', { text: 'zzz', limit: 4 })).toEqual(ok([]))
  })

  it('reads recent trades with those that still wait for their batch, and waits for a bad disk only so long', async () => {
    const { api, feed, store, time } = launch()
    await api.call('markets.watch', { market: BTC })
    trade(feed('okx'), '1', START)
    expect(await api.call('history.trades', { market: BTC, limit: 5 })).toEqual(ok([]))
    expect(store.batches).toHaveLength(1)
    store.flushed = () => new Promise(() => {})
    const stuck = api.call('history.trades', { market: BTC, limit: 5 })
    await settle()
    time.advance(1_000)
    expect(await stuck).toEqual(ok([]))
  })

  it('stops with everything flushed, once', async () => {
    const { app, store, feed, api, time } = launch()
    await api.call('markets.watch', { market: BTC })
    trade(feed('okx'), '1', START)
    expect(await app.stop()).toEqual({ trades: 1, unwritten: 0 })
    expect(store.batches).toHaveLength(1)
    expect(store.closed).toBe(true)
    expect(feed('okx').started).toBe(false)
    expect(time.pending()).toBe(0)
  })

  it('exports in a pool of its own, so that nothing else waits for it', async () => {
    const { api, time } = launch()
    const seen: ExportStatus[] = []
    api.subscribe('export.status', {}, (status) => void seen.push(status))
    const stretch = { from: epochMs(START - 60_000), to: epochMs(START) }
    const request = { markets: [BTC], ...stretch, format: 'csv' } as const
    expect(await api.call('export.start', request)).toEqual(ok(null))
    await settle()
    time.advance(200)
    await settle()
    const [{ finished } = { finished: [] }] = seen.slice(-1)
    expect(finished).toMatchObject([{ failure: { message: 'no exports in this test' } }])
  })

  it('drops frames of a market that was just removed, and ends its tape', async () => {
    const { api, feed, time, store } = launch()
    await api.call('markets.watch', { market: BTC })
    await api.call('markets.unwatch', { market: BTC })
    trade(feed('okx'), '1', START)
    time.advance(1_000)
    expect(store.batches).toHaveLength(0)
    const ends: string[] = []
    api.subscribe(
      'market.tape',
      { market: BTC },
      () => {},
      ({ code }) => ends.push(code),
    )
    await settle()
    expect(ends).toEqual(['not-found'])
    expect(await api.call('markets.unwatch', { market: BTC })).toEqual(
      fail('not-found', 'okx:BTC-USDT is not on the watchlist.'),
    )
  })
})
