import { describe, expect, it } from 'vitest'
import {
  FIRST_CHOICE,
  isRelay,
  isUnclear,
  leadBars,
  waysOf,
} from '../../../../src/renderer/features/lab/model.ts'
import type { Lead, WayFigures } from '../../../../src/shared/contract/status.ts'

describe('the lab', () => {
  it('asks for the ways that were chosen, slower polls last', () => {
    expect(waysOf(FIRST_CHOICE)).toEqual([
      { id: 'WebSocket', kind: 'websocket' },
      { id: 'REST 1 s', kind: 'rest', intervalMs: 1_000 },
      { id: 'REST 5 s', kind: 'rest', intervalMs: 5_000 },
    ])
    expect(waysOf({ webSocket: false, rest: [2_000, 250], relay: ' ws://a/ws ' })).toEqual([
      { id: 'REST 250 ms', kind: 'rest', intervalMs: 250 },
      { id: 'REST 2 s', kind: 'rest', intervalMs: 2_000 },
      { id: 'Relay', kind: 'relay', url: 'ws://a/ws' },
    ])
  })

  it('takes an empty field for no relay, and nothing but ws and wss for one', () => {
    for (const text of ['', '  ', 'ws://127.0.0.1:1/ws', 'wss://host/ws?token=1'])
      expect(isRelay(text)).toBe(true)
    for (const text of ['http://host', 'ws://', 'host:4000', 'ws:// host'])
      expect(isRelay(text)).toBe(false)
  })

  it('says nothing of a delay that the clocks cannot tell', () => {
    const figures = (uncertaintyMs: number | null) => ({ uncertaintyMs }) as WayFigures
    expect(isUnclear(8, figures(8))).toBe(true)
    expect(isUnclear(-3, figures(8))).toBe(true)
    expect(isUnclear(8.1, figures(8))).toBe(false)
    expect(isUnclear(8, figures(null))).toBe(false)
    expect(isUnclear(null, figures(8))).toBe(false)
  })

  it('draws the buckets that hold something and those between them', () => {
    const lead = (counts: readonly number[]) =>
      ({ histogram: { edgesMs: [-10, 0, 10, 20], counts } }) as unknown as Lead
    expect(leadBars(lead([0, 4, 0, 2]))).toEqual([
      { from: 0, to: 10, count: 4, share: 1 },
      { from: 10, to: 20, count: 0, share: 0 },
      { from: 20, to: Number.POSITIVE_INFINITY, count: 2, share: 0.5 },
    ])
    expect(leadBars(lead([0, 0, 0, 0]))).toEqual([])
  })
})
