import { describe, expect, it } from 'vitest'
import { clockSkew, freshness, LATE_AFTER } from '../../../../src/renderer/state/freshness.ts'
import { remember } from '../../../../src/renderer/state/latency-history.ts'
import {
  chooseLanguage,
  createPreferences,
  LIMITS,
  readPreferences,
} from '../../../../src/renderer/state/preferences.ts'
import { reach } from '../../../../src/renderer/state/reach.ts'
import { keepEqual } from '../../../../src/renderer/state/session.ts'
import type { MarketSummary, VenueStatus } from '../../../../src/shared/contract/status.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'

const venue = (state: VenueStatus['state'], attempt = 0): VenueStatus =>
  ({ venue: 'okx', state, attempt, latency: { raw: {}, corrected: null } }) as VenueStatus

describe('freshness', () => {
  const at = epochMs(10_000)
  it('is fresh only while the engine is connected and was heard lately', () => {
    expect(freshness(true, at, at)).toBe('fresh')
    expect(freshness(true, at, epochMs(at + LATE_AFTER))).toBe('fresh')
    expect(freshness(true, at, epochMs(at + LATE_AFTER + 1))).toBe('late')
    expect(freshness(false, at, at)).toBe('lost')
    expect(freshness(true, null, at)).toBe('lost')
  })
  it('takes small differences of clocks for the way of the message', () => {
    expect(clockSkew(epochMs(9_000), at)).toBe(0)
    expect(clockSkew(epochMs(70_000), at)).toBe(60_000)
  })
})

describe('reach', () => {
  it('is none only when every wanted venue is cut off', () => {
    expect(reach([])).toBe('idle')
    expect(reach([venue('idle'), venue('stopped')])).toBe('idle')
    expect(reach([venue('waiting', 2), venue('idle')])).toBe('none')
    expect(reach([venue('waiting', 2), venue('connecting', 3)])).toBe('none')
    expect(reach([venue('waiting', 2), venue('connecting', 1)])).toBe('trying')
    expect(reach([venue('waiting', 2), venue('quiet')])).toBe('some')
    expect(reach([venue('blocked', 2), venue('failed', 9)])).toBe('none')
    // Trades arrive in both, if not all of them by the stream.
    expect(reach([venue('waiting', 2), venue('backfilling')])).toBe('some')
    expect(reach([venue('waiting', 2), venue('degraded')])).toBe('some')
  })
})

describe('preferences', () => {
  it('falls back field by field', () => {
    const read = readPreferences(
      '{"language":"xx","palette":"safe","interval":"7m","layout":{"left":99999,"right":"a","leftOpen":false}}',
      ['vi-VN', 'en'],
    )
    expect(read).toMatchObject({ language: 'vi', palette: 'safe', interval: '1m' })
    expect(read.layout).toMatchObject({ left: LIMITS.left[1], right: 352, leftOpen: false })
  })
  it('survives anything that was saved', () => {
    for (const text of [null, '', 'null', '[]', '"x"', '{"layout":3,"sort":[]}'])
      expect(readPreferences(text, []).language).toBe('en')
  })
  it('chooses the nearest language', () => {
    expect(chooseLanguage(['fr', 'zh-TW', 'en'])).toBe('zh-CN')
    expect(chooseLanguage(['fr'])).toBe('en')
  })
  it('writes changes and lives without storage', () => {
    let saved = ''
    const storage = {
      getItem: () => (saved === '' ? null : saved),
      setItem: (_: string, text: string) => {
        saved = text
      },
    }
    createPreferences(storage, ['en']).setState({ palette: 'safe' })
    expect(createPreferences(storage, ['en']).getState().palette).toBe('safe')
    const refusing = {
      getItem: () => null,
      setItem: () => {
        throw new Error('full')
      },
    }
    const store = createPreferences(refusing, ['en'])
    store.setState({ palette: 'safe' })
    expect(store.getState().palette).toBe('safe')
  })
})

describe('latency history', () => {
  it('samples every two seconds, keeps holes, forgets the old', () => {
    const status = (p50: number | null): VenueStatus =>
      ({ ...venue('live'), latency: { raw: { p50, p99: p50 }, corrected: null } }) as VenueStatus
    let history = remember(new Map(), [status(1)], epochMs(1_000_000))
    expect(remember(history, [status(2)], epochMs(1_001_000))).toBe(history)
    history = remember(history, [status(null)], epochMs(1_002_000))
    expect([...history.values()][0]).toHaveLength(2)
    history = remember(history, [status(3)], epochMs(1_002_000 + 300_000))
    expect([...history.values()][0]).toEqual([{ at: 1_302_000, p50: 3, p99: 3 }])
  })
})

it('keeps the object of a market that did not change', () => {
  const row = (last: number) => ({ market: 'okx:A-B', last }) as unknown as MarketSummary
  const before = [row(1)]
  expect(keepEqual(before, [row(1)])[0]).toBe(before[0])
  expect(keepEqual(before, [row(2)])[0]).not.toBe(before[0])
})
