import { constants, zstdCompressSync } from 'node:zlib'
import { ByteWriter } from '../../../src/main/store/byte-writer.ts'
import type { TapeColumns } from '../../../src/main/store/tape-columns.ts'
import { decimalAt } from '../../../src/shared/domain/decimal-column.ts'
import { idAt } from '../../../src/shared/domain/id-column.ts'

const LEVEL_1 = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/** The obvious way: a JSON array a trade, zstd 1. */
export function jsonRows(columns: TapeColumns, sections: readonly Uint32Array[]): Uint8Array {
  const lines = sections.map((rows) =>
    Array.from(rows, (row) => [
      idAt(columns.id, row),
      decimalAt(columns.price, row),
      decimalAt(columns.qty, row),
      columns.side[row],
      columns.exchangeTime[row],
      columns.exchangeMicros[row],
      columns.receiveTime[row],
      columns.matches[row],
      columns.origin[row],
    ]),
  )
  return zstdCompressSync(Buffer.from(JSON.stringify(lines)), LEVEL_1)
}

const out = new ByteWriter()

/** Columns of zigzag varint differences, zstd 1 over all: what byte planes are held against. Numeric ids. */
export function varints(columns: TapeColumns, sections: readonly Uint32Array[]): Uint8Array {
  const { id, price, qty, exchangeTime, receiveTime, side, exchangeMicros, matches, origin } =
    columns
  out.clear()
  for (const rows of sections) {
    differences(rows, id.number)
    differences(rows, exchangeTime)
    for (const row of rows) out.signed((receiveTime[row] ?? 0) - (exchangeTime[row] ?? 0))
    scaled(rows, price.mantissa, price.scale, true)
    scaled(rows, qty.mantissa, qty.scale, false)
    for (const row of rows)
      out.byte((side[row] ?? 0) | ((origin[row] ?? 0) << 1) | (exchangeMicros[row] === -1 ? 0 : 8))
    for (const row of rows) out.varint(matches[row] ?? 0)
  }
  return zstdCompressSync(out.view(), LEVEL_1)
}

function differences(rows: Uint32Array, values: Float64Array): void {
  let before = 0
  for (const row of rows) {
    const value = values[row] ?? 0
    out.signed(value - before)
    before = value
  }
}

function scaled(rows: Uint32Array, mantissa: Float64Array, scale: Uint8Array, step: boolean): void {
  let most = 0
  for (const row of rows) most = Math.max(most, scale[row] ?? 0)
  let before = 0
  for (const row of rows) {
    const value = (mantissa[row] ?? 0) * 10 ** (most - (scale[row] ?? 0))
    out.signed(step ? value - before : value)
    before = value
  }
}
