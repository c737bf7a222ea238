import { BlockError } from './block-error.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { expand, MOST_BYTES, squeeze } from './compression.ts'

/*
 * A sealed section is compressed in pieces, one for each byte plane: zstd has one table of codes for all
 * of a block, and a plane of noise beside a plane of zeros would spoil it for both.
 */

/** Pieces shorter than this go together with what follows: a call of the compressor has its price. */
const LEAST_PIECE = 4_096

/** Writes all that `section` holds to `out`: number of pieces, their lengths, the pieces. */
export function writePieces(out: ByteWriter, section: ByteWriter, level: number): void {
  const whole = section.view()
  const ends = endsOf(section)
  const pieces: { readonly length: number; readonly stored: Uint8Array }[] = []
  let from = 0
  for (const end of ends) {
    const piece = whole.subarray(from, end)
    pieces.push({ length: piece.length, stored: squeeze(piece, level) ?? piece })
    from = end
  }
  out.varint(pieces.length)
  for (const { length, stored } of pieces) {
    out.varint(length)
    out.varint(stored.length)
  }
  for (const { stored } of pieces) out.append(stored)
}

function endsOf({ cuts, length }: ByteWriter): number[] {
  const ends: number[] = []
  let from = 0
  for (const cut of cuts)
    if (cut - from >= LEAST_PIECE) {
      ends.push(cut)
      from = cut
    }
  ends.push(length)
  return ends
}

/** The section again; a piece as long as what it stands for is stored as it is. */
export function readPieces(from: ByteReader): Uint8Array {
  const count = from.varint()
  if (count > from.end - from.at) throw new BlockError('More pieces than the segment can hold')
  const lengths: number[] = []
  const stored: number[] = []
  for (let piece = 0; piece < count; piece += 1) {
    lengths.push(from.varint())
    stored.push(from.varint())
  }
  if (lengths.reduce((sum, length) => sum + length, 0) > MOST_BYTES)
    throw new BlockError('A segment that claims to be larger than it can be')
  const pieces: Uint8Array[] = []
  for (const [piece, length] of lengths.entries()) {
    const size = stored[piece] ?? 0
    const begin = from.skip(size)
    const bytes = from.bytes.subarray(begin, begin + size)
    pieces.push(size === length ? bytes : expand(bytes, length))
  }
  return joined(pieces)
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces
  if (pieces.length === 1 && first !== undefined) return first
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
