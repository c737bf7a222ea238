import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlertDraft } from '../../../../src/shared/contract/alerts.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { AlertWorld, twinOf } from './alert-world.ts'

const A = 'okx:BTC-USDT' as MarketId
const B = 'kraken:BTC-USDT' as MarketId

/** Until then windows are not full of what came since the alerts were armed. */
const WARM_TRADES = 25
const WARM_PAUSE_MS = 200
/** More runs than usual are asked for by hand. */
const RUNS = Number(process.env.ALERT_RUNS ?? 150)
const LIMIT_MS = 60_000 + RUNS * 100

const draft = (expr: string, more: Partial<AlertDraft> = {}): AlertDraft => ({
  ...{ name: '', expr, severity: 'info', cooldownMs: 0, rearm: 'auto', expiresAt: null },
  channels: [],
  ...more,
})

const DRAFTS: readonly AlertDraft[] = [
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
  | { readonly t: 'disconnect' | 'connect' | 'flush' | 'crash' | 'slow' | 'settle' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      t: fc.constant('trades' as const),
      market: fc.constantFrom(A, A, A, B),
      moves: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 8 }),
      ms: fc.constantFrom(0, 5, 100, 700),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ t: fc.constant('wait' as const), ms: fc.constantFrom(250, 2_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ t: fc.constant('sleep' as const), ms: fc.constantFrom(1_000, 60_000) }),
  },
  { weight: 2, arbitrary: fc.record({ t: fc.constant('fill' as const), halfway: fc.boolean() }) },
  {
    weight: 8,
    arbitrary: fc
      .constantFrom('disconnect', 'connect', 'connect', 'flush', 'flush', 'crash', 'slow', 'settle')
      .map((t) => ({ t }) as Step),
  },
)

const trades = (markets: readonly MarketId[]): fc.Arbitrary<Step> =>
  fc.record({
    t: fc.constant('trades' as const),
    market: fc.constantFrom(...markets),
    moves: fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 6 }),
    ms: fc.constantFrom(0, 5, 100, 400),
  })
const maybe = (arbitrary: fc.Arbitrary<Step>): fc.Arbitrary<readonly Step[]> =>
  fc.option(arbitrary, { nil: undefined }).map((each) => (each === undefined ? [] : [each]))
const plain = (...names: readonly ('flush' | 'crash' | 'slow' | 'settle')[]): fc.Arbitrary<Step> =>
  fc.constantFrom(...names).map((t) => ({ t }))

/** A break from its beginning until it is filled, and what may come in between and after. */
const episode: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    trades([A]).map((each) => [each]),
    maybe(plain('flush', 'crash')),
    fc.constantFrom<Step>({ t: 'disconnect' }, { t: 'sleep', ms: 1_000 }).map((each) => [each]),
    trades([A, A, B]).map((each) => [each]),
    fc.constant<readonly Step[]>([{ t: 'connect' }]),
    trades([A, A, B]).map((each) => [each]),
    maybe(plain('flush', 'crash', 'slow')),
    fc.boolean().map((halfway): readonly Step[] => [{ t: 'fill', halfway }]),
    maybe(trades([A])),
    maybe(plain('flush')),
    maybe(plain('crash', 'slow')),
    fc.constant<readonly Step[]>([{ t: 'wait', ms: 250 }]),
    maybe(trades([A, A, B])),
    maybe(plain('settle')),
    maybe(fc.constant<Step>({ t: 'wait', ms: 250 })),
    maybe(trades([A])),
  )
  .map((parts) => parts.flat())

const steps = fc
  .array(
    fc.oneof(
      { weight: 2, arbitrary: episode },
      { weight: 3, arbitrary: step.map((each) => [each]) },
    ),
    {
      minLength: 1,
      maxLength: 20,
    },
  )
  .map((parts) => parts.flat())

class Run {
  readonly world = new AlertWorld()
  /** Moments from then on count. */
  since = 0
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
      default:
        await world[each.t]()
    }
  }
}

async function play(steps: readonly Step[], drafts: readonly AlertDraft[]): Promise<Run> {
  const run = new Run()
  await run.world.start()
  for (const each of drafts) run.world.arm(each)
  await run.world.settle()
  for (let i = 0; i < WARM_TRADES; i += 1) {
    for (const market of [A, B]) run.trade(market, 0)
    run.world.time.advance(WARM_PAUSE_MS)
  }
  run.world.flush()
  run.since = (run.world.truth.at(-1)?.time ?? 0) + 1
  for (const each of steps) await run.do(each)
  await run.world.finish((market) => run.trade(market, 0), [A, B])
  return run
}

/** Moments at which a condition was met of which the log says nothing. */
function missing({ world, since }: Run): readonly string[] {
  const alerts = [...world.disk.alerts.values()]
  const events = [...world.disk.events.values()]
  return twinOf(world.truth, alerts).flatMap(({ alert: id, at, market, time }) => {
    if (at < since) return []
    const alert = alerts.find((each) => each.id === id)
    if (alert === undefined) return `no alert ${id}`
    const told = events.some((event) => {
      if (event.alert !== id || event.market !== market) return false
      if (event.at === at || (event.at <= at && at < event.at + alert.cooldownMs)) return true
      if (alert.rearm === 'once' && event.at <= at) return true
      const isSpread = alert.expr.startsWith('spread')
      return isSpread && (event.time === time || Math.abs(event.at - at) <= 1_000)
    })
    return told ? [] : [`${alert.expr} at ${at}`]
  })
}

describe('no met condition is missed', () => {
  it(
    'whatever trades, sleeps, breaks, crashes, restarts and back-fills come',
    async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (taken) => {
          const run = await play(taken, DRAFTS)
          expect(missing(run)).toEqual([])
          expect(run.world.toldTwice).toEqual([])
        }),
        { numRuns: RUNS },
      )
    },
    LIMIT_MS,
  )
})
