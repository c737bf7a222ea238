import { describe, expect, it } from 'vitest'
import { createApp } from '../../../src/main/app.ts'
import type { Refill } from '../../../src/main/ingest/feed.ts'
import type { ProcessGauge } from '../../../src/main/ports.ts'
import { SettingsService } from '../../../src/main/services/settings.ts'
import type { RestTrade, Venue } from '../../../src/main/venues/venue.ts'
import type {
  EngineStatus,
  Settings,
  TapeFrame,
  TradesFrame,
} from '../../../src/shared/contract/status.ts'
import { idAt } from '../../../src/shared/domain/id-column.ts'
import type { Gap, Span } from '../../../src/shared/domain/ledger.ts'
import type { LoadStatus } from '../../../src/shared/domain/load.ts'
import { marketId, type VenueId } from '../../../src/shared/domain/market.ts'
import { type Outcome, ok } from '../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
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
const CAPS = { cpuPercent: 50, memoryMegabytes: 400 }

function launch(caps: Settings['load'] = CAPS) {
  const time = manualClock()
  const store = new FakeStore()
  const feeds = new Map<string, FakeFeed>()
  const logged: string[] = []
  /** What the machine says; CPU as a share of one core. */
  const machine = { cpu: 0.1, used: 0, readAt: 0, rssBytes: 200e6, loopDelayP99Ms: 1 }
  const gauge = (): ProcessGauge => {
    const at = time.clock.monotonic()
    machine.used += (at - machine.readAt) * machine.cpu
    machine.readAt = at
    const { rssBytes, loopDelayP99Ms, used } = machine
    return { rssBytes, heapBytes: 1, cpuMs: used, loopDelayP99Ms }
  }
  const { file } = memoryFile(JSON.stringify({ load: caps }))
  const log = (event: string, fields = {}) =>
    logged.push(event === 'load-level' ? Object.values(fields).slice(0, 2).join(' ') : event)
  const app = createApp({
    clock: time.clock,
    log: { ...silent, warn: log, info: log },
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
      const feed = new FakeFeed(venue.id, listener, [market(venue.id, 'BTC')])
      feeds.set(venue.id, feed)
      return feed
    },
    gauge,
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
  const feed = (id: string): FakeFeed => {
    const found = feeds.get(id)
    if (found === undefined) throw new Error(`no feed ${id}`)
    return found
  }
  const topic = <T>(name: string, params: object, each: (value: T) => void): void => {
    const source = app.handlers.topic(name, params)
    if (!source.ok) throw new Error(source.failure.message)
    source.value.listen((value) => each(value as T))
  }
  const load = (): LoadStatus => {
    const source = app.handlers.topic('engine.status', {})
    if (!source.ok) throw new Error(source.failure.message)
    return (source.value.snapshot() as EngineStatus).load
  }
  const live = (n: number, to = SURE): void =>
    told(feed(to.split(':')[0] ?? '').listener)(
      to,
      String(n),
      '100',
      '1',
      'buy',
      time.clock.now(),
      time.clock.now(),
      undefined,
    )
  /** Lets whole seconds pass; `each` is called ten times in each of them. */
  const pass = async (seconds: number, each: () => void = () => {}): Promise<void> => {
    for (let step = 0; step < seconds * 10; step += 1) {
      each()
      time.advance(100)
      await settle()
    }
  }
  app.start()
  return {
    ...{ app, time, store, machine, logged, call, feed, topic, live, pass },
    load,
    gaps: (): Gap[] => {
      const gaps = new Map<number, Gap>()
      for (const change of store.ledgers)
        if (change.t === 'gap') gaps.set(change.gap.id, change.gap)
      return [...gaps.values()].sort((a, b) => a.from - b.from)
    },
    claimed: (): number | null =>
      store.ledgers
        .filter((change): change is { t: 'span'; span: Span } => change.t === 'span')
        .findLast(({ span }) => span.market === SURE)?.span.lastSeq ?? null,
    stored: (): string[] =>
      store.batches.flatMap((batch) =>
        [...batch.origin].map((origin, row) => `${idAt(batch.id, row)}${origin === 2 ? 'b' : ''}`),
      ),
  }
}

const row = (n: number, time: number): RestTrade => ({
  ...{ id: String(n), price: '100', qty: '1', side: 'buy', time: epochMs(time) },
})
const whole = ok<Refill>({ whole: true, final: false })
const rate = (times: readonly number[], from: number, to: number): number =>
  times.filter((at) => at > from && at <= to).length / ((to - from) / 1_000)

describe('load', () => {
  it('is nothing without caps, however much is used', async () => {
    const { machine, pass, load } = launch({ cpuPercent: null, memoryMegabytes: null })
    machine.cpu = 8
    machine.rssBytes = 9e9
    await pass(30)
    expect(load()).toMatchObject({ level: 0, reasons: [], shed: [], cpu: 8, rssBytes: 9e9 })
  })

  it('leaves out in the fixed order, says so, and takes it back in the reverse one', async () => {
    const { machine, pass, load, logged } = launch()
    await pass(10)
    expect(load()).toMatchObject({ level: 0, caps: CAPS })
    machine.cpu = 0.9
    const seen: string[] = []
    for (let second = 0; second < 20; second += 1) {
      await pass(1)
      seen.push(load().shed.join(' '))
    }
    expect([...new Set(seen)]).toEqual(['', 'paint', 'paint views', 'paint views rows'])
    expect(load()).toMatchObject({ level: 3, reasons: ['cpu'], cpu: 0.9 })
    machine.cpu = 0.1
    await pass(120)
    expect(load()).toMatchObject({ level: 0, reasons: [], shed: [] })
    expect(logged.filter((line) => /^\d/.test(line))).toEqual([
      ...['1 cpu', '2 cpu', '3 cpu', '2 cpu', '1 cpu', '0 '],
    ])
  })

  it('draws the screen and makes derived views less often, and lets programs have every trade at once', async () => {
    const { machine, pass, topic, call, live, time, load } = launch()
    await call('markets.watch', { market: SURE })
    const at = { tape: [] as number[], summary: [] as number[], stages: [] as number[] }
    const feedTimes: number[] = []
    let rows = 0
    let skipped = 0
    let shown = 0
    topic<TapeFrame>('market.tape', { market: SURE }, (frame) => {
      at.tape.push(time.clock.now())
      rows += frame.trades.length
      skipped += frame.skipped
      shown += frame.candles['1s'].length
    })
    topic('markets.summary', {}, () => at.summary.push(time.clock.now()))
    topic('latency.stages', {}, () => at.stages.push(time.clock.now()))
    let programs = 0
    topic<TradesFrame>('market.trades', { market: SURE }, (frame) => {
      feedTimes.push(time.clock.now())
      programs += frame.trades.length
    })
    let n = 0
    const trade = () => live(++n)
    const rates = async (seconds: number) => {
      const from = time.clock.now()
      await pass(seconds, trade)
      const to = time.clock.now()
      return [at.tape, at.summary, at.stages].map(
        (each) => Math.round(rate(each, from, to) * 10) / 10,
      )
    }
    /** Goes up to a level and stays there: memory is neither over the cap nor well below it. */
    const stand = async (level: number) => {
      machine.rssBytes = 500e6
      while (load().level < level) await pass(1, trade)
      machine.rssBytes = 390e6
      await pass(5, trade)
      expect(load().level).toBe(level)
    }
    expect(await rates(10)).toEqual([10, 4, 1])
    await stand(1)
    expect(await rates(20)).toEqual([4, 4, 1])
    await stand(2)
    expect(await rates(20)).toEqual([1, 1, 0.2])
    expect(skipped).toBe(0)
    await stand(3)
    const before = { rows, skipped, shown }
    await pass(20, trade)
    expect(rows).toBe(before.rows)
    expect(skipped - before.skipped).toBe(200)
    expect(shown).toBeGreaterThan(before.shown)
    await pass(1)
    expect(rows + skipped).toBe(n)
    expect(programs).toBe(n)
    expect(rate(feedTimes, START, time.clock.now())).toBeGreaterThan(9.5)
  })

  it('leaves trades out last of all, as one gap with their exact number, and fetches them when it is over', async () => {
    const { machine, pass, call, live, load, store, feed, gaps, stored, claimed } = launch()
    await call('markets.watch', { market: SURE })
    await call('markets.watch', { market: UNSURE })
    let n = 0
    const trade = () => {
      live(++n)
      live(n, UNSURE)
    }
    await pass(2, trade)
    machine.rssBytes = 500e6
    store.waiting = 300_000
    while (load().level < 3) await pass(1, trade)
    expect(gaps()).toEqual([])
    while (load().level < 4) await pass(1, trade)
    const whenShed = n
    expect(load()).toMatchObject({
      reasons: ['memory'],
      shed: ['paint', 'views', 'rows', 'trades'],
    })
    await pass(10, trade)
    expect(load().level).toBe(4)
    expect(feed('okx').refills).toEqual([])
    machine.rssBytes = 200e6
    store.waiting = 0
    while (load().level > 3) await pass(1, trade)
    const over = n
    const shed = over - whenShed
    expect(load().shedTrades).toBe(2 * shed)
    const [sure, unsure] = [SURE, UNSURE].map((id) => gaps().filter((gap) => gap.market === id))
    expect(sure).toMatchObject([
      { cause: 'overload', missing: shed, firstSeq: whenShed + 1, lastSeq: over, recovered: 0 },
    ])
    expect(unsure).toMatchObject([{ cause: 'overload', missing: shed, firstSeq: null }])
    const expected = Array.from({ length: over }, (_, i) => String(i + 1))
    const without = expected.filter((id) => Number(id) <= whenShed)
    expect(stored().toSorted((a, b) => Number(a) - Number(b))).toEqual(
      without.flatMap((id) => [id, id]),
    )
    for (const id of ['okx', 'bybit'])
      feed(id).onRefill = (page, hole) => {
        const from = hole.after.time
        const step = (hole.before.time - from) / (shed + 1)
        page(
          Array.from({ length: shed }, (_, i) =>
            row(whenShed + 1 + i, Math.floor(from + step * (i + 1))),
          ),
        )
        return whole
      }
    await pass(10, trade)
    await pass(1)
    expect(gaps()).toMatchObject([
      { cause: 'overload', state: 'filled', recovered: shed, missing: 0 },
      { cause: 'overload', state: 'filled', recovered: shed, missing: 0 },
    ])
    const back = stored().filter((id) => id.endsWith('b'))
    expect(back).toHaveLength(2 * shed)
    expect(new Set(stored().map(Number.parseFloat)).size).toBe(n)
    expect(claimed()).toBe(n)
    await pass(80, trade)
    expect(load()).toMatchObject({ level: 0, shedTrades: 2 * shed })
  })

  it('reads the coverage after five minutes instead of after each', async () => {
    const { machine, time, call, load, store } = launch()
    await call('markets.watch', { market: SURE })
    let read = 0
    const { ledger } = store
    store.ledger = () => {
      read += 1
      return ledger.call(store)
    }
    const minutes = async (n: number): Promise<number> => {
      const before = read
      for (let second = 0; second < n * 60; second += 1) {
        time.advance(1_000)
        await settle()
      }
      return read - before
    }
    expect(await minutes(5)).toBe(5)
    machine.rssBytes = 500e6
    await minutes(1)
    expect(load().level).toBe(3)
    expect(await minutes(10)).toBe(2)
  })

  it('never tells of a stretch as recorded that was left out', async () => {
    const { machine, pass, call, live, load, store } = launch()
    await call('markets.watch', { market: SURE })
    let n = 0
    const trade = () => live(++n)
    machine.rssBytes = 500e6
    store.waiting = 300_000
    while (load().level < 4) await pass(1, trade)
    const notes: string[][] = []
    store.note = (changes) => {
      notes.push(changes.map(({ t }) => t))
    }
    await pass(2, trade)
    expect(notes.length).toBeGreaterThan(4)
    for (const kinds of notes) {
      // A market's first flush has no gap to make longer; all others tell both at once.
      expect(kinds).toContain('span')
      expect(kinds.at(-1)).toBe('gap')
    }
  })

  it('breaks off what is being fetched when trades are left out, and goes on afterwards', async () => {
    const { machine, pass, call, live, load, store, feed, gaps } = launch()
    await call('markets.watch', { market: SURE })
    const asked: (() => void)[] = []
    feed('okx').onRefill = (page) =>
      new Promise((resolve) => {
        asked.push(() => {
          page([row(2, START + 100), row(3, START + 101)])
          resolve(whole)
        })
      })
    live(1)
    await pass(1)
    live(4)
    await pass(3)
    expect(gaps()).toMatchObject([{ cause: 'sequence', state: 'filling' }])
    machine.rssBytes = 500e6
    store.waiting = 300_000
    while (load().level < 4) await pass(1)
    asked.pop()?.()
    await pass(3)
    expect(gaps()).toMatchObject([{ cause: 'sequence', state: 'open', missing: 2, recovered: 0 }])
    machine.rssBytes = 200e6
    store.waiting = 0
    await pass(8)
    asked.pop()?.()
    await pass(1)
    expect(gaps()).toMatchObject([{ cause: 'sequence', state: 'filled', recovered: 2 }])
  })

  it('lays trades to the disk that fill the memory because the disk refuses them', async () => {
    const { machine, pass, call, live, load, store, gaps } = launch()
    await call('markets.watch', { market: SURE })
    let n = 0
    store.room = false
    machine.rssBytes = 500e6
    store.waiting = 300_000
    await pass(1, () => live(++n))
    while (load().level < 4) await pass(1, () => live(++n))
    await pass(1, () => live(++n))
    expect(new Set(gaps().map(({ cause }) => cause))).toEqual(new Set(['disk']))
  })

  it('calls it overload when a store that writes has no room left', async () => {
    const { pass, call, live, store, gaps } = launch()
    await call('markets.watch', { market: SURE })
    live(1)
    await pass(1)
    store.append = () => false
    live(2)
    live(3)
    await pass(1)
    expect(gaps()).toMatchObject([{ cause: 'overload', firstSeq: 2, lastSeq: 3, missing: 2 }])
  })

  it('follows a queue that grows and an event loop that is late without any cap', async () => {
    const { machine, pass, load, store } = launch({ cpuPercent: null, memoryMegabytes: null })
    machine.loopDelayP99Ms = 250
    await pass(20)
    expect(load()).toMatchObject({ level: 3, reasons: ['loop'] })
    machine.loopDelayP99Ms = 1
    await pass(70)
    expect(load().level).toBe(0)
    store.waiting = 20_000
    for (let second = 0; second < 16; second += 1) {
      store.waiting += 5_000
      await pass(1)
    }
    expect(load()).toMatchObject({ level: 3, reasons: ['queue'] })
  })

  it('holds the caps that are set while it runs', async () => {
    const { machine, pass, call, load } = launch({ cpuPercent: null, memoryMegabytes: null })
    machine.rssBytes = 500e6
    await pass(10)
    expect(load().level).toBe(0)
    await call('settings.set', { load: { cpuPercent: null, memoryMegabytes: 400 } })
    await pass(4)
    expect(load()).toMatchObject({ level: 1, reasons: ['memory'] })
    expect(
      await call('settings.set', { load: { cpuPercent: 1, memoryMegabytes: 64 } }),
    ).toMatchObject({ failure: { code: 'invalid' } })
  })
})
