import { describe, expect, it } from 'vitest'
import { buyShare, remarks, shownBar } from '../../../../src/renderer/features/chart/model.ts'
import { latencyRows, measured } from '../../../../src/renderer/features/latency/model.ts'
import { readDraft, readNumber } from '../../../../src/renderer/features/settings/model.ts'
import { storeReason, storeVerdict } from '../../../../src/renderer/features/status-bar/model.ts'
import {
  barLength,
  filterTape,
  largest,
  newerThan,
  skippedWords,
} from '../../../../src/renderer/features/tape/model.ts'
import { documentTitle } from '../../../../src/renderer/features/title-bar/document-title.ts'
import {
  canRetry,
  secondsUntil,
  shownVenueState,
  stripVenues,
} from '../../../../src/renderer/features/venues/model.ts'
import { Tape } from '../../../../src/renderer/state/tape.ts'
import type {
  MarketSummary,
  StoreHealth,
  VenueStatus,
} from '../../../../src/shared/contract/status.ts'
import type { LoadStatus } from '../../../../src/shared/domain/load.ts'
import type { VenueId } from '../../../../src/shared/domain/market.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { BTC, candle, trade } from '../trades.ts'

const store = (patch: Partial<StoreHealth>): StoreHealth =>
  ({ state: 'ok', lostTrades: 0, ...patch }) as StoreHealth
const engine = (patch: Partial<StoreHealth>, load: Partial<LoadStatus> = {}) => ({
  store: store(patch),
  load: { level: 0, shedTrades: 0, ...load } as LoadStatus,
})

describe('tape', () => {
  const tape = new Tape(BTC)
  tape.add([trade(1, { qty: '1' }), trade(2, { qty: '10' })], 0)
  tape.add([trade(3, { qty: '100' })], 5)
  const entries = tape.newestFirst()

  it('filters by value and keeps everything without a filter', () => {
    expect(filterTape(entries, 0)).toBe(entries)
    expect(filterTape(entries, 1_000).map(({ serial }) => serial)).toEqual([4, 2])
  })
  it('counts what came in while it stood still', () => {
    const paused = entries.slice(2)
    expect(newerThan(entries, paused)).toBe(2)
    expect(newerThan(entries, entries)).toBe(0)
    expect(newerThan([], entries)).toBe(0)
  })
  it('scales the bars to a power of two above the largest print', () => {
    expect(largest(entries)).toBe(16_384)
    expect(largest([])).toBe(0)
    expect(barLength(5, 0)).toBe(0)
    expect(barLength(25, 100)).toBe(0.5)
    expect(barLength(900, 100)).toBe(1)
  })
  it('says that all is stored only when it is', () => {
    expect(skippedWords(engine({}))).toBe('tape.skipped')
    expect(skippedWords(engine({ state: 'retrying' }))).toBe('tape.skippedWaiting')
    expect(skippedWords(engine({ lostTrades: 1 }))).toBe('tape.skippedLossy')
    expect(skippedWords(engine({ state: 'closed' }))).toBe('tape.skippedLossy')
    expect(skippedWords(engine({}, { shedTrades: 1 }))).toBe('tape.skippedLossy')
    expect(skippedWords(null)).toBe('tape.skippedLossy')
  })
})

describe('status bar', () => {
  it('names the worst thing first, and claims to record only what arrives', () => {
    expect(storeVerdict(engine({ state: 'retrying', lostTrades: 3 }), 'lost', 'none')).toBe('lost')
    expect(storeVerdict(engine({}), 'late', 'some')).toBe('unknown')
    expect(storeVerdict(engine({ state: 'retrying' }), 'fresh', 'some')).toBe('retrying')
    expect(storeVerdict(engine({}), 'fresh', 'none')).toBe('idle')
    expect(storeVerdict(engine({}), 'fresh', 'some')).toBe('ok')
    expect(storeVerdict(engine({}, { level: 3 }), 'fresh', 'some')).toBe('ok')
    expect(storeVerdict(engine({}, { level: 4 }), 'fresh', 'some')).toBe('shedding')
    expect(storeVerdict(engine({}, { level: 4 }), 'late', 'some')).toBe('unknown')
  })
  it('has words for the reasons it knows', () => {
    expect(storeReason(store({ code: 'storage-full' }))).toBe('store.full')
    expect(storeReason(store({ code: 'internal' }))).toBeUndefined()
    expect(storeReason(store({}))).toBeUndefined()
  })
})

describe('venues', () => {
  it('counts down in whole seconds and never below zero', () => {
    const now = epochMs(1_000)
    expect(secondsUntil(undefined, now)).toBeNull()
    expect(secondsUntil(epochMs(1_001), now)).toBe(1)
    expect(secondsUntil(epochMs(500), now)).toBe(0)
  })
  it('offers to connect where that would help, and knows nothing without the engine', () => {
    const status = (state: VenueStatus['state']) => ({ state }) as VenueStatus
    expect(
      (['waiting', 'stale', 'live', 'connecting'] as const).map((s) => canRetry(status(s))),
    ).toEqual([true, true, false, false])
    expect(
      (['blocked', 'failed', 'degraded', 'backfilling', 'idle'] as const).map((s) =>
        canRetry(status(s)),
      ),
    ).toEqual([true, true, true, false, false])
    expect(shownVenueState('live', 'lost')).toBe('unknown')
  })
  it('has those in use in the title bar, what needs attention first', () => {
    const all = (
      [
        ['a', 'live'],
        ['b', 'idle'],
        ['c', 'backfilling'],
        ['d', 'quiet'],
        ['e', 'degraded'],
        ['f', 'waiting'],
        ['g', 'stopped'],
      ] as const
    ).map(([venue, state]) => ({ venue, state }) as unknown as VenueStatus)
    expect(stripVenues(all).map(({ venue }) => venue)).toEqual(['f', 'e', 'c', 'a', 'd', 'g'])
    expect(all.map(({ venue }) => venue).join('')).toBe('abcdefg')
    expect(stripVenues([])).toEqual([])
  })
})

describe('chart', () => {
  it('shows the bar under the crosshair, else the newest', () => {
    const bars = [candle(0), candle(60_000)]
    expect(shownBar(bars, null)?.openTime).toBe(60_000)
    expect(shownBar(bars, epochMs(0))?.openTime).toBe(0)
    expect(shownBar(bars, epochMs(30_000))).toBeUndefined()
  })
  it('knows which remarks the legend needs', () => {
    expect(remarks([candle(0)])).toEqual({ venue: false, partial: false })
    expect(remarks([candle(0, { source: 'venue' }), candle(1, { partial: true })])).toEqual({
      venue: true,
      partial: true,
    })
  })
  it('has no share without a trade', () => {
    const row = (buyVolume: number, sellVolume: number) =>
      ({ buyVolume, sellVolume }) as MarketSummary
    expect(buyShare(row(0, 0))).toBeNull()
    expect(buyShare(row(3, 1))).toBe(0.75)
  })
})

describe('latency', () => {
  const status = (corrected: object | null, markets: number, count: number) =>
    ({ venue: 'okx', markets, latency: { raw: { count }, corrected } }) as unknown as VenueStatus
  it('has no corrected row while the clocks were not compared', () => {
    expect(latencyRows(status(null, 1, 1)).map(({ basis }) => basis)).toEqual(['raw'])
    expect(latencyRows(status({}, 1, 1)).map(({ basis }) => basis)).toEqual(['raw', 'corrected'])
  })
  it('leaves out venues that measure nothing and never will', () => {
    expect(measured([status(null, 0, 0), status(null, 2, 0), status(null, 0, 3)])).toHaveLength(2)
  })
})

describe('settings', () => {
  it('takes whole numbers within the limits only', () => {
    expect(readNumber('batchMs', ' 900 ')).toBe(900)
    for (const text of ['901', '9', '', '1e2', '-5', '50.5', 'x'])
      expect(readNumber('batchMs', text)).toBeUndefined()
    expect(readDraft({ batchSize: '1', batchMs: '10', latencyWindowSeconds: '5' })).toBeUndefined()
  })
})

describe('document title', () => {
  const row = { symbol: 'BTC-USDT', venue: 'okx' as VenueId }
  const base = { name: 'Tapedeck', demo: null, stale: null, price: '5', row }
  it('carries price, demo and loss, and never an old price', () => {
    expect(documentTitle(base)).toBe('5 BTC-USDT okx – Tapedeck')
    expect(documentTitle({ ...base, demo: 'DEMO' })).toBe('DEMO · 5 BTC-USDT okx – Tapedeck')
    expect(documentTitle({ ...base, demo: 'DEMO', stale: 'no connection' })).toBe(
      'DEMO · no connection – Tapedeck',
    )
    expect(documentTitle({ ...base, price: null, row: undefined })).toBe('Tapedeck')
  })
})
