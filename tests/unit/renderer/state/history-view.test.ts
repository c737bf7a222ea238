import { describe, expect, it } from 'vitest'
import { HistoryView } from '../../../../src/renderer/state/history-view.ts'
import { jumped } from '../../../../src/renderer/state/replay-view.ts'
import { restoreAlert } from '../../../../src/renderer/state/restore-alert.ts'
import {
  around,
  DAY,
  HOUR,
  holds,
  MINUTE,
  NARROWEST,
  pan,
  readRange,
  resolutionFor,
  surroundings,
  widthOf,
  zoom,
} from '../../../../src/renderer/state/span.ts'
import type { AlertView } from '../../../../src/shared/contract/alerts.ts'
import type { Api } from '../../../../src/shared/contract/contract.ts'
import type { ReplayStatus } from '../../../../src/shared/contract/replay.ts'
import { MOST_BARS, RESOLUTIONS } from '../../../../src/shared/domain/candle.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../../src/shared/domain/outcome.ts'
import { epochMs, type TimeRange } from '../../../../src/shared/domain/time.ts'
import { settle } from '../fake-clock.ts'

const NOW = epochMs(1_800_000_000_000)
const BTC = 'binance:BTC-USDT' as MarketId
const span = (from: number, to: number): TimeRange => ({ from: epochMs(from), to: epochMs(to) })

interface Asked {
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal | undefined
  readonly answer: (outcome: Outcome<unknown>) => void
}

/** An engine that answers when the test says so. */
function engine() {
  const asked: Asked[] = []
  const call = ((name: string, input: object, signal?: AbortSignal) =>
    new Promise((answer) => {
      asked.push({ name, input: { ...input }, signal, answer })
    })) as unknown as Api['call']
  return { asked, call }
}
/** Timers that run when the test says so. */
function timers() {
  const waiting = new Set<() => void>()
  const after = (_ms: number, run: () => void) => {
    waiting.add(run)
    return () => void waiting.delete(run)
  }
  const pass = (): void => {
    for (const run of [...waiting]) {
      waiting.delete(run)
      run()
    }
  }
  return { after, pass }
}
const bars = { resolution: '15s', candles: [], cover: [] }
const from = (...openings: readonly number[]) =>
  ok({ ...bars, candles: openings.map((at) => ({ openTime: epochMs(at) })) })

describe('where the tape begins', () => {
  const [day, minute] = [NOW - 40 * DAY, NOW - 40 * DAY + 7 * HOUR]

  it('is looked for in days, then in the minutes of the first, then in the seconds of that', async () => {
    const { asked, call } = engine()
    const found = new HistoryView(BTC, { call }, () => NOW, timers().after).beginning()
    expect(asked[0]?.input).toMatchObject({ market: BTC, resolution: '1d', to: NOW })
    expect((NOW - Number(asked[0]?.input.from)) / DAY).toBeLessThan(MOST_BARS)
    asked[0]?.answer(from(day, day + DAY))
    await settle()
    expect(asked[1]?.input).toMatchObject({ resolution: '1m', from: day, to: day + DAY })
    asked[1]?.answer(from(minute, minute + MINUTE))
    await settle()
    expect(asked[2]?.input).toMatchObject({ resolution: '1s', from: minute, to: minute + MINUTE })
    asked[2]?.answer(from(minute + 12_000, minute + 13_000))
    expect(await found).toBe(minute + 12_000)
  })

  it('is as fine as can be told, and unknown where nothing was recorded or nobody answers', async () => {
    for (const answers of [[fail('unavailable', 'gone')], [from()]]) {
      const { asked, call } = engine()
      const found = new HistoryView(BTC, { call }, () => NOW, timers().after).beginning()
      asked[0]?.answer(answers[0] as Outcome<unknown>)
      expect(await found).toBeNull()
    }
    const { asked, call } = engine()
    const found = new HistoryView(BTC, { call }, () => NOW, timers().after).beginning()
    asked[0]?.answer(from(day))
    await settle()
    asked[1]?.answer(fail('unavailable', 'gone'))
    expect(await found).toBe(day)
  })
})

describe('the past of a market', () => {
  const hour = span(NOW - 2 * HOUR, NOW - HOUR)

  it('reads what is in sight, then as much again on either side, and nothing while that holds', async () => {
    const { asked, call } = engine()
    const { after, pass } = timers()
    const view = new HistoryView(BTC, { call }, () => NOW, after)
    view.show(hour, null)
    expect(asked[0]?.input).toMatchObject({ ...hour, resolution: '15s' })
    pass()
    expect(asked, 'the sight is there first').toHaveLength(1)
    asked[0]?.answer(ok(bars))
    await settle()
    pass()
    expect(asked[1]?.input).toMatchObject({ from: hour.from - HOUR, resolution: '15s' })
    expect(view.bars().busy, 'nobody waits for it').toBe(false)
    asked[1]?.answer(ok(bars))
    await settle()
    expect(view.bars().value?.range).toEqual(readRange(hour))
    view.show(pan(hour, 0.5, NOW), null)
    expect(asked).toHaveLength(2)
    view.show(pan(hour, -1.5, NOW), null)
    expect(asked).toHaveLength(3)
  })

  it('does not read what lies beside a sight that is left at once, and keeps the sight where that fails', async () => {
    const { asked, call } = engine()
    const { after, pass } = timers()
    const view = new HistoryView(BTC, { call }, () => NOW, after)
    view.show(hour, null)
    asked[0]?.answer(ok(bars))
    await settle()
    const next = pan(hour, -5, NOW)
    view.show(next, null)
    pass()
    expect(asked[1]?.input).toMatchObject({ ...next })
    expect(asked).toHaveLength(2)
    asked[1]?.answer(ok(bars))
    await settle()
    pass()
    asked[2]?.answer(fail('unavailable', 'gone'))
    await settle()
    expect(view.bars()).toMatchObject({ busy: false, failure: null, value: { range: next } })
    view.show(pan(next, 0.5, NOW), null)
    expect(asked).toHaveLength(4)
  })

  it('drops an older wish for a newer one, and keeps what is shown until that is answered', async () => {
    const { asked, call } = engine()
    const view = new HistoryView(BTC, { call }, () => NOW, timers().after)
    view.show(hour, null)
    asked[0]?.answer(ok(bars))
    await settle()
    const shown = view.bars().value
    view.show(span(NOW - 30 * DAY, NOW), null)
    view.show(span(NOW - 300 * DAY, NOW), null)
    expect(asked[1]?.signal?.aborted).toBe(true)
    asked[1]?.answer(ok({ ...bars, resolution: '4h' }))
    await settle()
    expect(view.bars()).toMatchObject({ busy: true, value: shown })
    asked[2]?.answer(ok({ ...bars, resolution: '1d' }))
    await settle()
    expect(view.bars()).toMatchObject({ busy: false, value: { resolution: '1d' } })
  })

  it('asks for nothing in the future, and tries again after a failure', async () => {
    const { asked, call } = engine()
    const view = new HistoryView(BTC, { call }, () => NOW, timers().after)
    view.show(span(NOW - HOUR, NOW), null)
    expect(asked[0]?.input.to).toBe(NOW)
    asked[0]?.answer(fail('storage-corrupt', 'Damaged.'))
    await settle()
    expect(view.bars().failure?.code).toBe('storage-corrupt')
    view.again()
    asked[1]?.answer(ok(bars))
    await settle()
    expect(view.bars().failure).toBeNull()
    view.show(span(NOW - HOUR, NOW + HOUR), null)
    expect(asked[2]?.input.to).toBe(NOW + RESOLUTIONS['15s'])
  })

  it('reads the trades of the newest place looked at', async () => {
    const { asked, call } = engine()
    const view = new HistoryView(BTC, { call }, () => NOW, timers().after)
    view.look(epochMs(5))
    view.look(epochMs(5))
    view.look(epochMs(9))
    expect(asked.map(({ input }) => input.at)).toEqual([5, 9])
    asked[1]?.answer(ok([]))
    asked[0]?.answer(ok([{}]))
    await settle()
    expect(view.trades().value).toEqual({ at: 9, trades: [] })
  })
})

describe('a stretch of time', () => {
  it('is read in bars that fit a screen and an answer', () => {
    for (const width of [NARROWEST, MINUTE, HOUR, DAY, 30 * DAY, 365 * DAY, 1_200 * DAY]) {
      const sight = around(NOW, width)
      const length = RESOLUTIONS[resolutionFor(sight, null)]
      expect(width / length).toBeLessThanOrEqual(1_200)
      expect(widthOf(readRange(sight)) / length).toBeLessThanOrEqual(2 * MOST_BARS)
    }
    expect(resolutionFor(around(NOW, HOUR), null)).toBe('15s')
    expect(resolutionFor(around(NOW, 10 * MINUTE), '1m')).toBe('1m')
    // A day in seconds would be more than an answer holds.
    expect(resolutionFor(around(NOW, DAY), '1s')).toBe('5m')
  })

  it('is zoomed around a place that stays, between its bounds', () => {
    const zoomed = zoom(span(0, 100_000), 0.5, 25_000)
    expect(zoomed).toEqual(span(12_500, 62_500))
    expect(widthOf(zoom(span(0, NARROWEST), 0.1))).toBe(NARROWEST)
  })

  it('has room around what lasted, and holds what lies in it', () => {
    expect(widthOf(surroundings(span(NOW, NOW + 6)))).toBe(5 * MINUTE)
    expect(widthOf(surroundings(span(NOW, NOW + HOUR)))).toBe(3 * HOUR)
    expect(holds(span(0, 10), span(0, 10))).toBe(true)
    expect(holds(span(0, 10), span(5, 11))).toBe(false)
  })
})

describe('the clock of a replay', () => {
  const at = (ms: number, patch: object = {}): ReplayStatus =>
    ({ state: 'playing', request: null, at: ms, trades: 5, ...patch }) as unknown as ReplayStatus

  it('goes on by playing and jumps by seeking', () => {
    expect(jumped(at(10), at(20))).toBe(false)
    expect(jumped(at(20), at(10))).toBe(true)
    expect(jumped(at(10, { state: 'paused' }), at(20, { state: 'paused' }))).toBe(true)
    expect(jumped(at(10, { state: 'paused' }), at(20, { state: 'paused', trades: 6 }))).toBe(false)
    expect(jumped(at(10), at(20, { request: { from: 1 } }))).toBe(true)
    expect(jumped(at(10), at(10, { at: null }))).toBe(false)
  })
})

describe('an alert that is put back', () => {
  const removed = {
    id: 'a',
    name: 'A',
    expr: 'x',
    armed: true,
    channels: [],
  } as unknown as AlertView

  it('keeps its id and is armed as it was; an engine that gave the id away makes a new one', async () => {
    const { asked, call } = engine()
    const done = restoreAlert({ call }, removed)
    expect(asked[0]?.input.id).toBe('a')
    asked[0]?.answer(fail('not-found', 'Gone.'))
    await settle()
    expect(asked[1]?.input).not.toHaveProperty('id')
    asked[1]?.answer(ok({ ...removed, id: 'b', armed: false }))
    await settle()
    expect(asked[2]).toMatchObject({ name: 'alerts.arm', input: { id: 'b', armed: true } })
    asked[2]?.answer(ok(removed))
    expect((await done).ok).toBe(true)
  })
})
