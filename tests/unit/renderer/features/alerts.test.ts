import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  atMarket,
  CONDITION_KINDS,
  changed,
  isGroup,
  kindOf,
  marketOf,
  usual,
  withMeasure,
  without,
  withPart,
} from '../../../../src/renderer/features/alerts/condition-edit.ts'
import {
  draftOf,
  faultsOf,
  findingOf,
  firstExpression,
  formOf,
  fromClock,
  isForDesktop,
  mergedLog,
  readCooldown,
  toClock,
} from '../../../../src/renderer/features/alerts/model.ts'
import { draftOfAlert } from '../../../../src/renderer/state/restore-alert.ts'
import { parseCondition } from '../../../../src/shared/alerts/parse.ts'
import { printCondition } from '../../../../src/shared/alerts/print.ts'
import type {
  AlertEvent,
  AlertView,
  RehearsalStatus,
} from '../../../../src/shared/contract/alerts.ts'
import type { AlertId, Condition } from '../../../../src/shared/domain/alert.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'

const BTC = 'binance:BTC-USDT' as MarketId
const OKX = 'okx:BTC-USDT' as MarketId
const read = (text: string): Condition => {
  const parsed = parseCondition(text)
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return parsed.condition
}

describe('a condition in the form', () => {
  it.each(CONDITION_KINDS)('%s begins as one that its expression says again', (kind) => {
    const condition = usual(kind, BTC, OKX, 61_204.5)
    expect(isGroup(condition) ? null : kindOf(condition)).toBe(kind)
    expect(read(printCondition(condition))).toEqual(condition)
  })

  it('keeps its market when another kind is chosen, and its kind when another market is', () => {
    const spread = usual('spread', BTC, OKX, null)
    expect(marketOf(spread)).toBe(BTC)
    if (isGroup(spread)) throw new Error('A spread is no group.')
    // The market that was compared with takes no second place.
    expect(printCondition(atMarket(spread, 'okx:ETH-USDT' as MarketId))).toBe(
      'spread(okx:ETH-USDT, okx:BTC-USDT) > 0.3%',
    )
  })

  it('gives up an operator that the measure does not know', () => {
    const below = read('binance:BTC-USDT price < 5')
    if (below.kind !== 'compare') throw new Error('It is a comparison.')
    expect(withMeasure(below, { of: 'size', market: BTC }).op).toBe('>')
    expect(withMeasure(below, { of: 'latency', market: BTC }).op).toBe('<')
  })

  it('becomes a group with a second part, and one part again without it', () => {
    const one = read('binance:BTC-USDT gap')
    const both = withPart(one, [], read('okx:BTC-USDT gap'))
    expect(printCondition(both)).toBe('binance:BTC-USDT gap and okx:BTC-USDT gap')
    expect(without(both, [1])).toEqual(one)
    expect(without(one, [])).toEqual(one)
  })

  it('is changed deep inside and nowhere else', () => {
    const whole = read('binance:BTC-USDT gap and (okx:BTC-USDT gap or okx:BTC-USDT ai anomaly)')
    const next = changed(whole, [1, 0], () => read('okx:BTC-USDT stale > 30s'))
    expect(printCondition(next)).toBe(
      'binance:BTC-USDT gap and (okx:BTC-USDT stale > 30s or okx:BTC-USDT ai anomaly)',
    )
    expect(printCondition(without(whole, [1, 0]))).toBe(
      'binance:BTC-USDT gap and okx:BTC-USDT ai anomaly',
    )
  })

  it('can always be read back, whatever is done to it in the form', () => {
    const kinds = fc.constantFrom(...CONDITION_KINDS)
    const steps = fc.array(fc.tuple(fc.constantFrom('add', 'drop', 'set'), kinds, fc.nat(2)))
    fc.assert(
      fc.property(kinds, steps, (first, todo) => {
        let condition = usual(first, BTC, OKX, 61_204)
        for (const [step, kind, at] of todo) {
          const part = usual(kind, OKX, BTC, 3)
          if (step === 'add') condition = withPart(condition, [], part)
          else if (step === 'drop') condition = without(condition, [at])
          else condition = changed(condition, [at], () => part)
        }
        expect(read(printCondition(condition))).toEqual(condition)
      }),
    )
  })
})

const alert: AlertView = {
  id: 'a' as AlertId,
  name: 'Apart',
  expr: 'binance:BTC-USDT gap',
  severity: 'critical',
  cooldownMs: 90_000,
  rearm: 'once',
  hysteresis: 0.001,
  schedule: { days: [1], from: 480, to: 1_080, zone: 'Europe/Berlin' },
  expiresAt: epochMs(1_800_000_000_000),
  armed: true,
  createdAt: epochMs(0),
  channels: ['desktop', 'webhook'],
  state: 'watching',
  unknown: [],
  fired: 0,
  lastFiredAt: null,
}

describe('what is saved', () => {
  it('is what was there when nothing was changed', () => {
    expect(draftOf(formOf(alert, ''), alert.expr)).toEqual(draftOfAlert(alert))
    const { hysteresis: _, schedule: __, ...plain } = alert
    const bare = { ...plain, expiresAt: null, cooldownMs: 0 }
    expect(draftOf(formOf(bare, ''), alert.expr)).toEqual(draftOfAlert(bare))
  })

  it('begins with a crossing of a round price', () => {
    expect(firstExpression(BTC, 61_204)).toBe('binance:BTC-USDT price crosses above 61200')
    expect(read(firstExpression(BTC, 0.000_012_34))).toMatchObject({ value: 0.0000123 })
    expect(faultsOf(formOf(null, 'Mine')).size).toBe(0)
  })

  it('is held back by fields that hold nothing which can be saved', () => {
    const form = formOf(alert, '')
    const zone = { days: [1], from: 0, to: 1, zone: 'Mars/Base' }
    const wrong = { name: ' ', cooldown: '5 minutes', hysteresis: '-1', schedule: zone }
    expect([...faultsOf({ ...form, ...wrong })]).toEqual(['name', 'cooldown', 'hysteresis', 'zone'])
    expect(readCooldown('0')).toBe(0)
    expect(readCooldown('1.5h')).toBe(5_400_000)
    expect(readCooldown('-5m')).toBeUndefined()
  })

  it('has its hours as a field of the clock has them', () => {
    expect(toClock(485)).toBe('08:05')
    expect(fromClock('08:05')).toBe(485)
    expect(fromClock('')).toBeUndefined()
  })
})

describe('a rehearsal', () => {
  const status = (patch: Partial<RehearsalStatus>): RehearsalStatus => ({
    state: 'done',
    request: {
      draft: draftOfAlert(alert),
      from: epochMs(0),
      to: epochMs(10 * 86_400_000),
    },
    progress: 1,
    trades: 1_000,
    elapsedMs: 5,
    count: 0,
    firings: [],
    days: [],
    coverage: 1,
    ...patch,
  })

  it('says when that would be too much, never, or nothing at all', () => {
    expect(findingOf(status({ count: 30 }))).toEqual({ kind: 'good', perDay: 3 })
    expect(findingOf(status({ count: 501 }))?.kind).toBe('tooMuch')
    expect(findingOf(status({}))?.kind).toBe('never')
    expect(findingOf(status({ trades: 0 }))?.kind).toBe('noTape')
    expect(findingOf(status({ state: 'cancelled' }))).toBeNull()
  })
})

describe('the log', () => {
  const event = (id: number, patch: Partial<AlertEvent> = {}): AlertEvent =>
    ({ id, deliveries: [], ...patch }) as unknown as AlertEvent

  it('holds each entry once, newest first, in its newest state', () => {
    const merged = mergedLog([event(2), event(1)], [event(3), event(2, { notifiedMs: 40 })])
    expect(merged.map(({ id }) => id)).toEqual([3, 2, 1])
    expect(merged[1]?.notifiedMs).toBe(40)
  })

  it('is shown by a browser where the desktop is asked for and not paused', () => {
    const by = (channel: 'desktop' | 'webhook', state: 'queued' | 'paused') =>
      isForDesktop(event(1, { deliveries: [{ channel, state, attempts: 0, at: null }] }))
    expect(by('desktop', 'queued')).toBe(true)
    expect(by('desktop', 'paused')).toBe(false)
    expect(by('webhook', 'queued')).toBe(false)
  })
})
