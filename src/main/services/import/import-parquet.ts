import { zstdDecompressSync } from 'node:zlib'
import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
} from 'hyparquet'
import type { MarketId } from '../../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import { ORIGINS, type TradeOrigin } from '../../../shared/domain/trade.ts'
import { type ImportRow, quoted, type RowBounds, takeTime } from './import-row.ts'
import { knownMarkets, takeTrade } from './named-rows.ts'

const COLUMNS = [
  'market',
  'id',
  'price_text',
  'qty_text',
  'taker_side',
  'exchange_time',
  'exchange_micros',
  'receive_time',
  'matches',
  'origin',
] as const
type Column = (typeof COLUMNS)[number]
type Values = Readonly<Record<Column, unknown>>

/** Why a row is refused, or null; as `ReadLine`. */
export type ReadValues = (values: Values, row: ImportRow) => string | null

/** A Parquet file of `export`, a row group at a time. */
export interface ParquetSource {
  readonly rows: number
  /** Rows from `start` on, a group at a time; throws for one that is damaged. */
  groups(start: number): AsyncGenerator<readonly Values[]>
}

/** Opens one. Fails with `invalid` when it is damaged or has other columns. */
export async function openParquet(path: string): Promise<Outcome<ParquetSource>> {
  try {
    const file = await asyncBufferFromFile(path)
    const metadata = await parquetMetadataAsync(file)
    const names = new Set(metadata.schema.map(({ name }) => name))
    const missing = COLUMNS.filter((name) => !names.has(name))
    if (missing.length > 0)
      return fail('invalid', `it is no export: it has no column ${missing.join(', ')}`)
    return ok({
      rows: Number(metadata.num_rows),
      groups: (start) => groups(file, metadata, start),
    })
  } catch (error) {
    return fail(
      'invalid',
      `it cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

type File = Awaited<ReturnType<typeof asyncBufferFromFile>>

async function* groups(
  file: File,
  metadata: FileMetaData,
  start: number,
): AsyncGenerator<readonly Values[]> {
  let from = 0
  for (const group of metadata.row_groups) {
    const end = from + Number(group.num_rows)
    const rowStart = Math.max(from, start)
    if (rowStart < end) yield await rowsOf(file, metadata, rowStart, end)
    from = end
  }
}

async function rowsOf(
  file: File,
  metadata: FileMetaData,
  rowStart: number,
  rowEnd: number,
): Promise<readonly Values[]> {
  let found: readonly Values[] = []
  await parquetRead({
    file,
    metadata,
    rowStart,
    rowEnd,
    columns: [...COLUMNS],
    rowFormat: 'object',
    compressors: { ZSTD: (bytes) => new Uint8Array(zstdDecompressSync(bytes)) },
    parsers: { timestampFromMicroseconds: (micros: bigint) => micros },
    onComplete: (rows) => {
      found = rows as unknown as readonly Values[]
    },
  })
  return found
}

/** Reads the rows of such a file; with `only`, those of other markets are refused. */
export function parquetRows(only: MarketId | null, bounds: RowBounds): ReadValues {
  const marketOf = knownMarkets(only)
  return (values, row) => {
    const text = (name: Column): string => String(values[name] ?? '')
    const market = marketOf(text('market'))
    if (!market.ok) return market.reason
    row.market = market.id
    return (
      takeTrade(row, text('id'), text('price_text'), text('qty_text'), text('taker_side')) ??
      takeTime(String(millisOf(values.exchange_time)), row, bounds) ??
      takeRest(values, row)
    )
  }
}

function takeRest(values: Values, row: ImportRow): string | null {
  const { exchange_micros: micros, matches } = values
  row.exchangeMicros = micros === null || micros === undefined ? -1 : Number(micros)
  row.receiveTime = millisOf(values.receive_time)
  row.matches = Number(matches)
  const origin = ORIGINS.find((each): each is TradeOrigin => each === values.origin)
  if (!(row.exchangeMicros >= -1 && row.exchangeMicros <= 999)) return 'its microseconds are odd'
  if (!Number.isSafeInteger(row.receiveTime)) return 'its time of receipt is odd'
  if (!(row.matches >= 1 && row.matches < 2 ** 32)) return 'its number of matches is odd'
  if (origin === undefined) return `the origin ${quoted(String(values.origin))} is not known`
  row.origin = origin
  return null
}

/** Whole milliseconds of a column of microseconds; NaN for anything else. */
const millisOf = (value: unknown): number =>
  typeof value === 'bigint' ? Number(value / 1_000n) : Number.NaN
