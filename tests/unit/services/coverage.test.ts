import { describe, expect, it } from 'vitest'
import { coverageOf, DAY_MS } from '../../../src/main/services/completeness/coverage.ts'
import type { LedgerMinute, MinuteState, Span } from '../../../src/shared/domain/ledger.ts'
import { ledgerMinutes } from '../../../src/shared/domain/ledger-minutes.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'

const MARKET = 'okx:BTC-USDT' as MarketId
const MINUTE = 60_000
const NOON = Date.UTC(2026, 5, 1, 12)

/** The rows of the last 24 h at `now` of a tape that is proved from `since` on. */
const rowsOf = (since: number, now: number): readonly LedgerMinute[] => {
  const span: Span = {
    market: MARKET,
    proof: 'ids',
    from: epochMs(since),
    to: epochMs(now),
    lastSeq: 9,
  }
  const [from, to] = [epochMs(now - DAY_MS), epochMs(now)]
  return ledgerMinutes({ market: MARKET, from, to, now: to, spans: [span], gaps: [], counts: [] })
}

describe('coverage of the day', () => {
  it('knows nothing before the first minute is over', () => {
    expect(coverageOf(MARKET, rowsOf(NOON + 100, NOON + 59_000)).share).toBeNull()
  })
  it('of a late start is that of the day, though all that was recorded is sure but the first minute', () => {
    const { coverage, share } = coverageOf(MARKET, rowsOf(NOON + 20_000, NOON + 61 * MINUTE + 500))
    expect(coverage).toMatchObject({ minutes: 61, complete: 60 / 61, gap: 0, unknown: 1 / 61 })
    expect(share).toBeCloseTo(60 / 1_440)
  })
  it('of a whole day lacks the minute under way alone, at whatever second, and is never above 1', () => {
    for (const ms of [1, 2_500, 30_000, 59_999]) {
      const { coverage, share } = coverageOf(MARKET, rowsOf(NOON - 2 * DAY_MS, NOON + ms))
      expect(coverage).toMatchObject({ minutes: 1_439, complete: 1 })
      expect(share).toBe(1_439 / 1_440)
    }
    expect(coverageOf(MARKET, rowsOf(NOON - 2 * DAY_MS, NOON)).share).toBe(1)
  })
  it('counts what is back-filled as sure, gaps and what nothing proves as not', () => {
    const states: readonly MinuteState[] = ['complete', 'backfilled', 'gap', 'unknown']
    const rows = states.map((state) => ({ state }) as LedgerMinute)
    const { coverage, share } = coverageOf(MARKET, rows)
    expect(coverage).toMatchObject({ complete: 0.25, backfilled: 0.25, gap: 0.25, unknown: 0.25 })
    expect(share).toBe(2 / 1_440)
  })
})
