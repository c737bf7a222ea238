import type { IdColumn } from '../../shared/domain/id-column.ts'
import { BlockError } from './block-error.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { gatherDoubles } from './gathered-rows.ts'
import {
  type NumberedIds,
  type ReadTexts,
  readBytes,
  readNumbered,
  readUuids,
  type TextIds,
  writeBytes,
  writeNumbered,
  writeUuids,
} from './id-kinds.ts'
import { isDigit, isUuid, lengthOfLetters } from './id-text.ts'
import { readIntegers, readNarrow, writeIntegers } from './integer-column.ts'

/** First byte of a section of ids. */
const NUMBERS = 0
const MIXED = 1

/** What the id of a row is. */
const KIND = { number: 0, uuid: 1, numbered: 2, bytes: 3 } as const

/** Digits that a numbered id may have: three numbers of 15. */
const MOST_DIGITS = 45
/** Letters that may stand before them. */
const MOST_LETTERS = 16

let numbers = new Float64Array(4_096)
let kinds = new Float64Array(4_096)

export function writeIds(
  out: ByteWriter,
  column: IdColumn,
  rows: Uint32Array | null,
  count: number,
): void {
  if (numbers.length < count) {
    numbers = new Float64Array(2 * count)
    kinds = new Float64Array(2 * count)
  }
  gatherDoubles(numbers, column.number, rows, count)
  if (!hasText(count)) {
    out.byte(NUMBERS)
    writeIntegers(out, numbers, count)
    return
  }
  out.byte(MIXED)
  const ids = sorted(column, rows, count)
  writeIntegers(out, kinds, count)
  let kept = 0
  for (let at = 0; at < count; at += 1)
    if (kinds[at] === KIND.number) numbers[kept++] = numbers[at] ?? 0
  if (kept > 0) writeIntegers(out, numbers, kept)
  if (ids.uuid.count > 0) writeUuids(out, ids.uuid)
  if (ids.numbered.count > 0) writeNumbered(out, ids.numbered)
  if (ids.bytes.count > 0) writeBytes(out, ids.bytes)
}

function hasText(count: number): boolean {
  for (let at = 0; at < count; at += 1) if (Number.isNaN(numbers[at] ?? 0)) return true
  return false
}

interface SortedIds {
  readonly uuid: TextIds
  readonly numbered: NumberedIds
  readonly bytes: TextIds
}

/** Fills `kinds` and says where the texts of each kind lie in the column's bytes. */
function sorted(column: IdColumn, rows: Uint32Array | null, count: number): SortedIds {
  const { bytes, end } = column
  const none = (): { bytes: Uint8Array; count: number; from: Uint32Array; to: Uint32Array } => ({
    bytes,
    count: 0,
    from: new Uint32Array(count),
    to: new Uint32Array(count),
  })
  const ids = { uuid: none(), numbered: { ...none(), letters: -1 }, bytes: none() }
  let model = 0
  for (let at = 0; at < count; at += 1) {
    if (!Number.isNaN(numbers[at] ?? 0)) {
      kinds[at] = KIND.number
      continue
    }
    const row = rows === null ? at : (rows[at] ?? 0)
    const from = row === 0 ? 0 : (end[row - 1] ?? 0)
    const to = end[row] ?? from
    let kind: (typeof KIND)['uuid' | 'numbered' | 'bytes'] = KIND.bytes
    if (isUuid(bytes, from, to)) kind = KIND.uuid
    else {
      if (ids.numbered.letters < 0) {
        model = from
        ids.numbered.letters = lengthOfLetters(bytes, from, to)
      }
      if (isNumbered(bytes, from, to, model, ids.numbered.letters)) kind = KIND.numbered
    }
    kinds[at] = kind
    const list = kind === KIND.uuid ? ids.uuid : kind === KIND.numbered ? ids.numbered : ids.bytes
    list.from[list.count] = from
    list.to[list.count] = to
    list.count += 1
  }
  return ids
}

/** The first `letters` bytes at `model`, then digits only. */
function isNumbered(
  bytes: Uint8Array,
  from: number,
  to: number,
  model: number,
  letters: number,
): boolean {
  const digits = to - from - letters
  if (letters > MOST_LETTERS || digits < 1 || digits > MOST_DIGITS) return false
  for (let at = 0; at < letters; at += 1) if (bytes[from + at] !== bytes[model + at]) return false
  for (let at = from + letters; at < to; at += 1) if (!isDigit(bytes[at] ?? 0)) return false
  return true
}

const NO_BYTES = new Uint8Array(0)
const NO_ENDS = new Uint32Array(0)
const NO_TEXTS: ReadTexts = { bytes: NO_BYTES, end: NO_ENDS }

export function readIds(from: ByteReader, count: number): IdColumn {
  const form = from.byte()
  const number = new Float64Array(count)
  if (form === NUMBERS) {
    readIntegers(from, number, count)
    return { number, bytes: NO_BYTES, end: NO_ENDS }
  }
  if (form !== MIXED) throw new BlockError(`Ids in form ${form}, which is not known`)
  return readMixed(from, number, count)
}

function readMixed(from: ByteReader, number: Float64Array, count: number): IdColumn {
  const kind = new Uint8Array(count)
  readNarrow(from, kind, KIND.number, KIND.bytes)
  const counts = [0, 0, 0, 0]
  for (let row = 0; row < count; row += 1)
    counts[kind[row] ?? 0] = (counts[kind[row] ?? 0] ?? 0) + 1
  const [plain = 0, uuids = 0, numbered = 0, others = 0] = counts
  const dense = new Float64Array(plain)
  if (plain > 0) readIntegers(from, dense, plain)
  const texts = [
    NO_TEXTS,
    uuids > 0 ? readUuids(from, uuids) : NO_TEXTS,
    numbered > 0 ? readNumbered(from, numbered) : NO_TEXTS,
    others > 0 ? readBytes(from, others) : NO_TEXTS,
  ]
  const alone = texts.find(({ end }) => end.length === count)
  if (alone === undefined) return woven(kind, number, dense, texts)
  number.fill(Number.NaN)
  return { number, ...alone }
}

/** Ids of several kinds in the order of the rows. */
function woven(
  kind: Uint8Array,
  number: Float64Array,
  dense: Float64Array,
  texts: readonly ReadTexts[],
): IdColumn {
  const bytes = new Uint8Array(texts.reduce((sum, list) => sum + list.bytes.length, 0))
  const end = new Uint32Array(kind.length)
  const next = [0, 0, 0, 0]
  let at = 0
  for (let row = 0; row < kind.length; row += 1) {
    const which = kind[row] ?? 0
    const nth = next[which] ?? 0
    next[which] = nth + 1
    number[row] = which === KIND.number ? (dense[nth] ?? 0) : Number.NaN
    const list = texts[which] ?? NO_TEXTS
    const begin = nth === 0 ? 0 : (list.end[nth - 1] ?? 0)
    const stop = list.end[nth] ?? begin
    for (let i = begin; i < stop; i += 1) bytes[at++] = list.bytes[i] ?? 0
    end[row] = at
  }
  return { number, bytes, end }
}
