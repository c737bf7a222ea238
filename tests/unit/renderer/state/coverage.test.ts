import { describe, expect, it } from 'vitest'
import {
  barCoverage,
  coverageMarks,
  isUnderWay,
} from '../../../../src/renderer/state/bar-coverage.ts'
import { readDay } from '../../../../src/renderer/state/day-minutes.ts'
import { chooseInterval } from '../../../../src/renderer/state/focus.ts'
import { changedStretch } from '../../../../src/renderer/state/ledger-change.ts'
import { MinuteLedger } from '../../../../src/renderer/state/minute-ledger.ts'
import { viewOf } from '../../../../src/renderer/state/place.ts'
import { StretchReader } from '../../../../src/renderer/state/stretch.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../../src/shared/domain/outcome.ts'
import { epochMs, type TimeRange } from '../../../../src/shared/domain/time.ts'
import { settle } from '../fake-clock.ts'
import { coverage, gap, ledger, MINUTE, minute } from '../ledger-rows.ts'
import { BTC, candle } from '../trades.ts'

const range = (from: number, to: number): TimeRange => ({
  from: epochMs(from),
  to: epochMs(to),
})
const held = (...rows: readonly ReturnType<typeof minute>[]): MinuteLedger => {
  const minutes = new MinuteLedger()
  minutes.replace(range(0, 1_000 * MINUTE), rows)
  return minutes
}

describe('coverage of a bar', () => {
  it('is as bad as its worst minute, and counts what is sure', () => {
    const minutes = held(
      minute(0),
      minute(1, { state: 'backfilled', backfilled: 3 }),
      minute(2, { state: 'gap', missing: 400, cause: 'stall' }),
      minute(3, { state: 'unknown' }),
      minute(4, { state: 'gap', missing: 12, cause: 'stall' }),
    )
    expect(barCoverage(minutes, 0, 5 * MINUTE)).toEqual({
      state: 'gap',
      coverage: 2 / 5,
      missing: 412,
      causes: ['stall'],
    })
  })
  it('does not count what nobody can count', () => {
    const minutes = held(
      minute(0, { state: 'gap', missing: 9, cause: 'sequence' }),
      minute(1, { state: 'gap', missing: null, cause: 'outage' }),
    )
    expect(barCoverage(minutes, 0, 2 * MINUTE)?.missing).toBeNull()
  })
  it('is that of its minute for a bar of a second', () => {
    const minutes = held(minute(3, { state: 'unknown' }))
    expect(barCoverage(minutes, 3 * MINUTE + 17_000, 1_000)?.state).toBe('unknown')
  })
  it('counts minutes without a row as not covered', () => {
    expect(barCoverage(held(minute(0)), 0, 4 * MINUTE)?.coverage).toBe(0.25)
  })
  it('is what the bar says where the ledger says nothing', () => {
    expect(barCoverage(held(), 0, MINUTE)).toBeUndefined()
    const bar = candle(0, { state: 'gap', coverage: 0.5 })
    expect(barCoverage(held(), 0, MINUTE, bar)).toMatchObject({ state: 'gap', coverage: 0.5 })
  })
})

describe('a bar under way', () => {
  it('is so until it is over, and one of a second until its minute is', () => {
    expect(isUnderWay(2 * MINUTE, MINUTE, 3 * MINUTE - 1)).toBe(true)
    expect(isUnderWay(2 * MINUTE, MINUTE, 3 * MINUTE)).toBe(false)
    expect(isUnderWay(2 * MINUTE + 40_000, 1_000, 3 * MINUTE - 1)).toBe(true)
    expect(isUnderWay(2 * MINUTE + 40_000, 1_000, 3 * MINUTE)).toBe(false)
    expect(isUnderWay(0, 5 * MINUTE, 4 * MINUTE)).toBe(true)
  })
})

describe('marks of the chart', () => {
  const lost = minute(2, { state: 'gap', trades: 0, missing: null, cause: 'outage' })
  it('has the minutes of a gap in which nothing was traded', () => {
    const marks = coverageMarks([candle(0), candle(4 * MINUTE)], held(lost), MINUTE, 9 * MINUTE)
    expect(marks).toEqual([{ openTime: 2 * MINUTE, state: 'gap' }])
  })
  it('leaves out complete bars and the bar under way', () => {
    const rows = held(minute(0), lost, minute(3, { state: 'unknown' }))
    const bars = [candle(0), candle(3 * MINUTE)]
    expect(coverageMarks(bars, rows, MINUTE, 3.5 * MINUTE)).toHaveLength(1)
    expect(coverageMarks(bars, rows, MINUTE, 4 * MINUTE)).toHaveLength(2)
    expect(coverageMarks([candle(0)], rows, 5 * MINUTE, 4.9 * MINUTE)).toEqual([])
    expect(coverageMarks([candle(0)], rows, 5 * MINUTE, 5 * MINUTE)).toHaveLength(1)
  })
  it('marks a gap that goes on after the last bar, and none before the first', () => {
    const early = minute(0, { state: 'gap' })
    const marks = coverageMarks([candle(MINUTE)], held(early, lost), MINUTE, 9 * MINUTE)
    expect(marks.map(({ openTime }) => openTime)).toEqual([2 * MINUTE])
  })
  it('fills a silent minute of a gap with bars of a second', () => {
    const marks = coverageMarks([candle(0)], held(lost), 1_000, 9 * MINUTE)
    expect(marks).toHaveLength(60)
  })
})

describe('minutes held', () => {
  it('forget what the engine does not mention any more, within the stretch only', () => {
    const minutes = held(minute(1), minute(2), minute(3))
    const { version } = minutes
    minutes.replace(range(2 * MINUTE, 3 * MINUTE), [])
    expect([...minutes.all()].map((row) => row.minute / MINUTE)).toEqual([1, 3])
    expect(minutes.version).toBe(version + 1)
  })
})

describe('what changed in the ledger', () => {
  const now = 10_000 * MINUTE
  it('is the stretch of the gaps that read otherwise', () => {
    const before = ledger({ gaps: [gap(9), gap(5)] })
    const after = ledger({ gaps: [gap(9), gap(5, { recovered: 3 })] })
    expect(changedStretch(BTC, before, after, now)).toEqual(range(5 * MINUTE, 5.5 * MINUTE))
    expect(changedStretch(BTC, before, before, now)).toBeNull()
    expect(changedStretch('okx:A-B' as MarketId, before, after, now)).toBeNull()
  })
  it('is the old stretch of a gap that shrank, too', () => {
    const before = ledger({ gaps: [gap(5, { to: epochMs(8 * MINUTE) })] })
    expect(changedStretch(BTC, before, ledger({ gaps: [gap(5)] }), now)?.to).toBe(8 * MINUTE)
  })
  it('is the last hours once a minute is over, though the shares of a whole day stay what they were', () => {
    const before = ledger({ coverage: [coverage()], measuredAt: epochMs(now - MINUTE) })
    const after = ledger({ coverage: [coverage()], measuredAt: epochMs(now) })
    expect(changedStretch(BTC, before, after, now)).toEqual(range(now - 180 * MINUTE, now))
    expect(changedStretch(BTC, null, after, now)).toEqual(range(now - 180 * MINUTE, now))
    expect(changedStretch(BTC, after, { ...after }, now)).toBeNull()
  })
})

describe('reading of stretches', () => {
  it('joins what is wished for meanwhile into one reading', async () => {
    const read: TimeRange[] = []
    const go: (() => void)[] = []
    const reader = new StretchReader((wish) => {
      read.push(wish)
      return new Promise((resolve) => go.push(resolve))
    })
    reader.want(range(10, 20))
    for (const from of [50, 30, 40]) reader.want(range(from, from + 5))
    expect(read).toEqual([range(10, 20)])
    go[0]?.()
    await settle()
    expect(read).toEqual([range(10, 20), range(30, 55)])
  })
})

describe('the day of a market', () => {
  const now = epochMs(3_000 * MINUTE)
  const begin = () => {
    const asked: unknown[] = []
    let answer: () => Outcome<unknown> = () => ok([minute(2_999)])
    const call = (async (_: string, input: unknown) => {
      asked.push(input)
      return answer()
    }) as unknown as Parameters<typeof readDay>[0]['call']
    const day = readDay({ call }, BTC, () => now)
    return {
      asked,
      day,
      answerWith: (next: () => Outcome<unknown>) => {
        answer = next
      },
    }
  }
  it('reads 24 hours, then what changed', async () => {
    const { asked, day } = begin()
    await settle()
    expect(asked).toEqual([{ market: BTC, from: 1_560 * MINUTE, to: 3_001 * MINUTE }])
    expect(day.store.getState()).toMatchObject({ state: 'ready' })
    day.heard(ledger(), ledger({ gaps: [gap(2_000)] }))
    await settle()
    expect(asked[1]).toEqual({ market: BTC, from: 2_000 * MINUTE, to: 2_001.5 * MINUTE })
  })
  it('says when it could not read, keeps what it had, and then reads all again', async () => {
    const { asked, day, answerWith } = begin()
    await settle()
    answerWith(() => fail('unavailable', 'gone'))
    day.heard(ledger(), ledger({ gaps: [gap(2_000)] }))
    await settle()
    expect(day.store.getState()).toMatchObject({
      state: 'failed',
      failure: { code: 'unavailable' },
    })
    expect(day.store.getState().rows.at(2_999 * MINUTE)).toBeDefined()
    answerWith(() => ok([]))
    day.heard(ledger(), ledger({ gaps: [gap(2_100)] }))
    await settle()
    expect(asked.at(-1)).toMatchObject({ from: 1_560 * MINUTE })
    expect(day.store.getState().state).toBe('ready')
  })
})

describe('a stretch on the chart', () => {
  const now = 100_000 * MINUTE
  const ago = (minutes: number, long: number) =>
    range(now - minutes * MINUTE, now - (minutes - long) * MINUTE)
  it('is shown at the chosen interval if that reaches, else at a wider one', () => {
    expect(chooseInterval('1m', ago(60, 3), now)).toBe('1m')
    expect(chooseInterval('1s', ago(60, 3), now)).toBe('1m')
    expect(chooseInterval('15m', ago(60, 3), now)).toBe('15m')
    expect(chooseInterval('1m', ago(4_000, 3), now)).toBe('5m')
    expect(chooseInterval('1m', ago(2_000, 600), now)).toBe('5m')
    expect(chooseInterval('1m', ago(90_000, 3), now)).toBe('1h')
  })
  it('has the chart in the middle for every panel without a view of its own', () => {
    expect(viewOf('tape')).toBe('chart')
    expect(viewOf('lab')).toBe('lab')
  })
})
