import { BlockError } from './block-error.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { readBuckets, writeBuckets } from './integer-buckets.ts'
import { distances, FORM, foldedSteps, type IntegerPlan, planOf } from './integer-plan.ts'

/*
 * A column of whole numbers. Numbers that vary lie in byte planes: first the lowest byte of every row,
 * then the next. Unlike numbers of varying length, planes are written and read without a branch on the
 * data, and a compressor finds like beside like. Nanoseconds here and beside other loops of the tape:
 * `nanosARowOfLoops` of `npm run bench -- codec`; half as many again on a busy machine.
 */

const TWO_32 = 2 ** 32

/** The lower and the upper 32 bits of every row, between planes and values. Grows, is used again. */
let low = new Uint32Array(4_096)
let high = new Uint32Array(4_096)

function makeRoom(count: number): void {
  if (low.length >= count) return
  low = new Uint32Array(2 * count)
  high = new Uint32Array(2 * count)
}

/** Writes the first `count` values, 1 or more, in their shortest form. */
export function writeIntegers(out: ByteWriter, values: Float64Array, count: number): void {
  writePlanned(out, values, count, planOf(values, count))
}

/** The same for rows that are known to share one value. */
export function writeConstant(out: ByteWriter, value: number): void {
  out.byte(FORM.constant)
  out.signed(value)
}

/** The same with the plan made before: the last one that was made. */
export function writePlanned(
  out: ByteWriter,
  values: Float64Array,
  count: number,
  plan: IntegerPlan,
): void {
  out.byte(plan.form)
  if (plan.form === FORM.doubles) {
    writeDoubles(out, values, count)
    return
  }
  out.signed(plan.base)
  if (plan.form === FORM.steps) out.signed(plan.step)
  else if (plan.form === FORM.bits) writeBits(out, distances, count)
  else if (plan.form === FORM.buckets) writeBuckets(out, distances, count)
  else if (plan.form === FORM.bucketDeltas) writeBuckets(out, foldedSteps, count)
  else if (plan.width > 0) {
    out.byte(plan.width)
    if (plan.narrow) writeNarrowPlanes(out, count, plan)
    else writeWidePlanes(out, values, count, plan)
  }
}

function writeNarrowPlanes(out: ByteWriter, count: number, { form, width }: IntegerPlan): void {
  const words = form === FORM.planes ? distances : foldedSteps
  for (let plane = 0; plane < width; plane += 1) writePlane(out, words, count, 8 * plane)
}

function writeWidePlanes(
  out: ByteWriter,
  values: Float64Array,
  count: number,
  { form, base, width }: IntegerPlan,
): void {
  makeRoom(count)
  let before = base
  for (let row = 0; row < count; row += 1) {
    const value = values[row] ?? 0
    let word = value - before
    if (form === FORM.deltas) {
      word = word < 0 ? -2 * word - 1 : 2 * word
      before = value
    }
    const upper = Math.floor(word / TWO_32)
    high[row] = upper
    low[row] = word - upper * TWO_32
  }
  for (let plane = 0; plane < width; plane += 1)
    writePlane(out, plane < 4 ? low : high, count, 8 * (plane & 3))
}

/** One byte of every row. 1.6 ns. */
function writePlane(out: ByteWriter, words: Uint32Array, count: number, shift: number): void {
  out.cut()
  const begin = out.reserve(count)
  const { bytes } = out
  for (let row = 0; row < count; row += 1) bytes[begin + row] = (words[row] ?? 0) >>> shift
}

/** Row 0 is the lowest bit of the first byte. 1.9 ns a row. */
function writeBits(out: ByteWriter, words: Uint32Array, count: number): void {
  out.cut()
  let at = out.reserve((count + 7) >>> 3)
  const { bytes } = out
  let byte = 0
  for (let row = 0; row < count; row += 1) {
    byte |= (words[row] ?? 0) << (row & 7)
    if ((row & 7) !== 7) continue
    bytes[at++] = byte
    byte = 0
  }
  if ((count & 7) !== 0) bytes[at] = byte
}

function writeDoubles(out: ByteWriter, values: Float64Array, count: number): void {
  out.cut()
  const at = out.reserve(8 * count)
  const view = new DataView(out.bytes.buffer)
  for (let row = 0; row < count; row += 1) view.setFloat64(at + 8 * row, values[row] ?? 0, true)
}

/** Reads `count` values, 1 or more, to the beginning of `values`. */
export function readIntegers(from: ByteReader, values: Float64Array, count: number): void {
  const form = from.byte()
  if (form === FORM.doubles) {
    readDoubles(from, values, count)
    return
  }
  const base = from.signed()
  if (form === FORM.constant) values.fill(base, 0, count)
  else if (form === FORM.steps) {
    const step = from.signed()
    for (let row = 0; row < count; row += 1) values[row] = base + step * row
  } else if (form === FORM.bits) readBits(from, values, count, base)
  else if (form === FORM.planes || form === FORM.deltas) {
    const width = readPlanes(from, count)
    if (form === FORM.planes) fromDistances(values, count, base, width > 4)
    else fromSteps(values, count, base, width > 4)
  } else if (form === FORM.buckets || form === FORM.bucketDeltas) {
    makeRoom(count)
    readBuckets(from, low, count)
    if (form === FORM.buckets) fromDistances(values, count, base, false)
    else fromSteps(values, count, base, false)
  } else throw new BlockError(`A column in form ${form}, which is not known`)
}

/** Target of a column that is not doubles. */
type NarrowColumn = Uint8Array | Int16Array | Uint32Array

let wideRows = new Float64Array(4_096)

/** The same for a column of a narrower type; a value outside [least, most] is refused. */
export function readNarrow(
  from: ByteReader,
  target: NarrowColumn,
  least: number,
  most: number,
): void {
  const count = target.length
  const form = from.at < from.end ? from.bytes[from.at] : undefined
  if (form === FORM.constant) {
    from.byte()
    const value = from.signed()
    if (value < least || value > most) throw new BlockError('A value outside its column')
    target.fill(value)
    return
  }
  if (form === FORM.doubles) throw new BlockError('Doubles in a column of whole numbers')
  if (wideRows.length < count) wideRows = new Float64Array(2 * count)
  readIntegers(from, wideRows, count)
  for (let row = 0; row < count; row += 1) {
    const value = wideRows[row] ?? 0
    if (value < least || value > most) throw new BlockError('A value outside its column')
  }
  target.set(wideRows.subarray(0, count))
}

/** The planes of a column, into low and high; gives their number. 1.2 ns a row and plane. */
function readPlanes(from: ByteReader, count: number): number {
  const width = from.byte()
  if (width < 1 || width > 7) throw new BlockError(`A column ${width} bytes wide`)
  const begin = from.skip(width * count)
  makeRoom(count)
  for (let plane = 0; plane < width; plane += 1)
    addPlane(plane < 4 ? low : high, from.bytes, begin + plane * count, count, 8 * (plane & 3))
  return width
}

function addPlane(
  words: Uint32Array,
  bytes: Uint8Array,
  begin: number,
  count: number,
  shift: number,
): void {
  if (shift === 0) {
    for (let row = 0; row < count; row += 1) words[row] = bytes[begin + row] ?? 0
    return
  }
  for (let row = 0; row < count; row += 1)
    words[row] = (words[row] ?? 0) | ((bytes[begin + row] ?? 0) << shift)
}

/** 0.7 ns a row. */
function fromDistances(values: Float64Array, count: number, base: number, wide: boolean): void {
  if (!wide) for (let row = 0; row < count; row += 1) values[row] = base + (low[row] ?? 0)
  else
    for (let row = 0; row < count; row += 1)
      values[row] = base + ((high[row] ?? 0) * TWO_32 + (low[row] ?? 0))
}

/** 0.9 ns a row: each waits for the one before. */
function fromSteps(values: Float64Array, count: number, base: number, wide: boolean): void {
  let value = base
  if (!wide) {
    for (let row = 0; row < count; row += 1) {
      const folded = low[row] ?? 0
      value += (folded >>> 1) ^ -(folded & 1)
      values[row] = value
    }
    return
  }
  for (let row = 0; row < count; row += 1) {
    const lower = low[row] ?? 0
    const half = (high[row] ?? 0) * (TWO_32 / 2) + (lower >>> 1)
    value += (lower & 1) === 1 ? -half - 1 : half
    values[row] = value
  }
}

function readBits(from: ByteReader, values: Float64Array, count: number, base: number): void {
  const begin = from.skip((count + 7) >>> 3)
  const { bytes } = from
  for (let row = 0; row < count; row += 1)
    values[row] = base + (((bytes[begin + (row >>> 3)] ?? 0) >>> (row & 7)) & 1)
}

function readDoubles(from: ByteReader, values: Float64Array, count: number): void {
  const begin = from.skip(8 * count)
  const view = new DataView(from.bytes.buffer, from.bytes.byteOffset)
  for (let row = 0; row < count; row += 1) values[row] = view.getFloat64(begin + 8 * row, true)
}
