import { beforeEach, describe, expect, test } from 'vitest'
import type { AiAnswer, AiOutcome, AiRequest } from '../../../../src/main/ports.ts'
import { Analyses } from '../../../../src/main/services/analysis/analyses.ts'
import { ANALYSIS_DEFAULTS } from '../../../../src/main/services/analysis-defaults.ts'
import type { AnalysisChange } from '../../../../src/main/store/analysis-store.ts'
import type { AnalysisEntry, AnalysisSettings } from '../../../../src/shared/contract/analysis.ts'
import type { AroundQuery, BarsQuery } from '../../../../src/shared/contract/history.ts'
import { RESOLUTIONS } from '../../../../src/shared/domain/candle.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { ok } from '../../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import type { Trade } from '../../../../src/shared/domain/trade.ts'
import { FakeStore, manualClock, START, silent } from '../fakes.ts'

const MARKET = 'okx:BTC-USDT' as MarketId
const MINUTE = 60_000

/** A tape with one trade a minute at prices that the test can compute: 100 + the minute of the day. */
class Tape extends FakeStore {
  override async bars({ from, to, resolution = '1m' }: BarsQuery) {
    const ms = RESOLUTIONS[resolution]
    const candles = []
    for (let open = Math.floor(from / ms) * ms; open < to; open += ms) {
      if (open % MINUTE !== 0) continue
      const price = priceAt(open)
      const prices = { open: price, high: price, low: price, close: price }
      const volumes = {
        volume: 2,
        buyVolume: 1,
        trades: 1,
        source: 'tape',
        partial: false,
      } as const
      candles.push({ openTime: epochMs(open), ...prices, ...volumes })
    }
    const cover = [{ from, to, state: 'complete' as const }]
    return ok({ resolution, candles, cover })
  }
  override async around({ at, before }: AroundQuery) {
    const newest = Math.floor((at - 1) / MINUTE) * MINUTE
    const times = Array.from({ length: Math.min(before, 3) }, (_, i) => newest - i * MINUTE)
    return ok(times.reverse().map(tradeAt))
  }
}
const priceAt = (time: number): number => 100 + Math.floor((time / MINUTE) % 1_440) / 100
const tradeAt = (time: number): Trade => ({
  ...{ market: MARKET, id: String(time), price: priceAt(time).toFixed(2), qty: '2', side: 'buy' },
  ...{ exchangeTime: epochMs(time), receiveTime: epochMs(time), matches: 1, origin: 'stream' },
})

let time: ReturnType<typeof manualClock>
let store: Tape
let settings: AnalysisSettings
let asked: AiRequest[]
let keysUsed: string[]
let signals: AbortSignal[]
let answer: (request: AiRequest) => Promise<AiOutcome<AiAnswer>>
let verdicts: string[]
let secrets: Map<string, string>
let analyses: Analyses

const said = (text: object): AiOutcome<AiAnswer> => ({
  ok: true,
  value: {
    ...{ text: JSON.stringify(text), finish: 'stop', refusal: null },
    usage: { promptTokens: 400, completionTokens: 50 },
    ...{ firstByteMs: 100, totalMs: 300 },
  },
})
const lastOf = ({ user }: AiRequest): number =>
  (JSON.parse(user) as { figures: { last: { value: number } } }).figures.last.value
const UP = (request: AiRequest) => {
  const last = lastOf(request)
  return said({
    reason: `From ${last} up.`,
    ...{ trend: 'up', entry: last, stop: round(last - 0.01), targets: [round(last + 0.01)] },
  })
}
const round = (value: number): number => Number(value.toFixed(2))

const make = (): Analyses =>
  new Analyses({
    clock: time.clock,
    log: silent,
    store,
    provider: {
      ask: (request, key, onText, signal) => {
        signals.push(signal)
        asked.push(request)
        keysUsed.push(key)
        onText('{"reason":"So far')
        return answer(request)
      },
      models: async () => ({ ok: true, value: ['m1', 'm2'] }),
    },
    secrets: {
      get: async (name) => secrets.get(name),
      set: async (name, secret) => {
        secrets.set(name, secret)
        return { kept: true }
      },
      isHeld: () => false,
    },
    settings: {
      get analysis() {
        return settings
      },
      setAnalysis: (patch) => {
        settings = { ...settings, ...patch }
        return ok(settings)
      },
    },
    written: async () => {},
    tradesOf: () => 0,
    verdict: (market, word, value) => verdicts.push(`${market} ${word} ${value}`),
  })

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 60; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
const entries = (): AnalysisEntry[] =>
  store.analysisChanges.flatMap((change: AnalysisChange) =>
    change.t === 'entry' ? [change.entry] : [],
  )

beforeEach(async () => {
  time = manualClock()
  store = new Tape()
  const on = { on: true, model: 'gpt-4.1' }
  settings = { ...ANALYSIS_DEFAULTS, kinds: { anomaly: on, sentiment: on, signal: on } }
  asked = []
  keysUsed = []
  signals = []
  verdicts = []
  secrets = new Map()
  answer = async (request) => UP(request)
  analyses = make()
  await analyses.start()
})

describe('nothing is asked', () => {
  test('without a key', async () => {
    const outcome = await analyses.run({ market: MARKET, kind: 'signal' })
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'unavailable' } })
    expect(asked).toEqual([])
  })
  test('while the analysis is off', async () => {
    await analyses.key('sk-1')
    await analyses.configure({ kinds: { ...settings.kinds, signal: { on: false, model: 'm' } } })
    expect(await analyses.run({ market: MARKET, kind: 'signal' })).toMatchObject({ ok: false })
    expect(asked).toEqual([])
  })
  test('when what was spent cannot be read', async () => {
    const fresh = make()
    expect(await fresh.run({ market: MARKET, kind: 'signal' })).toMatchObject({ ok: false })
  })
  test('of the future', async () => {
    await analyses.key('sk-1')
    const at = epochMs(START + MINUTE)
    expect(await analyses.run({ market: MARKET, kind: 'signal', at })).toMatchObject({
      ok: false,
      failure: { code: 'invalid' },
    })
  })
})

test('figures and a dry run need no key and ask nobody', async () => {
  const figures = await analyses.figures({ market: MARKET, kind: 'signal' })
  expect(figures).toMatchObject({ ok: true, value: { baseline: { kind: 'signal' } } })
  const dry = await analyses.dry({ market: MARKET, kind: 'signal' })
  expect(dry).toMatchObject({
    ok: true,
    value: { url: 'https://api.holysheep.ai/v1/chat/completions', prompt: 'signal-1' },
  })
  expect(asked).toEqual([])
})

test('a signal is asked, kept with its snapshot, told to the alerts', async () => {
  await analyses.key('sk-1')
  expect(await analyses.run({ market: MARKET, kind: 'signal' })).toEqual(ok(null))
  await settle()
  expect(keysUsed).toEqual(['sk-1'])
  const [entry] = entries()
  expect(entry).toMatchObject({
    ...{ state: 'done', market: MARKET, kind: 'signal', trigger: 'asked', prompt: 'signal-1' },
    ...{ provider: 'api.holysheep.ai', attempts: 1, problems: [] },
    usage: { promptTokens: 400, completionTokens: 50, reported: true },
    marks: { model: { outcome: 'pending' } },
  })
  // 400 tokens at 2 $ and 50 at 8 $ a million.
  expect(entry?.cost).toBeCloseTo(0.0012, 9)
  expect(entry?.snapshot.figures.coveragePercent).toBe(100)
  expect(verdicts).toEqual([`${MARKET} up ${entry?.snapshot.figures.rsi14}`])
  expect(analyses.status.snapshot()).toMatchObject({ today: { requests: 1, tokens: 450 } })
})

test('a key goes to its own host only', async () => {
  await analyses.key('sk-1')
  await analyses.configure({ baseUrl: 'https://other.example/v1' })
  expect(await analyses.run({ market: MARKET, kind: 'signal' })).toMatchObject({ ok: false })
  await analyses.key('sk-2')
  await analyses.run({ market: MARKET, kind: 'signal' })
  await settle()
  expect(keysUsed).toEqual(['sk-2'])
  await analyses.configure({ baseUrl: 'https://api.holysheep.ai/v1' })
  await analyses.run({ market: MARKET, kind: 'signal' })
  await settle()
  expect(keysUsed).toEqual(['sk-2', 'sk-1'])
})

test('an answer that is not believed tells the alerts nothing and is not marked', async () => {
  await analyses.key('sk-1')
  answer = async (request) => {
    const last = lastOf(request)
    return said({
      reason: 'Down.',
      trend: 'down',
      entry: last,
      stop: last - 0.01,
      targets: [last - 0.02],
    })
  }
  await analyses.run({ market: MARKET, kind: 'signal' })
  await settle()
  expect(entries()[0]).toMatchObject({ state: 'refused', marks: null })
  expect(entries()[0]?.problems[0]?.code).toBe('stop-wrong-side')
  expect(verdicts).toEqual([])
})

test('an answer about now that comes too late is put aside, one about the past is not', async () => {
  await analyses.key('sk-1')
  settings = { ...settings, deadlineMs: 600_000 }
  let come: () => void = () => {}
  answer = (request) =>
    new Promise((resolve) => {
      come = () => resolve(UP(request))
    })
  await analyses.run({ market: MARKET, kind: 'signal' })
  await settle()
  time.advance(130_000)
  come()
  await settle()
  expect(entries()[0]).toMatchObject({ state: 'failed', failure: { code: 'stale' } })
  expect(entries()[0]?.cost).toBeGreaterThan(0)
  answer = async (request) => UP(request)
  const at = epochMs(START - 3_600_000)
  await analyses.run({ market: MARKET, kind: 'signal', at })
  await settle()
  expect(entries()[1]).toMatchObject({ state: 'done', snapshot: { at } })
  expect(entries()[1]?.snapshot.figures.last).toBe(round(priceAt(at)))
  expect(verdicts).toEqual([])
})

test('of the same moment and market the same is sent, live or later', async () => {
  await analyses.key('sk-1')
  await analyses.run({ market: MARKET, kind: 'signal' })
  await settle()
  time.advance(3_600_000)
  await analyses.run({ market: MARKET, kind: 'signal', at: epochMs(START) })
  await settle()
  expect(asked[1]?.user).toBe(asked[0]?.user)
})

test('a schedule asks by itself, one at a time, while the analysis is on', async () => {
  await analyses.key('sk-1')
  const schedule = { kinds: ['signal'], everyMs: 5_000, everyTrades: null, onAlert: true } as const
  await analyses.configure({ schedules: { [MARKET]: schedule } })
  for (let second = 0; second < 11; second += 1) {
    analyses.tick()
    await settle()
    time.advance(1_000)
  }
  expect(entries().map(({ trigger }) => trigger)).toEqual(['interval', 'interval', 'interval'])
  analyses.alertFired(MARKET)
  await settle()
  expect(entries().at(-1)?.trigger).toBe('alert')
  await analyses.configure({ kinds: { ...settings.kinds, signal: { on: false, model: 'm' } } })
  const before = asked.length
  for (let second = 0; second < 11; second += 1) {
    analyses.tick()
    time.advance(1_000)
  }
  await settle()
  expect(asked.length).toBe(before)
})

test('a signal is marked by the tape after each horizon', async () => {
  await analyses.key('sk-1')
  await analyses.run({ market: MARKET, kind: 'signal' })
  await settle()
  const last = entries()[0]?.snapshot.figures.last ?? 0
  for (let minute = 0; minute <= 8; minute += 1) {
    analyses.tick()
    await settle()
    time.advance(MINUTE)
  }
  const marks = entries().at(-1)?.marks
  // The tape rises by a hundredth a minute: the target, a hundredth above, is met by the next trade.
  expect(marks?.model).toMatchObject({ outcome: 'target' })
  const five = ((last + 0.05) / last - 1) * 100
  expect(marks?.model.returns[5]).toBeCloseTo(five, 1)
  expect(marks?.model.returns[15]).toBeNull()
})

test('ended: what runs is called off, and nothing begins', async () => {
  await analyses.key('sk-1')
  answer = () => new Promise(() => {})
  await analyses.run({ market: MARKET, kind: 'signal' })
  await settle()
  expect(signals[0]?.aborted).toBe(false)
  analyses.stop()
  expect(signals[0]?.aborted).toBe(true)
  expect(await analyses.run({ market: MARKET, kind: 'signal' })).toMatchObject({ ok: false })
})

test.each([
  ['the key is forgotten', () => analyses.key('')],
  ['the provider is another', () => analyses.configure({ baseUrl: 'https://other.example/v1' })],
  [
    'the analysis is switched off',
    () => analyses.configure({ kinds: { ...settings.kinds, signal: { on: false, model: 'm' } } }),
  ],
])('what waits for its turn does not go out when %s', async (_, change) => {
  await analyses.key('sk-1')
  const limits = { ...settings.limits, requestsPerMinute: 1 }
  settings = { ...settings, limits, deadlineMs: 600_000 }
  await analyses.run({ market: 'okx:ETH-USDT' as MarketId, kind: 'signal' })
  await settle()
  expect(asked).toHaveLength(1)
  await analyses.run({ market: MARKET, kind: 'signal' })
  await settle()
  await change()
  for (let minute = 0; minute < 3; minute += 1) {
    time.advance(MINUTE)
    await settle()
  }
  expect(asked).toHaveLength(1)
})
