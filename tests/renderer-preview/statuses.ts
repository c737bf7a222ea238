import type {
  EngineStatus,
  StageReport,
  VenueState,
  VenueStatus,
} from '../../src/shared/contract/status.ts'
import { type LatencyFigures, STAGES, type Stage } from '../../src/shared/domain/latency.ts'
import {
  LOAD_STEPS,
  type LoadLevel,
  type LoadReason,
  type LoadStatus,
} from '../../src/shared/domain/load.ts'
import type { VenueId } from '../../src/shared/domain/market.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import { VENUES } from './market.ts'
import type { Scenario } from './scenarios.ts'

const figures = (base: number, shift: number, wave: number): LatencyFigures => ({
  count: 4_210 + Math.round(wave * 90),
  avg: base + shift + wave * 2,
  p50: base * 0.9 + shift + wave,
  p95: base * 1.9 + shift + wave * 3,
  p99: base * 3.1 + shift + wave * 9,
  max: base * 7 + shift + wave * 12,
  min: base * 0.4 + shift,
  negative: base * 0.4 + shift < 0 ? 37 : 0,
})

const EXAMPLE = {
  frame:
    '{"topic":"publicTrade.BTCUSDT","data":[{"T":"1763942400123","s":"BTCUSDT","S":"<b onclick=alert(1)>Buy</b>","v":null,"p":"67012.40","i":"2290000000061"}]}',
  reason: 'data[0].v: a quantity is decimal text, this is null',
}

const NOTHING: LatencyFigures = {
  count: 0,
  avg: null,
  p50: null,
  p95: null,
  p99: null,
  max: null,
  min: null,
  negative: 0,
}

const TROUBLES: readonly VenueState[] = ['backfilling', 'degraded', 'blocked', 'failed', 'live']
/** Venues that only some scenarios know. */
const MORE = ['gate', 'kraken'] as readonly string[] as readonly VenueId[]

const CROWD = [
  ...['coinbase', 'kucoin', 'htx', 'upbit', 'bitget', 'binance-usdm', 'bybit-linear'],
  ...['deribit', 'hyperliquid'],
] as readonly string[] as readonly VenueId[]
const CROWD_STATES: readonly VenueState[] = [
  'live',
  'live',
  'quiet',
  'live',
  'live',
  'idle',
  'live',
  'live',
]

export const venuesOf = ({ venues }: Scenario): readonly VenueId[] => {
  if (venues === 'crowded') return [...VENUES, ...MORE, ...CROWD]
  return venues === 'troubled' ? [...VENUES, ...MORE] : VENUES
}

function stateOf(scenario: Scenario, index: number): VenueState {
  if (scenario.markets === 0) return 'idle'
  switch (scenario.venues ?? 'up') {
    case 'down':
      return 'waiting'
    case 'connecting':
      return 'connecting'
    case 'mixed':
      return (['live', 'stale', 'waiting'] as const)[index % 3] ?? 'live'
    case 'crowded':
      return index === 9 ? 'waiting' : (CROWD_STATES[index % 8] ?? 'live')
    case 'troubled':
      return TROUBLES[index] ?? 'live'
    default:
      return 'live'
  }
}

const REASONS: Partial<Record<VenueState, string>> = {
  waiting: 'Connection refused (ECONNREFUSED)',
  stale: 'Nothing heard for 31 s',
  degraded: 'No WebSocket can be opened (HTTP 403 from the proxy); trades are polled every 5 s.',
  blocked: 'HTTP 429: too many requests. The venue asks to wait 40 s.',
  failed: '20 attempts failed: connect ETIMEDOUT 104.18.3.22:443',
}

export function venueStatuses(scenario: Scenario, started: number, now: number): VenueStatus[] {
  return venuesOf(scenario).map((venue, index) => {
    const state = stateOf(scenario, index)
    const live = state === 'live' || state === 'backfilling' || state === 'degraded'
    const wave = Math.sin(now / 9_000 + index) + Math.sin(now / 2_300) * 0.4
    const shift = [4, -31, 12][index] ?? 0
    const reason = REASONS[state]
    return {
      venue,
      state,
      since: epochMs(started - index * 47_000),
      ...(reason === undefined ? {} : { reason }),
      attempt: live || state === 'idle' ? 0 : state === 'connecting' ? 1 : 4,
      ...(state === 'waiting' || state === 'blocked'
        ? { nextAttemptAt: epochMs(now - (now % 16_000) + 16_000) }
        : {}),
      markets: scenario.markets === 0 ? 0 : 5,
      messages: live ? Math.round((now - started) / 4) : 0,
      messagesPerSecond: live ? scenario.rate * 1.4 + index * 13 : 0,
      unreadable: index === 2 ? 1 : state === 'degraded' ? 14 : 0,
      ...(index === 2 || state === 'degraded' ? { unreadableExample: EXAMPLE } : {}),
      ...(state === 'backfilling' ? { backfill: { gaps: 3, fetched: 12_480 } } : {}),
      ...(state === 'degraded'
        ? { host: 'stream-alt.example.net:8443', proxy: 'socks5://reader@10.0.0.7:1080' }
        : {}),
      reconnects: index,
      sockets: state === 'degraded' ? 0 : state === 'backfilling' ? 3 : live ? 1 : 0,
      lastMessageAt: live ? epochMs(now - 80) : null,
      lastTradeAt: live ? epochMs(now - 140) : null,
      instruments:
        state === 'connecting' ? 'loading' : live || state === 'idle' ? 'list' : 'spelling',
      clock: live
        ? {
            offsetMs: shift,
            rttMs: 24,
            resolutionMs: index === 1 ? 1_000 : 1,
            readings: 18,
            measuredAt: epochMs(now),
            uncertaintyMs: index === 1 ? 40 : 1.4,
            driftPpm: index === 1 ? null : 0.4 - index,
          }
        : null,
      latency: {
        raw: live ? figures(26 + index * 8, shift, wave) : NOTHING,
        corrected: live ? figures(26 + index * 8, 0, wave) : null,
        uncertaintyMs: live ? (index === 1 ? 41 : 2.4) : null,
        cannotTell: index === 1,
        windowMs: 60_000,
      },
    }
  })
}

const caps = { cpuPercent: 50, memoryMegabytes: 900 }
const pressed =
  (level: LoadLevel, reasons: readonly LoadReason[], cpu: number, rssBytes: number) =>
  (since: number): LoadStatus => ({
    level,
    since: epochMs(since),
    reasons,
    easing: false,
    shed: LOAD_STEPS.slice(0, level),
    ...{ cpu, rssBytes, caps },
    shedTrades: level === 4 ? 18_204 : 0,
  })
const LOADS = {
  none: (since: number): LoadStatus => ({
    ...pressed(0, [], 0.04, 143_000_000)(since),
    caps: { cpuPercent: null, memoryMegabytes: null },
  }),
  paint: pressed(1, ['loop'], 0.71, 143_000_000),
  rows: pressed(3, ['cpu', 'queue'], 0.83, 402_000_000),
  trades: pressed(4, ['memory'], 0.41, 931_000_000),
}

export function engineStatus(scenario: Scenario, started: number, now: number): EngineStatus {
  const up = (now - started) / 1_000 + 7_443
  const live = ['up', 'mixed', 'troubled', 'crowded'].includes(scenario.venues ?? 'up')
  const trouble = scenario.store === 'retrying' || scenario.store === 'lost'
  const trades = Math.round(live ? up * (scenario.rate + 22) : 0)
  return {
    at: epochMs(now),
    startedAt: epochMs(now - up * 1_000),
    messages: Math.round(trades * 1.4),
    messagesPerSecond: live ? scenario.rate * 2.1 : 0,
    trades,
    tradesPerSecond: live ? scenario.rate * 1.6 : 0,
    duplicates: 17,
    unreadable: live ? 1 : 0,
    batches: 4_411,
    processingMicros: 6.4,
    queueDepth: trouble ? 48_211 : Math.round(scenario.rate * 0.3),
    rssBytes: 143_000_000,
    heapBytes: 48_000_000,
    cpu: 0.04,
    loopDelayP99Ms: 11.4,
    load: LOADS[scenario.load ?? 'none'](now - 95_000),
    machineClock: live
      ? scenario.clockOff === true
        ? { offsetMs: 1_312, uncertaintyMs: 48, venues: 3, off: true }
        : { offsetMs: -3.6, uncertaintyMs: 4.1, venues: 3, off: false }
      : null,
    store: {
      state: trouble ? 'retrying' : 'ok',
      ...(trouble
        ? { code: 'storage-full' as const, reason: 'SQLITE_FULL: database or disk is full' }
        : {}),
      waitingTrades: trouble ? 48_211 : 0,
      waitingBytes: trouble ? 6_100_000 : 0,
      lostTrades: scenario.store === 'lost' ? 1_204 : 0,
      storedTrades: trades,
      lastWrite: live ? { trades: Math.max(1, Math.round(scenario.rate * 0.4)), ms: 3.2 } : null,
      duplicates: 17,
      databaseBytes: 412_000_000,
      freeBytes: trouble ? 0 : 84_000_000_000,
      path: '/home/reader/.local/share/tapedeck/tape.db',
    },
  }
}

const TYPICAL: Readonly<Record<Stage, number>> = {
  'match-push': 2.1,
  'push-read': 21,
  'read-parsed': 0.03,
  'parsed-folded': 0.009,
  'folded-committed': 140,
  'folded-received': 61,
  'received-painted': 11,
}

/** All venues together, then each; with `slow` the disk takes a second and a half. */
export function stageReports(scenario: Scenario, now: number): StageReport[] {
  const live = (scenario.venues ?? 'up') === 'up' && scenario.markets > 0
  const wave = Math.sin(now / 9_000)
  const slow = scenario.slow === true
  return (live ? [null, ...VENUES] : [null]).map((venue, index) => ({
    venue,
    blame: slow ? 'folded-committed' : null,
    stages: STAGES.map((stage) => {
      const base = TYPICAL[stage] * (slow && stage === 'folded-committed' ? 6 : 1)
      const unknown = !live || (stage === 'match-push' && index === 2)
      return {
        stage,
        figures: unknown ? NOTHING : figures(base + index * base * 0.1, 0, wave * base * 0.05),
        uncertaintyMs: stage === 'push-read' && live ? (index === 2 ? 41 : 2.4) : 0,
      }
    }),
  }))
}
