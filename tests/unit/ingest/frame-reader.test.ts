import { describe, expect, it } from 'vitest'
import { FrameReader } from '../../../src/main/ingest/frame-reader.ts'
import { SymbolTable } from '../../../src/main/ingest/symbol-table.ts'
import { okx } from '../../../src/main/venues/okx.ts'
import type { FrameSink, Venue } from '../../../src/main/venues/venue.ts'
import { idAt } from '../../../src/shared/domain/id-column.ts'
import { Prints } from '../../../src/shared/domain/prints.ts'
import { FakeClock } from './fake-clock.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const row = (id: number) => ({
  instId: 'BTC-USDT',
  tradeId: String(id),
  px: '1',
  sz: '2',
  side: 'buy',
  ts: '1750000000000',
  count: '1',
  source: '0',
  seqId: 12,
})
const frame = (...rows: object[]) =>
  JSON.stringify({ arg: { channel: 'trades', instId: 'BTC-USDT' }, data: rows })

function setUp(venue: Venue = okx) {
  const clock = new FakeClock()
  const stamps: number[][] = []
  const symbols = new SymbolTable()
  symbols.add('BTC-USDT')
  const prints = new Prints()
  const reader = new FrameReader(venue, clock, silent, symbols, (...told) => stamps.push(told))
  const calls: string[] = []
  const sink = {
    trade: (symbol, id, price, qty, side, time, extra) => {
      calls.push(`trade ${id}`)
      prints.add(symbols.find(symbol), { id, price, qty, side, time, extra })
    },
    pong: () => void calls.push('pong'),
  } as Partial<FrameSink> as FrameSink
  const read = (text: string | Buffer) => {
    const frame = Buffer.from(text)
    reader.read(frame, 0, frame.length, clock.now() - 5, prints, sink)
  }
  const ids = () => Array.from({ length: prints.count }, (_, at) => idAt(prints.id, at))
  return { clock, reader, stamps, read, calls, prints, ids }
}

describe('the stamps of a chunk', () => {
  it('are when it was read, when its frames were parsed, when its last trade was folded', () => {
    const { clock, reader, stamps } = setUp()
    const began = clock.monotonic()
    const receivedAt = clock.now() - 5
    clock.advance(3) // reading
    const read = clock.now()
    reader.fold(began, receivedAt, () => clock.advance(6))
    expect(stamps).toHaveLength(1)
    const [received = 0, parsedAt = 0, foldedAt = 0] = stamps[0] ?? []
    expect(received).toBe(receivedAt)
    expect(Math.abs(parsedAt - read)).toBeLessThanOrEqual(1)
    expect(foldedAt - parsedAt).toBeCloseTo(6, 6)
    expect(reader.busyMs).toBe(9)
  })
})

describe('the frames of a venue', () => {
  it('are scanned where they look as usual: the reader never sees them', () => {
    const { read, calls, ids, reader } = setUp()
    read(frame(row(1)))
    expect(ids()).toEqual(['1'])
    expect(calls).toEqual([])
    expect([reader.messages, reader.scannedNot]).toEqual([1, 0])
  })

  it('go to the reader with the same result where anything is unusual', () => {
    const { read, calls, ids, reader } = setUp()
    read(frame({ ...row(1), more: 'than usual' }))
    read('pong')
    expect(ids()).toEqual(['1'])
    expect(calls).toEqual(['trade 1', 'pong'])
    expect([reader.messages, reader.scannedNot]).toEqual([2, 1])
  })

  it('need no layout', () => {
    const { layouts: _, ...stream } = okx.stream
    const { read, calls, ids } = setUp({ ...okx, stream })
    read(frame(row(1), row(2)))
    expect(ids()).toEqual(['1', '2'])
    expect(calls).toEqual(['trade 1', 'trade 2'])
  })

  it('that cannot be read are counted, and their rows before the bad one stand', () => {
    const { read, ids, reader } = setUp()
    read('{"nonsense":')
    read(frame(row(7), { instId: 'BTC-USDT' }))
    expect(reader.unreadable).toBe(2)
    expect(reader.example?.frame).toBe('{"nonsense":')
    expect(ids()).toEqual(['7'])
  })

  it('that are no UTF-8 are counted, although they would be JSON with a replaced letter', () => {
    const { read, ids, reader } = setUp()
    const text = frame({ ...row(8), more: '\u00e9' })
    read(Buffer.from(text, 'latin1'))
    expect([reader.unreadable, reader.example?.reason]).toEqual([1, 'text that is not UTF-8'])
    read(text)
    expect(ids()).toEqual(['8'])
  })
})
