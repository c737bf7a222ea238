import { crc32, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../../src/main/store/byte-writer.ts'
import { writeLimb } from '../../../src/main/store/id-text.ts'
import {
  BlockError,
  type LogSection,
  MOST_ROWS,
  openSegment,
  readLogRecord,
  readSection,
  sealSegment,
  writeLogRecord,
  writeSection,
} from '../../../src/main/store/tape-block.ts'
import { columnsOf, rowsOf, type TapeRow, tapeRows } from './tape-rows.ts'

const row = (fields: Partial<TapeRow> = {}): TapeRow => ({
  id: '1',
  price: '100.5',
  qty: '0.25',
  side: 0,
  origin: 0,
  matches: 1,
  exchangeTime: 1_700_000_000_000,
  exchangeMicros: -1,
  receiveTime: 1_700_000_000_020,
  ...fields,
})

const run = (count: number, of: (at: number) => Partial<TapeRow>): TapeRow[] =>
  Array.from({ length: count }, (_, at) => row(of(at)))

/** Rows chosen from `count`, in any order, also twice. */
const selection = (count: number): fc.Arbitrary<Uint32Array> =>
  count === 0
    ? fc.constant(new Uint32Array(0))
    : fc.array(fc.nat(count - 1), { maxLength: 60 }).map((rows) => Uint32Array.from(rows))

const pick = (all: readonly TapeRow[], rows: Uint32Array): (TapeRow | undefined)[] =>
  Array.from(rows, (at) => all[at])

function section(rows: readonly TapeRow[]): Uint8Array {
  const out = new ByteWriter()
  writeSection(out, columnsOf(rows), null, rows.length)
  return out.bytes.slice(0, out.length)
}

describe('what is written comes back', () => {
  it('any rows, as a section and as a segment', () => {
    fc.assert(
      fc.property(tapeRows(80), (rows) => {
        const bytes = section(rows)
        expect(rowsOf(readSection(bytes, 0, bytes.length))).toEqual(rows)
        expect(rowsOf(openSegment(sealSegment(columnsOf(rows), null, rows.length)))).toEqual(rows)
      }),
      { numRuns: 400 },
    )
  })

  it('any rows chosen in any order, as a segment and in log records of several markets', () => {
    const chosen = tapeRows(60).chain((rows) =>
      fc.tuple(fc.constant(rows), fc.array(selection(rows.length), { maxLength: 4 })),
    )
    fc.assert(
      fc.property(chosen, ([all, choices]) => {
        const columns = columnsOf(all)
        const sections = choices.map(
          (rows, market): LogSection => ({ market: market * 1_000, rows, count: rows.length }),
        )
        const record = writeLogRecord(columns, sections)
        expect(
          readLogRecord(record, null).map((part) => [part.market, rowsOf(part.columns)]),
        ).toEqual(choices.map((rows, market) => [market * 1_000, pick(all, rows)]))
        for (const { market, rows, count } of sections) {
          expect(readLogRecord(record, market).map((part) => rowsOf(part.columns))).toEqual([
            pick(all, rows),
          ])
          expect(rowsOf(openSegment(sealSegment(columns, rows, count)))).toEqual(pick(all, rows))
        }
        expect(readLogRecord(record, 77)).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  it('mantissas stay exact: every row keeps its scale where one scale would be too much', () => {
    const prices = ['1300000000000001', '0.5', '9007199254740991', '-0.0000000000000000000001']
    const rows = run(4, (at) => ({ price: prices[at] ?? '' }))
    const { price } = openSegment(sealSegment(columnsOf(rows), null, 4))
    expect([...price.mantissa]).toEqual([1300000000000001, 5, 9007199254740991, -1])
    const two = openSegment(sealSegment(columnsOf(rows), null, 2)).price
    expect([...two.mantissa].every(Number.isSafeInteger)).toBe(true)
  })

  it('times that are none', () => {
    const rows = run(3, (at) => ({
      exchangeTime: [Number.NaN, 0.1, 5][at] ?? 0,
      receiveTime: [3, 20.1, Number.POSITIVE_INFINITY][at] ?? 0,
    }))
    expect(rowsOf(openSegment(sealSegment(columnsOf(rows), null, 3)))).toEqual(rows)
  })

  it('fewer rows than the columns hold', () => {
    const rows = run(10, (at) => ({ id: `id-${at}`, qty: at === 4 ? 'none' : '7' }))
    expect(rowsOf(openSegment(sealSegment(columnsOf(rows), null, 5)))).toEqual(rows.slice(0, 5))
  })

  it('more rows than the memory that is used again had room for', () => {
    const rows = run(9_000, (at) => ({
      id: at % 3 === 0 ? `t${at}` : String(at * 7),
      price: String(at / 100),
      qty: String((at * 7_919) % 1_000),
      side: at % 2,
      exchangeTime: 1_700_000_000_000 + ((at * 31) % 977),
      receiveTime: 1_700_000_000_100 + ((at * 17) % 991),
      exchangeMicros: at % 1_000,
      matches: (at % 5) + 1,
      origin: at % 3,
    }))
    expect(rowsOf(openSegment(sealSegment(columnsOf(rows), null, 9_000)))).toEqual(rows)
  })

  it('a segment with more than MOST_ROWS is refused, a log record divides them', () => {
    const columns = columnsOf([row(), row({ id: '2' })])
    const rows = Uint32Array.from({ length: MOST_ROWS + 1 }, (_, at) => (at === MOST_ROWS ? 1 : 0))
    expect(() => sealSegment(columns, rows, rows.length)).toThrow(RangeError)
    const parts = readLogRecord(
      writeLogRecord(columns, [{ market: 5, rows, count: rows.length }]),
      5,
    )
    expect(parts.map((part) => part.columns.count)).toEqual([MOST_ROWS, 1])
    expect(parts.map((part) => part.columns.id.number[0])).toEqual([1, 2])
  })
})

describe('what does not vary costs next to nothing', () => {
  const size = (of: (at: number) => Partial<TapeRow>): number => section(run(1_000, of)).length

  it('nothing but ids that count: a section of a few dozen bytes', () => {
    expect(size((at) => ({ id: String(5_000_000_000 + at) }))).toBeLessThan(60)
  })

  it('a column that varies adds its rows and no more', () => {
    const bare = size((at) => ({ id: String(at) }))
    const more = (of: (at: number) => Partial<TapeRow>): number =>
      size((at) => ({ id: String(at), ...of(at) })) - bare
    expect(more((at) => ({ side: at % 7 === 0 ? 1 : 0 }))).toBeLessThanOrEqual(130)
    expect(more((at) => ({ price: (100 + (at % 9) / 100).toFixed(2) }))).toBeLessThanOrEqual(1_010)
    expect(more((at) => ({ matches: at === 500 ? 9 : 1 }))).toBeLessThanOrEqual(1_010)
  })

  it('a UUID takes 16 bytes, a number of 25 digits no more than its changes', () => {
    const uuids = size((at) => ({ id: `0b2c9a7e-51d2-4c3f-9e57-${String(at).padStart(12, '0')}` }))
    expect(uuids).toBeLessThan(16_100)
    expect(size((at) => ({ id: String(10n ** 24n + BigInt(at)) }))).toBeLessThan(100)
    expect(size((at) => ({ id: `ETH-${34_000_000 + at}` }))).toBeLessThan(100)
  })

  it('chunks that share a receive time: the time is written, not the delays', () => {
    const shared = size((at) => ({
      exchangeTime: 1_700_000_000_000 + ((at * 7_919) % 300),
      receiveTime: 1_700_000_000_400,
    }))
    const apart = size((at) => ({
      exchangeTime: 1_700_000_000_000 + ((at * 7_919) % 300),
      receiveTime: 1_700_000_000_400 + ((at * 7_919) % 300),
    }))
    expect(Math.abs(shared - apart)).toBeLessThan(20)
  })
})

/** Bytes that are damaged: whatever happens, it is a BlockError, or rows. */
function mustNotCrash(read: () => unknown): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof BlockError)) throw error
  }
}

const SMALL = run(12, (at) => ({
  id:
    at % 4 === 0
      ? `ETH-${at}`
      : at % 4 === 1
        ? `0b2c9a7e-51d2-4c3f-9e57-00000000000${at % 10}`
        : `${at}`,
  price: at === 5 ? 'free' : String(100 + (at % 3) / 100),
  qty: String((at * 37) % 11),
  side: at % 2,
  exchangeTime: 1_700_000_000_000 + at * at,
  receiveTime: 1_700_000_000_020 + at * at + ((at * 5) % 7),
}))

describe('damaged bytes', () => {
  const columns = columnsOf(SMALL)
  const segment = sealSegment(columns, null, SMALL.length)
  const record = writeLogRecord(columns, [
    { market: 1, rows: Uint32Array.of(0, 1, 2, 3, 4, 5), count: 6 },
    { market: 2, rows: Uint32Array.of(6, 7, 8, 9, 10, 11), count: 6 },
  ])

  it('every flip of a single bit is noticed', () => {
    for (const [block, read] of [
      [segment, openSegment],
      [record, (bytes: Uint8Array) => readLogRecord(bytes, null)],
    ] as const)
      for (let bit = 0; bit < 8 * block.length; bit += 1) {
        const damaged = block.slice()
        damaged[bit >>> 3] = (damaged[bit >>> 3] ?? 0) ^ (1 << (bit & 7))
        expect(() => read(damaged), `bit ${bit}`).toThrow(BlockError)
      }
  })

  it('every cut is noticed, and bytes left over', () => {
    for (let length = 0; length < segment.length; length += 1)
      expect(() => openSegment(segment.subarray(0, length))).toThrow(BlockError)
    for (let length = 0; length < record.length; length += 1)
      expect(() => readLogRecord(record.subarray(0, length), null)).toThrow(BlockError)
    expect(() => openSegment(Uint8Array.of(...segment, 0))).toThrow(BlockError)
  })

  it('a block that lies at an offset of a larger buffer is read as well', () => {
    const held = new Uint8Array(segment.length + 13)
    held.set(segment, 5)
    expect(rowsOf(openSegment(held.subarray(5, 5 + segment.length)))).toEqual(SMALL)
  })

  it('sections that no checksum guards: mutated, cut, prolonged', () => {
    const bytes = section(SMALL)
    for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
      const damaged = bytes.slice()
      damaged[bit >>> 3] = (damaged[bit >>> 3] ?? 0) ^ (1 << (bit & 7))
      mustNotCrash(() => rowsOf(readSection(damaged, 0, damaged.length)))
    }
    for (let length = 0; length < bytes.length; length += 1)
      expect(() => readSection(bytes, 0, length)).toThrow(BlockError)
    expect(() => readSection(bytes, 0, bytes.length + 1)).toThrow(BlockError)
    expect(() => readSection(bytes, 5, 4)).toThrow(BlockError)
  })

  it('sections of any bytes, and mutated ones of any rows', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        mustNotCrash(() => readSection(bytes, 0, bytes.length))
      }),
      { numRuns: 2_000 },
    )
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(tapeRows(20), edits, (rows, changes) => {
        const bytes = section(rows)
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        mustNotCrash(() => readSection(bytes, 0, bytes.length))
      }),
      { numRuns: 2_000 },
    )
  })
})

/** A block with a right checksum around a body that we made up. */
function sealedBody(kind: string, body: readonly number[], version = 1): Uint8Array {
  const block = Uint8Array.of(kind.charCodeAt(0), version, 0, 0, 0, 0, ...body)
  new DataView(block.buffer).setUint32(2, crc32(block.subarray(6)), true)
  return block
}

describe('blocks that lie under a right checksum', () => {
  it('another version is named and refused, another kind too', () => {
    const newer = sealedBody('S', [0], 2)
    expect(() => openSegment(newer)).toThrow(/version 2; this program reads version 1/)
    const segment = sealSegment(columnsOf(SMALL), null, SMALL.length)
    expect(() => readLogRecord(segment, null)).toThrow(BlockError)
    expect(() => openSegment(writeLogRecord(columnsOf([]), []))).toThrow(BlockError)
  })

  it('lengths beyond what can be: refused before memory is taken', () => {
    const huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]
    const before = process.memoryUsage().arrayBuffers
    for (const body of [
      [...huge],
      [...huge, 0x28, 0xb5, 0x2f, 0xfd],
      [0x80, 0x80, 0x40, 0x28, 0xb5, 0x2f, 0xfd],
    ]) {
      expect(() => readLogRecord(sealedBody('L', body), null)).toThrow(BlockError)
      expect(() => openSegment(sealedBody('S', body))).toThrow(BlockError)
      expect(() => openSegment(sealedBody('S', [1, ...body]))).toThrow(BlockError)
      expect(() => readSection(Uint8Array.from(body), 0, body.length)).toThrow(BlockError)
    }
    for (const length of [2 ** 28, 2 ** 28 + 1, 2 ** 20]) {
      const out = new ByteWriter()
      out.varint(length)
      out.append(zstdCompressSync(new Uint8Array(10)))
      const lie = sealedBody('L', [...out.view()])
      expect(() => readLogRecord(lie, null)).toThrow(/larger than it can be/)
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24)
  })

  it('more or less in the compressed bytes than is said', () => {
    const plain = zstdCompressSync(new Uint8Array(1_000))
    for (const length of [999, 1_001]) {
      const out = new ByteWriter()
      out.varint(length)
      out.append(plain)
      expect(() => readLogRecord(sealedBody('L', [...out.view()]), null)).toThrow(BlockError)
    }
  })

  it('a number with more digits than its id has, or none at all', () => {
    const text = new Uint8Array(3)
    expect(writeLimb(text, 0, 3, 123)).toBe(true)
    for (const value of [1_234, -1, Number.NaN]) expect(writeLimb(text, 0, 3, value)).toBe(false)
  })

  it('a section with bytes left over, a directory that points past the end', () => {
    const bytes = section(SMALL)
    const longer = Uint8Array.of(...bytes, 0)
    expect(() => readSection(longer, 0, longer.length)).toThrow(BlockError)
    expect(() => readLogRecord(sealedBody('L', [3, 1, 7, 9]), null)).toThrow(BlockError)
    expect(() => readLogRecord(sealedBody('L', [2, 0, 9]), null)).toThrow(BlockError)
  })
})
