import { BlockError } from './block-error.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { limbOf, packUuid, UUID_LENGTH, unpackUuid, writeLimb } from './id-text.ts'
import { readIntegers, readNarrow, writeIntegers } from './integer-column.ts'

/** Text ids of one kind: the nth lies in [from[n], to[n]) of `bytes`. */
export interface TextIds {
  readonly bytes: Uint8Array
  readonly count: number
  readonly from: Uint32Array
  readonly to: Uint32Array
}

export interface NumberedIds extends TextIds {
  /** Bytes before the digits, the same in all. */
  readonly letters: number
}

/** Texts read back, one behind the other: the nth ends at end[n]. */
export interface ReadTexts {
  readonly bytes: Uint8Array
  readonly end: Uint32Array
}

const LIMB = 15
const MOST_LIMBS = 3
const UUID_BYTES = 16

/**
 * Planes that are compressed apart from those before: of random UUIDs only 6 and 8, with version and
 * variant, can be made smaller.
 */
const CUT_BEFORE = new Set([0, 6, 7, 8, 9])

/** Sixteen planes, of the first byte of every id, then the second … */
export function writeUuids(out: ByteWriter, ids: TextIds): void {
  const { bytes, count, from } = ids
  const begin = out.length
  for (let plane = 0; plane < UUID_BYTES; plane += 1) {
    if (CUT_BEFORE.has(plane)) out.cut()
    out.reserve(count)
  }
  for (let nth = 0; nth < count; nth += 1)
    packUuid(bytes, from[nth] ?? 0, out.bytes, begin + nth, count)
}

export function readUuids(from: ByteReader, count: number): ReadTexts {
  const begin = from.skip(UUID_BYTES * count)
  const bytes = new Uint8Array(UUID_LENGTH * count)
  const end = new Uint32Array(count)
  for (let nth = 0; nth < count; nth += 1) {
    unpackUuid(from.bytes, begin + nth, count, bytes, UUID_LENGTH * nth)
    end[nth] = UUID_LENGTH * (nth + 1)
  }
  return { bytes, end }
}

/** The letters, the number of digits of each, and the digits by fifteens from the right. */
export function writeNumbered(out: ByteWriter, ids: NumberedIds): void {
  const { bytes, count, from, to, letters } = ids
  const first = from[0] ?? 0
  out.varint(letters)
  out.append(bytes.subarray(first, first + letters))
  const values = new Float64Array(count)
  let most = 0
  for (let nth = 0; nth < count; nth += 1) {
    const digits = (to[nth] ?? 0) - (from[nth] ?? 0) - letters
    values[nth] = digits
    if (digits > most) most = digits
  }
  writeIntegers(out, values, count)
  const limbs = Math.ceil(most / LIMB)
  for (let limb = 0; limb < limbs; limb += 1) {
    for (let nth = 0; nth < count; nth += 1) {
      const begin = (from[nth] ?? 0) + letters
      const stop = Math.max(begin, (to[nth] ?? 0) - limb * LIMB)
      values[nth] = limbOf(bytes, Math.max(begin, stop - LIMB), stop)
    }
    writeIntegers(out, values, count)
  }
}

export function readNumbered(from: ByteReader, count: number): ReadTexts {
  const letters = from.varint()
  if (letters > LIMB + 1) throw new BlockError('An id with too many letters')
  const model = from.skip(letters)
  const digits = new Uint8Array(count)
  readNarrow(from, digits, 1, MOST_LIMBS * LIMB)
  const end = new Uint32Array(count)
  let size = 0
  let most = 0
  for (let nth = 0; nth < count; nth += 1) {
    const length = digits[nth] ?? 0
    size += letters + length
    end[nth] = size
    if (length > most) most = length
  }
  const bytes = new Uint8Array(size)
  const values = new Float64Array(count)
  for (let limb = 0; limb * LIMB < most; limb += 1) {
    readIntegers(from, values, count)
    for (let nth = 0; nth < count; nth += 1) {
      const begin = (end[nth] ?? 0) - (digits[nth] ?? 0)
      const stop = Math.max(begin, (end[nth] ?? 0) - limb * LIMB)
      if (!writeLimb(bytes, Math.max(begin, stop - LIMB), stop, values[nth] ?? 0))
        throw new BlockError('An id with more digits than it has')
    }
  }
  for (let nth = 0; nth < count; nth += 1) {
    const begin = (end[nth] ?? 0) - (digits[nth] ?? 0) - letters
    for (let at = 0; at < letters; at += 1) bytes[begin + at] = from.bytes[model + at] ?? 0
  }
  return { bytes, end }
}

/** Length of each, then all bytes. */
export function writeBytes(out: ByteWriter, ids: TextIds): void {
  const { bytes, count, from, to } = ids
  const lengths = new Float64Array(count)
  for (let nth = 0; nth < count; nth += 1) lengths[nth] = (to[nth] ?? 0) - (from[nth] ?? 0)
  writeIntegers(out, lengths, count)
  out.cut()
  for (let nth = 0; nth < count; nth += 1) {
    const begin = from[nth] ?? 0
    const length = (to[nth] ?? 0) - begin
    const at = out.reserve(length)
    for (let i = 0; i < length; i += 1) out.bytes[at + i] = bytes[begin + i] ?? 0
  }
}

export function readBytes(from: ByteReader, count: number): ReadTexts {
  const end = new Uint32Array(count)
  readNarrow(from, end, 0, 0xffff_ffff)
  let size = 0
  for (let nth = 0; nth < count; nth += 1) {
    size += end[nth] ?? 0
    end[nth] = size
  }
  const begin = from.skip(size)
  return { bytes: from.bytes.slice(begin, begin + size), end }
}
