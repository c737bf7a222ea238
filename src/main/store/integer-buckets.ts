import { BlockError } from './block-error.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

/*
 * Heavy-tailed numbers such as quantities, in two parts: a byte that says how large the number is (its
 * bucket), which a compressor makes small, and the bits below, which are noise and stored as they are.
 * Numbers under 8 have a bucket each; above, four buckets share the numbers between two powers of two.
 */

/** Of numbers below 2^24: the bits of one then lie within four bytes, wherever they begin. */
const LAST_BUCKET = 91
/** Fewer rows are not worth the counting. */
const LEAST_ROWS = 2_048
/** About so many rows are looked at. */
const LOOKED_AT = 4_096
/** What zstd does to planes beyond counting bytes is not known: only a clear gain counts. */
const CLEAR_GAIN = 0.99
/** Zeros behind the bits, so that four bytes can always be read. */
const PADDING = 3

/** The smallest number of each bucket, and the number of bits below it: too many where there is none. */
const BASE = new Uint32Array(256)
const BELOW = new Uint8Array(256).fill(31)
const MASK = new Uint32Array(32)
for (let bucket = 0; bucket <= LAST_BUCKET; bucket += 1) {
  const below = Math.max(0, (bucket >>> 2) - 1)
  BELOW[bucket] = below
  BASE[bucket] = bucket < 8 ? bucket : (4 | (bucket & 3)) << below
}
for (let bits = 0; bits < 32; bits += 1) MASK[bits] = 2 ** bits - 1

function bucketOf(word: number): number {
  if (word < 8) return word
  const exponent = 31 - Math.clz32(word)
  return ((exponent - 1) << 2) | ((word >>> (exponent - 2)) & 3)
}

const counts = Array.from({ length: 4 }, () => new Uint32Array(256))

/**
 * Whether buckets say the same in fewer bytes than planes would, as far as rows taken from all over the column
 * tell. 7.9 ns for each row that is looked at.
 */
export function bucketsPay(words: Uint32Array, count: number, width: number): boolean {
  if (count < LEAST_ROWS || width < 2 || width > 3) return false
  const [buckets, first, second, third] = counts
  if (!buckets || !first || !second || !third) return false
  for (const column of counts) column.fill(0)
  // Odd: what comes back every second, fourth … row must not decide.
  const step = Math.floor(count / LOOKED_AT) | 1
  let below = 0
  let looked = 0
  for (let row = 0; row < count; row += step) {
    const word = words[row] ?? 0
    const bucket = bucketOf(word)
    buckets[bucket] = (buckets[bucket] ?? 0) + 1
    first[word & 0xff] = (first[word & 0xff] ?? 0) + 1
    second[(word >>> 8) & 0xff] = (second[(word >>> 8) & 0xff] ?? 0) + 1
    third[(word >>> 16) & 0xff] = (third[(word >>> 16) & 0xff] ?? 0) + 1
    below += BELOW[bucket] ?? 0
    looked += 1
  }
  const planes =
    information(first, looked) + information(second, looked) + information(third, looked)
  return information(buckets, looked) + below < CLEAR_GAIN * planes
}

/**
 * Bits that values counted so take at the least, were each coded by itself. Few rows seem to say less than
 * they do, by half a nat for each value but one (Miller and Madow).
 */
function information(counted: Uint32Array, count: number): number {
  let bits = 0
  let seen = 0
  for (const times of counted)
    if (times > 0) {
      bits += times * Math.log2(count / times)
      seen += 1
    }
  return bits + (seen - 1) * (Math.LOG2E / 2)
}

/** Bytes of the bits, then a plane of buckets, then the bits: lowest first, and the padding. 6.4 ns a row. */
export function writeBuckets(out: ByteWriter, words: Uint32Array, count: number): void {
  let bits = 0
  for (let row = 0; row < count; row += 1) bits += BELOW[bucketOf(words[row] ?? 0)] ?? 0
  const length = ((bits + 7) >>> 3) + PADDING
  out.varint(length)
  out.cut()
  const plane = out.reserve(count)
  out.cut()
  const begin = out.reserve(length)
  const { bytes } = out
  bytes.fill(0, begin, begin + length)
  let bit = 0
  for (let row = 0; row < count; row += 1) {
    const word = words[row] ?? 0
    const bucket = bucketOf(word)
    bytes[plane + row] = bucket
    const shifted = (word - (BASE[bucket] ?? 0)) << (bit & 7)
    const at = begin + (bit >>> 3)
    bytes[at] = (bytes[at] ?? 0) | shifted
    bytes[at + 1] = shifted >>> 8
    bytes[at + 2] = shifted >>> 16
    bytes[at + 3] = shifted >>> 24
    bit += BELOW[bucket] ?? 0
  }
}

/** The other way, without a branch on the data. 3.1 ns a row. */
export function readBuckets(from: ByteReader, words: Uint32Array, count: number): void {
  const length = from.varint()
  const plane = from.skip(count)
  const begin = from.skip(length)
  const { bytes } = from
  let bit = 0
  for (let row = 0; row < count; row += 1) {
    const bucket = bytes[plane + row] ?? 0
    const at = begin + (bit >>> 3)
    const window =
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24)
    const below = BELOW[bucket] ?? 0
    words[row] = (BASE[bucket] ?? 0) + ((window >>> (bit & 7)) & (MASK[below] ?? 0))
    bit += below
  }
  if (((bit + 7) >>> 3) + PADDING !== length)
    throw new BlockError('Buckets with more or fewer bits than they need')
}
