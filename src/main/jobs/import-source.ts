import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { openParquet, parquetRows } from '../services/import/import-parquet.ts'
import { boundsAt, type ImportRow } from '../services/import/import-row.ts'
import { LineSplitter, MOST_LINE } from '../services/import/line-splitter.ts'
import { type TextFormat, textFormat } from '../services/import/text-format.ts'
import type { ImportTask } from './import-task.ts'

/** A row of a file on its way: read into the row that the caller holds. */
export interface SourceRow {
  /** Line (of Parquet: row), from 1. */
  readonly line: number
  /** Why it is refused; null: it lies in the caller's row. */
  readonly reason: string | null
}

export interface ImportSource {
  readonly format: string
  /**
   * Calls `take` for each row behind line `after`. Awaits between pieces of the file. Throws a
   * `SourceError` when the file cannot be read on.
   */
  read(
    after: number,
    row: ImportRow,
    take: (line: number, reason: string | null) => void,
  ): Promise<void>
}

/** The file cannot be read on; what was read before is good. */
export class SourceError extends Error {}

const CHUNK = 1 << 20
/** Lines from which a format is told. */
const LOOK_LINES = 20
const LOOK_BYTES = 4 * MOST_LINE

export type SourceQuestion = Pick<ImportTask, 'market' | 'format' | 'archives' | 'now'>

/** Opens a file of trades. Fails with `not-found` or `invalid` and what to do. */
export async function openSource(
  task: SourceQuestion,
  path: string,
): Promise<Outcome<ImportSource>> {
  const head = firstBytes(path)
  if (!head.ok) return head
  if (head.value.toString('latin1', 0, 4) === 'PAR1') return parquetSource(task, path)
  if (head.value[0] === 0x50 && head.value[1] === 0x4b)
    return fail('invalid', `${path} is a zip archive: unpack it first (unzip)`)
  const gzip = head.value[0] === 0x1f && head.value[1] === 0x8b
  const lines = await firstLines(path, gzip)
  if (!lines.ok) return lines
  const { format, market, archives, now } = task
  const name = basename(path)
  const found = textFormat({
    ...{ file: name, lines: lines.value, format, market, archives },
    bounds: boundsAt(now),
  })
  if (!found.ok) return fail(found.failure.code, `${path}: ${found.failure.message}`)
  return ok(textSource(path, gzip, found.value))
}

function firstBytes(path: string): Outcome<Buffer> {
  try {
    const file = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(4)
      return ok(bytes.subarray(0, readSync(file, bytes, 0, 4, 0)))
    } finally {
      closeSync(file)
    }
  } catch (error) {
    return fail('not-found', `${path} cannot be read: ${messageOf(error)}`)
  }
}

/** The bytes of a file, unpacked where it is packed. Errors of the file come out of the iteration. */
function open(path: string, gzip: boolean): Readable {
  const file = createReadStream(path, { highWaterMark: CHUNK })
  if (!gzip) return file
  const unpacked = createGunzip({ chunkSize: CHUNK })
  file.on('error', (error) => unpacked.destroy(error))
  unpacked.on('close', () => file.destroy())
  return file.pipe(unpacked)
}

async function firstLines(path: string, gzip: boolean): Promise<Outcome<readonly string[]>> {
  const splitter = new LineSplitter()
  const lines: string[] = []
  const keep = (some: readonly (string | null)[]): void => {
    for (const line of some) if (line !== null) lines.push(line)
  }
  let bytes = 0
  const stream = open(path, gzip)
  try {
    for await (const chunk of stream) {
      keep(splitter.push(chunk as Buffer))
      bytes += (chunk as Buffer).length
      if (lines.length >= LOOK_LINES || bytes > LOOK_BYTES) break
    }
    keep(splitter.end())
    return ok(lines.slice(0, LOOK_LINES))
  } catch (error) {
    return fail('invalid', `${path} cannot be read: ${messageOf(error)}`)
  }
}

function textSource(path: string, gzip: boolean, { name, header, read }: TextFormat): ImportSource {
  return {
    format: name,
    read: async (after, row, take) => {
      const splitter = new LineSplitter()
      let line = 0
      const go = (lines: readonly (string | null)[]): void => {
        for (const text of lines) {
          line += 1
          if (line <= after || (line === 1 && header)) continue
          if (text === null) take(line, `it is longer than ${MOST_LINE} characters`)
          else if (text !== '' && text !== '\r') take(line, read(text, row))
        }
      }
      try {
        for await (const chunk of open(path, gzip)) go(splitter.push(chunk as Buffer))
      } catch (error) {
        throw asSourceError(error)
      }
      go(splitter.end())
    },
  }
}

async function parquetSource(task: SourceQuestion, path: string): Promise<Outcome<ImportSource>> {
  if (task.format !== 'auto' && task.format !== 'tapedeck')
    return fail('invalid', `${path} is a Parquet file: only those of \`export\` are read`)
  const opened = await openParquet(path)
  if (!opened.ok) return fail(opened.failure.code, `${path}: ${opened.failure.message}`)
  const readValues = parquetRows(task.market, boundsAt(task.now))
  return ok({
    format: 'tapedeck parquet',
    read: async (after, row, take) => {
      let line = after
      const groups = opened.value.groups(after)
      for (;;) {
        const group = await groups.next().catch((error: unknown) => {
          throw new SourceError(messageOf(error))
        })
        if (group.done === true) return
        for (const values of group.value) {
          line += 1
          take(line, readValues(values, row))
        }
      }
    },
  })
}

/** What the disk or the format says becomes ours; what `take` throws stays what it is. */
function asSourceError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^(?:E[A-Z]+|Z_[A-Z]+|ERR_)/.test(code) || error instanceof RangeError
    ? new SourceError(messageOf(error))
    : error
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
