import { describe, expect, it } from 'vitest'
import {
  badFields,
  FIRST_FORM,
  intervalFor,
  keyMeaning,
  momentAt,
  type ReplayForm,
  requestOf,
  shareOf,
} from '../../../../src/renderer/features/replay/model.ts'
import type { ReplayRequest, ReplayStatus } from '../../../../src/shared/contract/replay.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'

const FROM = epochMs(1_000_000)
const TO = epochMs(2_000_000)
const form: ReplayForm = {
  ...FIRST_FORM,
  markets: ['okx:BTC-USDT' as MarketId],
  from: '2026-01-01T00:00:00',
  to: '2026-01-01T01:00:00',
}
const request: ReplayRequest = requestOf(form, FROM, TO)
const status = (patch: Partial<ReplayStatus>): ReplayStatus => ({
  state: 'paused',
  request,
  at: epochMs(1_500_000),
  pace: 1,
  trades: 0,
  firings: [],
  summaries: [],
  ...patch,
})

describe('what a replay is asked for', () => {
  it('has no faults while none is wanted, whatever the seed', () => {
    expect(requestOf({ ...form, seed: '7' }, FROM, TO)).toEqual({
      markets: ['okx:BTC-USDT'],
      from: FROM,
      to: TO,
      order: 'received',
      alerts: true,
    })
  })

  it('takes shares from percent', () => {
    expect(requestOf({ ...form, drop: '2.5', delay: '1500' }, FROM, TO).faults).toEqual({
      seed: 1,
      drop: 0.025,
      delayMs: 1_500,
      skewMs: 0,
    })
  })

  it('is held back by numbers that cannot be used', () => {
    expect(badFields(form).size).toBe(0)
    const bad = { ...form, drop: '101', delay: '-1', skew: 'much', seed: '1.5' }
    expect([...badFields(bad)]).toEqual(['drop', 'delay', 'skew', 'seed'])
    expect(badFields({ ...form, drop: '' }).has('drop')).toBe(true)
  })
})

describe('keys of a replay', () => {
  it('play and pause, step, and go back to live', () => {
    expect(keyMeaning(' ', status({}))).toEqual({ do: 'play' })
    expect(keyMeaning(' ', status({ state: 'playing' }))).toEqual({ do: 'pause' })
    expect(keyMeaning('.', status({}))).toEqual({ do: 'step', by: 'trade' })
    expect(keyMeaning(',', status({}))).toEqual({ do: 'step', by: 'bar' })
    expect(keyMeaning('Escape', status({ state: 'failed' }))).toBe('live')
  })

  it('seek by a hundredth and to the ends, never beyond', () => {
    expect(keyMeaning('ArrowRight', status({}))).toEqual({ do: 'seek', to: 1_510_000 })
    expect(keyMeaning('ArrowLeft', status({ at: FROM }))).toEqual({ do: 'seek', to: FROM })
    expect(keyMeaning('End', status({}))).toEqual({ do: 'seek', to: TO })
    expect(keyMeaning('Home', status({ state: 'ended' }))).toEqual({ do: 'seek', to: FROM })
  })

  it('do nothing where nothing can be done', () => {
    expect(keyMeaning(' ', status({ state: 'loading' }))).toBeNull()
    expect(keyMeaning('.', status({ state: 'ended' }))).toBeNull()
    expect(keyMeaning('x', status({}))).toBeNull()
  })
})

it('a place in the replay is a share of its stretch, and back', () => {
  expect(shareOf(status({}))).toBe(0.5)
  expect(shareOf(status({ at: null }))).toBe(0)
  expect(momentAt(request, 0.25)).toBe(1_250_000)
  expect(momentAt(request, 7)).toBe(TO)
})

describe('the first bars of a replay', () => {
  it('are seconds where the stretch is short', () => {
    const wide = (ms: number): ReplayRequest => ({ ...request, to: epochMs(FROM + ms) })
    expect(intervalFor(wide(10 * 60_000))).toBe('1s')
    expect(intervalFor(wide(10 * 60_000 + 1))).toBe('1m')
    expect(intervalFor(null)).toBe('1m')
  })
})
