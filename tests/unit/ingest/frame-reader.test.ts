import { describe, expect, it } from 'vitest'
import { FrameReader } from '../../../src/main/ingest/frame-reader.ts'
import { okx } from '../../../src/main/venues/okx.ts'
import type { FrameSink } from '../../../src/main/venues/venue.ts'
import { FakeClock } from './fake-clock.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const row = (id: number) => ({
  instId: 'BTC-USDT',
  tradeId: String(id),
  px: '1',
  sz: '2',
  side: 'buy',
  ts: '1750000000000',
})
const frame = (...rows: object[]) =>
  JSON.stringify({ arg: { channel: 'trades', instId: 'BTC-USDT' }, data: rows })

function setUp() {
  const clock = new FakeClock()
  const stamps: number[][] = []
  const reader = new FrameReader(okx, clock, silent, (...told) => stamps.push(told))
  // Each trade takes two milliseconds to fold.
  const sink = {
    trade: () => {
      reader.parsed()
      clock.advance(2)
    },
    pong: () => {},
  } as unknown as FrameSink
  const read = (text: string) => reader.read(text, clock.now() - 5, sink)
  return { clock, reader, stamps, read }
}

describe('the stamps of a frame', () => {
  it('are taken once: when it was read, when its first trade was parsed, when its last was folded', () => {
    const { clock, stamps, read } = setUp()
    const began = clock.now()
    read(frame(row(1), row(2), row(3)))
    expect(stamps).toHaveLength(1)
    const [receivedAt = 0, parsedAt = 0, foldedAt = 0] = stamps[0] ?? []
    expect(receivedAt).toBe(began - 5)
    expect(foldedAt - parsedAt).toBeCloseTo(6, 6)
    expect(Math.abs(foldedAt - clock.now())).toBeLessThanOrEqual(1)
  })

  it('are not taken of frames without trades', () => {
    const { reader, stamps, read } = setUp()
    read('pong')
    read('{"nonsense":')
    expect(stamps).toEqual([])
    expect(reader.unreadable).toBe(1)
  })

  it('are those of the trades before a row that cannot be read', () => {
    const { stamps, read } = setUp()
    read(frame(row(1), { instId: 'BTC-USDT' }))
    expect(stamps).toHaveLength(1)
    const [, parsedAt = 0, foldedAt = 0] = stamps[0] ?? []
    expect(foldedAt - parsedAt).toBeCloseTo(2, 6)
  })

  it('do not outlive their frame', () => {
    const { stamps, read } = setUp()
    read(frame(row(1)))
    read('pong')
    expect(stamps).toHaveLength(1)
  })
})
