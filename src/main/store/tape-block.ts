import { BLOCK, beginBlock, closeBlock, openBlock } from './block-envelope.ts'
import { BlockError } from './block-error.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { expand, MOST_BYTES, squeeze } from './compression.ts'
import { readPieces, writePieces } from './section-pieces.ts'
import type { TapeColumns } from './tape-columns.ts'
import { MOST_ROWS, readSection, writeSection } from './tape-section.ts'

/*
 * The blobs of the tape store, byte by byte in docs/tape-format.md. A log record holds what one flush
 * wrote, a section for each market, compressed as a whole; a segment one section, compressed by pieces.
 */

export { BlockError, MOST_ROWS, readSection, writeSection }

/** Fast: a log record is written while trades wait, and read once more. */
const LOG_LEVEL = 1
/** Sealing has time, but higher levels gain next to nothing on byte planes. */
const SEGMENT_LEVEL = 1

const section = new ByteWriter()
const directory = new ByteWriter()
const block = new ByteWriter()

/**
 * `segment.data`: trades of one market, in the order given.
 *
 * @param rows Which rows of `columns`, in this order; null: the first `count`.
 * @throws RangeError for more than MOST_ROWS.
 */
export function sealSegment(
  columns: TapeColumns,
  rows: Uint32Array | null,
  count: number,
): Uint8Array {
  section.clear()
  writeSection(section, columns, rows, count)
  beginBlock(block, BLOCK.segment)
  writePieces(block, section, SEGMENT_LEVEL)
  return closeBlock(block)
}

/** Throws BlockError when `data` is no segment, damaged, or of another version. */
export function openSegment(data: Uint8Array): TapeColumns {
  const reader = openBlock(data, BLOCK.segment)
  const bytes = readPieces(reader)
  if (reader.at !== reader.end) throw new BlockError('A segment with bytes left over')
  return readSection(bytes, 0, bytes.length)
}

/** Rows of one market in a log record. */
export interface LogSection {
  /** Its row in table `market`. */
  readonly market: number
  readonly rows: Uint32Array
  readonly count: number
}

/**
 * `tape_log.data`: the rows of each market of one flush. More rows than a section may have become several
 * sections. Throws RangeError when all of it would be larger than can be read back (2^28 bytes, not
 * compressed).
 */
export function writeLogRecord(columns: TapeColumns, sections: readonly LogSection[]): Uint8Array {
  section.clear()
  directory.clear()
  const parts = sections.flatMap(withinLimits)
  directory.varint(parts.length)
  for (const { market, rows, count } of parts) {
    const from = section.length
    writeSection(section, columns, rows, count)
    directory.varint(market)
    directory.varint(section.length - from)
  }
  directory.append(section.view())
  const plain = directory.view()
  if (plain.length > MOST_BYTES) throw new RangeError(`A log record of ${plain.length} bytes`)
  beginBlock(block, BLOCK.log)
  block.varint(plain.length)
  block.append(squeeze(plain, LOG_LEVEL) ?? plain)
  return closeBlock(block)
}

function withinLimits(whole: LogSection): readonly LogSection[] {
  const { market, rows, count } = whole
  if (count <= MOST_ROWS) return [whole]
  const parts: LogSection[] = []
  for (let from = 0; from < count; from += MOST_ROWS) {
    const to = Math.min(count, from + MOST_ROWS)
    parts.push({ market, rows: rows.subarray(from, to), count: to - from })
  }
  return parts
}

/** What a log record holds of one market, a part a section. */
export interface LogPart {
  readonly market: number
  readonly columns: TapeColumns
}

/** A log record whose sections are not read yet. */
export interface OpenLog {
  readonly plain: Uint8Array
  /** In the order in which they were written. */
  readonly sections: readonly PlacedSection[]
}

interface PlacedSection {
  readonly market: number
  readonly from: number
  readonly to: number
}

/** Checks and expands a record. Throws BlockError as `openSegment` does. */
export function openLogRecord(data: Uint8Array): OpenLog {
  const outer = openBlock(data, BLOCK.log)
  const length = outer.varint()
  const stored = data.subarray(outer.at, outer.end)
  const plain = stored.length === length ? stored : expand(stored, length)
  const reader = new ByteReader(plain, 0, plain.length)
  const sections = directoryOf(reader).map(({ market, size }) => {
    const from = reader.skip(size)
    return { market, from, to: from + size }
  })
  if (reader.at !== reader.end) throw new BlockError('A log record with bytes left over')
  return { plain, sections }
}

/** The sections of one market. Throws BlockError. */
export function logParts({ plain, sections }: OpenLog, market: number): readonly TapeColumns[] {
  return sections
    .filter((section) => section.market === market)
    .map(({ from, to }) => readSection(plain, from, to))
}

/**
 * The sections of one market, or of all (null), in the order in which they were written. Throws
 * BlockError as `openSegment` does.
 */
export function readLogRecord(data: Uint8Array, market: number | null): readonly LogPart[] {
  const { plain, sections } = openLogRecord(data)
  return sections
    .filter((section) => market === null || section.market === market)
    .map(({ market: of, from, to }) => ({ market: of, columns: readSection(plain, from, to) }))
}

function directoryOf(reader: ByteReader): { readonly market: number; readonly size: number }[] {
  const count = reader.varint()
  if (count > reader.end - reader.at)
    throw new BlockError('More sections than the log record can hold')
  const entries: { readonly market: number; readonly size: number }[] = []
  for (let nth = 0; nth < count; nth += 1)
    entries.push({ market: reader.varint(), size: reader.varint() })
  return entries
}
