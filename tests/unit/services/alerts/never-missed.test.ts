import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { compileAlert } from '../../../../src/main/pipeline/alerts/compiled-alert.ts'
import { reachOf } from '../../../../src/main/pipeline/alerts/reach.ts'
import type { KeptAlert } from '../../../../src/main/store/alert-changes.ts'
import type { AlertDraft } from '../../../../src/shared/contract/alerts.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { START } from '../fakes.ts'
import { AlertWorld, twinOf } from './alert-world.ts'

const A = 'okx:BTC-USDT' as MarketId
const B = 'kraken:BTC-USDT' as MarketId

/** Of the time in a story. */
interface Pace {
  /** Until so many trades came windows are not full of what came since the alerts were armed. */
  readonly warmTrades: number
  readonly warmPauseMs: number
  /** Between two trades, of one step and of an episode. */
  readonly pausesMs: readonly number[]
  readonly waitsMs: readonly number[]
  readonly sleepsMs: readonly number[]
}
/** Windows of seconds, and a step of a story is not much longer. */
const SECONDS: Pace = {
  ...{ warmTrades: 25, warmPauseMs: 200, pausesMs: [0, 5, 100, 400, 700] },
  ...{ waitsMs: [250, 2_000], sleepsMs: [1_000, 60_000] },
}
/** Windows up to ten minutes; sleeps longer than they, and longer than the hour that a late evaluation looks back. */
const MINUTES: Pace = {
  ...{ warmTrades: 30, warmPauseMs: 25_000, pausesMs: [0, 100, 1_000, 8_000, 45_000] },
  ...{ waitsMs: [250, 60_000], sleepsMs: [1_000, 60_000, 900_000, 7_200_000] },
}
/** More runs than usual are asked for by hand, for so many seconds at most, from this seed on. */
const RUNS = Number(process.env.ALERT_RUNS ?? 150)
const SECONDS_AT_MOST = Number(process.env.ALERT_SECONDS ?? 600)
const SEED = process.env.ALERT_SEED
const LIMIT_MS = 60_000 + Math.min(RUNS * 600, SECONDS_AT_MOST * 1_000)
const PARAMETERS = {
  numRuns: RUNS,
  interruptAfterTimeLimit: SECONDS_AT_MOST * 1_000,
  // Unless it was over before the first run, what was interrupted counts.
  markInterruptAsFailure: false,
  ...(SEED !== undefined && { seed: Number(SEED) }),
}

const draft = (expr: string, more: Partial<AlertDraft> = {}): AlertDraft => ({
  ...{ name: '', expr, severity: 'info', cooldownMs: 0, rearm: 'auto', expiresAt: null },
  channels: [],
  ...more,
})

/** What an alert that is edited is, in turn. */
const EDITIONS: readonly AlertDraft[] = [
  draft(`${B} price > 104`),
  draft(`${B} price > 106`, { cooldownMs: 2_000 }),
]
const edited = (expr: string): AlertDraft | undefined => {
  const edition = EDITIONS.findIndex((each) => each.expr === expr)
  return edition < 0 ? undefined : EDITIONS[(edition + 1) % EDITIONS.length]
}

const DRAFTS: readonly AlertDraft[] = [
  ...EDITIONS.slice(0, 1),
  draft(`${A} price crosses above 105`),
  draft(`${A} price > 105`, { hysteresis: 0.02 }),
  draft(`${A} price < 97`, { cooldownMs: 3_000 }),
  draft(`${A} price > 108`, { rearm: 'once' }),
  draft(`${A} trade size > 8`),
  draft(`${A} move 2s > 3%`),
  draft(`${A} volume 3s > 20`),
  draft(`${A} imbalance 2s < -0.5 and ${A} price < 103`),
  draft(`spread(${A}, ${B}) beyond 4%`),
]

/** Between two instants of a story there may be so much. */
const INSTANT_MS = 65_000

/** Not on the tape: it is held against the ledger. */
const GAP = draft(`${A} gap`)

/** Windows of two seconds to ten minutes, one market and both, what lasts and what does not, held back and not. */
const WIDE: readonly AlertDraft[] = [
  draft(`${A} price crosses above 105`, { hysteresis: 0.02 }),
  draft(`${A} price < 97`, { cooldownMs: 180_000 }),
  draft(`${A} move 2s > 3%`),
  draft(`${A} move 10m > 4%`),
  draft(`${B} move 1m < -3%`, { cooldownMs: 30_000 }),
  draft(`${A} volume 10m > 60`),
  draft(`${A} trades 1m > 6`, { rearm: 'once' }),
  draft(`${A} volume 30s zscore 5m > 1.5`),
  draft(`${A} imbalance 2m < -0.5 and ${A} price < 103`),
  draft(`${A} deviation vwap(5m) > 2% or ${A} trade size > 9`),
  draft(`${A} price > 106 and ${B} price < 98`),
  draft(`${B} price > 107 or ${A} move 1m < -4%`, { cooldownMs: 60_000 }),
  draft(`spread(${A}, ${B}) beyond 4%`),
  draft(`${A} stale > 5m`),
  draft(`${B} stale > 2m and ${A} price > 101`),
  // A story begins at 8:00 UTC, and most end before 11:00.
  draft(`${A} price > 103`, { schedule: { days: [5], from: 505, to: 540, zone: 'UTC' } }),
  draft(`${A} move 1m < -3%`, { schedule: { days: [5, 6], from: 570, to: 500, zone: 'UTC' } }),
  draft(`${A} price < 98`, { expiresAt: epochMs(START + 2_400_000) }),
  draft(`spread(${A}, ${B}) beyond 3%`, { expiresAt: epochMs(START + 4_000_000) }),
  draft(`${B} price < 99`, { rearm: 'once' }),
  ...EDITIONS.slice(0, 1),
  GAP,
]

type Step =
  | {
      readonly t: 'trades'
      readonly market: MarketId
      readonly moves: readonly number[]
      readonly ms: number
    }
  | { readonly t: 'wait'; readonly ms: number }
  | { readonly t: 'sleep'; readonly ms: number }
  | { readonly t: 'fill'; readonly halfway: boolean }
  | { readonly t: 'disconnect' | 'connect' | 'flush' | 'crash' | 'slow' | 'settle' | 'checkpoint' }
  | { readonly t: 'rearm' | 'edit' }
  /** The clock of this computer is set: so far from the venues'. */
  | { readonly t: 'clock'; readonly skew: number }

/** Ahead and back, ms. */
const SKEWS = [0, 0, 700, 2_000, -1_500]
const MOST_SKEW = 3_500

const pick = (values: readonly number[]): fc.Arbitrary<number> => fc.constantFrom(...values)
const trades = (
  { pausesMs }: Pace,
  markets: readonly MarketId[],
  most: number,
): fc.Arbitrary<Step> =>
  fc.record({
    t: fc.constant('trades' as const),
    market: fc.constantFrom(...markets),
    moves: fc.array(fc.integer({ min: -most, max: most }), { minLength: 1, maxLength: 8 }),
    ms: pick(pausesMs),
  })

const stepOf = (pace: Pace): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 10, arbitrary: trades(pace, [A, A, A, B], 4) },
    {
      weight: 3,
      arbitrary: fc.record({ t: fc.constant('wait' as const), ms: pick(pace.waitsMs) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ t: fc.constant('sleep' as const), ms: pick(pace.sleepsMs) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ t: fc.constant('clock' as const), skew: pick(SKEWS) }),
    },
    { weight: 2, arbitrary: fc.record({ t: fc.constant('fill' as const), halfway: fc.boolean() }) },
    {
      weight: 8,
      arbitrary: fc
        .constantFrom(
          ...(['disconnect', 'connect', 'connect', 'flush', 'flush', 'crash', 'slow'] as const),
          ...(['settle', 'checkpoint', 'rearm', 'edit'] as const),
        )
        .map((t) => ({ t }) as Step),
    },
  )

const maybe = (arbitrary: fc.Arbitrary<Step>): fc.Arbitrary<readonly Step[]> =>
  fc.option(arbitrary, { nil: undefined }).map((each) => (each === undefined ? [] : [each]))
const plain = (
  ...names: readonly ('flush' | 'crash' | 'slow' | 'settle' | 'checkpoint')[]
): fc.Arbitrary<Step> => fc.constantFrom(...names).map((t) => ({ t }))

/** A break from its beginning until it is filled, and what may come in between and after. */
const episodeOf = (pace: Pace): fc.Arbitrary<readonly Step[]> => {
  const some = (...markets: readonly MarketId[]): fc.Arbitrary<Step> => trades(pace, markets, 6)
  const one = (arbitrary: fc.Arbitrary<Step>): fc.Arbitrary<readonly Step[]> =>
    arbitrary.map((each) => [each])
  const broken = pick([0, ...pace.sleepsMs]).map(
    (ms): Step => (ms === 0 ? { t: 'disconnect' } : { t: 'sleep', ms }),
  )
  return fc
    .tuple(
      one(some(A)),
      maybe(plain('flush', 'crash', 'checkpoint')),
      one(broken),
      one(some(A, A, B)),
      fc.constant<readonly Step[]>([{ t: 'connect' }]),
      one(some(A, A, B)),
      maybe(plain('flush', 'crash', 'slow')),
      fc.boolean().map((halfway): readonly Step[] => [{ t: 'fill', halfway }]),
      maybe(some(A)),
      maybe(plain('flush')),
      maybe(plain('crash', 'slow')),
      fc.constant<readonly Step[]>([{ t: 'wait', ms: 250 }]),
      maybe(some(A, A, B)),
      maybe(plain('settle')),
      maybe(fc.constant<Step>({ t: 'wait', ms: 250 })),
      maybe(some(A)),
    )
    .map((parts) => parts.flat())
}

const stepsOf = (pace: Pace): fc.Arbitrary<readonly Step[]> =>
  fc
    .array(
      fc.oneof(
        { weight: 2, arbitrary: episodeOf(pace) },
        { weight: 3, arbitrary: stepOf(pace).map((each) => [each]) },
      ),
      { minLength: 1, maxLength: 20 },
    )
    .map((parts) => parts.flat())

class Run {
  readonly world = new AlertWorld()
  /** Moments from then on count. */
  since = 0
  /** The clock of this computer was. */
  wasSet = false
  private readonly price = new Map<MarketId, number>([
    [A, 100],
    [B, 100],
  ])

  trade(market: MarketId, move: number): void {
    const price = Math.max(90, Math.min(112, (this.price.get(market) ?? 100) + move))
    this.price.set(market, price)
    this.world.trade({ market, price, qty: 1 + ((price * 7) % 10), side: move < 0 ? 1 : 0 })
  }

  async do(each: Step): Promise<void> {
    const { world } = this
    switch (each.t) {
      case 'trades':
        for (const move of each.moves) {
          this.trade(each.market, move)
          world.time.advance(each.ms)
        }
        return
      case 'wait':
        world.tick(each.ms)
        world.flush()
        await world.settle()
        return
      case 'sleep':
        world.disconnect(each.ms)
        return
      case 'fill':
        world.fill(each.halfway)
        return
      case 'disconnect':
        world.disconnect(0)
        return
      case 'slow':
        world.slow = true
        return
      case 'clock':
        world.skew = each.skew
        this.wasSet ||= each.skew !== 0
        return
      case 'rearm':
        world.rearm()
        return
      case 'edit':
        world.edit(edited)
        return
      default:
        await world[each.t]()
    }
  }
}

async function play(
  { warmTrades, warmPauseMs }: Pace,
  steps: readonly Step[],
  drafts: readonly AlertDraft[],
): Promise<Run> {
  const run = new Run()
  await run.world.start()
  for (const each of drafts) run.world.arm(each)
  await run.world.settle()
  for (let i = 0; i < warmTrades; i += 1) {
    for (const market of [A, B]) run.trade(market, 0)
    run.world.time.advance(warmPauseMs)
  }
  run.world.flush()
  run.since = (run.world.truth.at(-1)?.time ?? 0) + 1
  for (const each of steps) await run.do(each)
  await run.world.finish((market) => run.trade(market, 0), [A, B])
  return run
}

function warmingMs(alert: KeptAlert, since: number): number {
  const compiled = compileAlert(alert)
  return compiled.ok && (alert.armedAt ?? 0) > since ? reachOf(compiled.value.condition) : 0
}

/** Moments at which a condition was met of which the log says nothing. */
function missing({ world, since, wasSet }: Run): readonly string[] {
  const alerts = [...world.disk.alerts.values()]
  const events = [...world.disk.events.values()]
  return twinOf(world.truth, alerts).flatMap(({ alert: id, at, market, time }) => {
    if (at < since) return []
    const alert = alerts.find((each) => each.id === id)
    if (alert === undefined) return `no alert ${id}`
    // Before it was armed, or was what it is now, nothing is late.
    // One that is armed in the midst of it begins with empty windows.
    if (alert.armedAt === null || at < alert.armedAt + MOST_SKEW + warmingMs(alert, since))
      return []
    const byInstant =
      /spread|stale/.test(alert.expr) || (/okx/.test(alert.expr) && /kraken/.test(alert.expr))
    // A minute by a clock that is set is another minute.
    if (byInstant && wasSet) return []
    const told = events.some((event) => {
      if (event.alert !== id || event.market !== market) return false
      if (event.at === at || (event.at <= at && at < event.at + alert.cooldownMs)) return true
      if (alert.rearm === 'once' && event.at >= (alert.armedAt ?? 0) && event.at <= at) return true
      return byInstant && (event.time === time || Math.abs(event.at - at) <= 1_000)
    })
    return told ? [] : [`${alert.expr} at ${at}`]
  })
}

/** Gaps that the ledger has and the log does not, at the latest with the next instant; gaps that touch are one that grew. */
function gapsUntold({ world, since }: Run): readonly string[] {
  const alert = [...world.disk.alerts.values()].find(({ expr }) => expr === GAP.expr)
  const events = [...world.disk.events.values()].filter((event) => event.alert === alert?.id)
  if (alert === undefined) return []
  const grown: { from: number; to: number; openedAt: number }[] = []
  for (const { from, to, openedAt } of [...world.disk.gaps.values()]
    .filter(({ market, openedAt }) => market === A && openedAt > since)
    .sort((one, other) => one.from - other.from)) {
    const last = grown.at(-1)
    if (last === undefined || from > last.to) grown.push({ from, to, openedAt })
    else {
      last.to = Math.max(last.to, to)
      last.openedAt = Math.max(last.openedAt, openedAt)
    }
  }
  return grown
    .filter(
      ({ from, openedAt }) =>
        !events.some(({ at }) => from - MOST_SKEW <= at && at <= openedAt + INSTANT_MS),
    )
    .map(({ from, to }) => `gap from ${from} to ${to}`)
}

let stories = 0

async function holds(pace: Pace, taken: readonly Step[], drafts: readonly AlertDraft[]) {
  stories += 1
  const run = await play(pace, taken, drafts)
  expect(missing(run)).toEqual([])
  expect(gapsUntold(run)).toEqual([])
  expect(run.world.toldTwice).toEqual([])
}

describe('no met condition is missed', () => {
  afterAll(() => {
    if (process.env.ALERT_RUNS !== undefined) console.info(`${stories} stories were played`)
  })

  it(
    'whatever trades, sleeps, breaks, crashes, restarts and back-fills come',
    async () => {
      await fc.assert(
        fc.asyncProperty(stepsOf(SECONDS), (taken) => holds(SECONDS, taken, DRAFTS)),
        PARAMETERS,
      )
    },
    LIMIT_MS,
  )

  it(
    'with windows up to ten minutes, alerts of every kind over two venues, and sleeps longer than that',
    async () => {
      await fc.assert(
        fc.asyncProperty(stepsOf(MINUTES), (taken) => holds(MINUTES, taken, WIDE)),
        PARAMETERS,
      )
    },
    LIMIT_MS,
  )
})
