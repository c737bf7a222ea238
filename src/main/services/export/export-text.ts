import type { Trade } from '../../../shared/domain/trade.ts'
import type { ExportFormat } from './export-format.ts'

/** One exported row. Times are whole epoch milliseconds, numbers of the market decimal text. */
export interface ExportRow {
  readonly venue: string
  readonly symbol: string
  readonly id: string
  readonly price: string
  readonly qty: string
  /** The taker's side. */
  readonly side: 'buy' | 'sell'
  /** Match time by the venue's clock. */
  readonly ts: number
  /** First byte here, by our clock. */
  readonly recvTs: number
  /** Match time in epoch microseconds, where the venue gives them. */
  readonly tsMicros?: number
}
const COLUMNS = [
  'venue',
  'symbol',
  'id',
  'price',
  'qty',
  'side',
  'ts',
  'recvTs',
  'tsMicros',
] as const

/** A trade as it leaves the house. */
export function exportRow(trade: Trade): ExportRow {
  const colon = trade.market.indexOf(':')
  const row = {
    venue: trade.market.slice(0, colon),
    symbol: trade.market.slice(colon + 1),
    id: trade.id,
    price: trade.price,
    qty: trade.qty,
    side: trade.side,
    ts: trade.exchangeTime,
    recvTs: trade.receiveTime,
  }
  if (trade.exchangeMicros === undefined) return row
  return { ...row, tsMicros: trade.exchangeTime * 1_000 + trade.exchangeMicros }
}

/** RFC 4180: quoted only where it must be. */
const cell = (value: string | number | undefined): string => {
  const text = value === undefined ? '' : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const csvLine = (row: ExportRow): string => COLUMNS.map((column) => cell(row[column])).join(',')

/** A piece of the output: whole lines, and how many trades they hold. */
export interface ExportChunk {
  readonly text: string
  readonly trades: number
}

/**
 * The trades as text, in whole lines and pieces of about `size` characters, pulled lazily: no more
 * than one piece is ever held. CSV begins with its header, `tsMicros` empty where it is not known.
 */
export function* exportChunks(
  trades: Iterable<Trade>,
  format: ExportFormat,
  size = 65_536,
): Generator<ExportChunk> {
  let text = format === 'csv' ? `${COLUMNS.join(',')}\n` : ''
  let count = 0
  for (const trade of trades) {
    const row = exportRow(trade)
    text += `${format === 'csv' ? csvLine(row) : JSON.stringify(row)}\n`
    count += 1
    if (text.length < size) continue
    yield { text, trades: count }
    text = ''
    count = 0
  }
  if (text !== '') yield { text, trades: count }
}
