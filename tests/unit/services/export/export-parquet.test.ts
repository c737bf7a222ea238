import { zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { describe, expect, it } from 'vitest'
import { writeParquet } from '../../../../src/main/services/export/export-parquet.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { ORIGINS, type Trade } from '../../../../src/shared/domain/trade.ts'

const trade = (fields: Partial<Trade> = {}): Trade => ({
  market: 'okx:BTC-USDT' as MarketId,
  id: '130639474',
  price: '42219.9',
  qty: '0.12060306',
  side: 'buy',
  exchangeTime: epochMs(1_700_000_000_123),
  receiveTime: epochMs(1_700_000_000_145),
  matches: 1,
  origin: 'stream',
  ...fields,
})

function file(trades: Iterable<Trade>): ArrayBuffer {
  const parts: Uint8Array[] = []
  // A piece is only lent.
  writeParquet(
    trades,
    (bytes) => parts.push(bytes.slice()),
    () => {},
  )
  return new Uint8Array(Buffer.concat(parts)).buffer
}

const compressors = { ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)) }
const rowsOf = (buffer: ArrayBuffer) =>
  parquetReadObjects({ file: buffer, compressors }) as Promise<Record<string, unknown>[]>

/** What a reader must find of a trade. */
const expected = (one: Trade) => ({
  market: one.market,
  id: one.id,
  price: Number(one.price),
  qty: Number(one.qty),
  price_text: one.price,
  qty_text: one.qty,
  taker_side: one.side,
  // The reader gives whole milliseconds; the microseconds have a column of their own.
  exchange_time: new Date(one.exchangeTime),
  exchange_micros: one.exchangeMicros ?? null,
  receive_time: new Date(one.receiveTime),
  matches: BigInt(one.matches),
  origin: one.origin,
})

describe('Parquet', () => {
  it('brings every field of odd trades back', async () => {
    const odd = [
      trade(),
      trade({ id: '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0', price: '0.000000000000000000123' }),
      trade({ id: '1234567890123456789012345', qty: '123456789012345678901234567890.5' }),
      trade({ id: 'ETH-249812-ü✓', side: 'sell', matches: 5_000_000_000, origin: 'backfill' }),
      trade({ id: '', exchangeMicros: 0, origin: 'snapshot' }),
      trade({ exchangeMicros: 999 }),
      trade({ exchangeTime: epochMs(-1), receiveTime: epochMs(0) }),
      trade({ market: 'deribit:BTC-PERPETUAL' as MarketId, price: '-1', qty: '0' }),
    ]
    const rows = await rowsOf(file(odd))
    expect(rows).toEqual(odd.map(expected))
  })

  it('brings any trades back', async () => {
    const digits = fc.tuple(
      fc.bigInt({ min: 0n, max: 10n ** 30n }),
      fc.integer({ min: 0, max: 30 }),
    )
    const decimal = digits.map(([whole, places]) => {
      const padded = String(whole).padStart(places + 1, '0')
      return places === 0 ? padded : `${padded.slice(0, -places)}.${padded.slice(-places)}`
    })
    const time = fc.integer({ min: 0, max: 4_000_000_000_000 }).map(epochMs)
    const any = fc
      .record({
        id: fc.oneof(fc.uuid(), fc.nat().map(String), fc.string({ unit: 'grapheme' })),
        price: decimal,
        qty: decimal,
        side: fc.constantFrom('buy' as const, 'sell' as const),
        exchangeTime: time,
        receiveTime: time,
        matches: fc.nat(),
        origin: fc.constantFrom(...ORIGINS),
        micros: fc.option(fc.integer({ min: 0, max: 999 })),
      })
      .map(({ micros, ...fields }) =>
        trade(micros === null ? fields : { ...fields, exchangeMicros: micros }),
      )
    await fc.assert(
      fc.asyncProperty(fc.array(any, { maxLength: 60 }), async (trades) => {
        expect(await rowsOf(file(trades))).toEqual(trades.map(expected))
      }),
      { numRuns: 40 },
    )
  })

  it('says its types, and is written in groups that a reader can skip', async () => {
    const many = function* (): Generator<Trade> {
      for (let n = 0; n < 200_001; n += 1) yield trade({ id: String(n), exchangeTime: epochMs(n) })
    }
    const buffer = file(many())
    const metadata = parquetMetadata(buffer)
    expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([
      100_000, 100_000, 1,
    ])
    const types = metadata.schema.map(({ name, type, repetition_type, logical_type }) =>
      [name, type, repetition_type, logical_type?.type].filter(Boolean).join(' '),
    )
    expect(types).toEqual([
      'trades',
      'market BYTE_ARRAY REQUIRED STRING',
      'id BYTE_ARRAY REQUIRED STRING',
      'price DOUBLE REQUIRED',
      'qty DOUBLE REQUIRED',
      'price_text BYTE_ARRAY REQUIRED STRING',
      'qty_text BYTE_ARRAY REQUIRED STRING',
      'taker_side BYTE_ARRAY REQUIRED STRING',
      'exchange_time INT64 REQUIRED TIMESTAMP',
      'exchange_micros INT32 OPTIONAL',
      'receive_time INT64 REQUIRED TIMESTAMP',
      'matches INT64 REQUIRED',
      'origin BYTE_ARRAY REQUIRED STRING',
    ])
    const chunk = metadata.row_groups[1]?.columns[7]?.meta_data
    expect(chunk?.codec).toBe('ZSTD')
    expect(chunk?.statistics?.min_value).toEqual(new Date(100_000))
    const last = await parquetReadObjects({
      file: buffer,
      compressors,
      columns: ['id'],
      rowStart: 200_000,
      rowEnd: 200_001,
    })
    expect(last).toEqual([{ id: '200000' }])
  })

  it('is a file of no rows when there are none', async () => {
    const buffer = file([])
    expect(parquetMetadata(buffer).schema).toHaveLength(13)
    expect(await rowsOf(buffer)).toEqual([])
  })

  it('is told how far it is, often enough to be broken off', () => {
    const seen: number[] = []
    const trades = Array.from({ length: 3_500 }, (_, n) => trade({ id: String(n) }))
    expect(
      writeParquet(
        trades,
        () => {},
        (count) => seen.push(count),
      ),
    ).toBe(3_500)
    expect(seen).toEqual([1_000, 2_000, 3_000, 3_500])
  })
})
