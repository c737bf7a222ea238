import { type MarketId, parseMarketId } from '../../../shared/domain/market.ts'
import { csvFields } from './csv-fields.ts'
import {
  type ImportRow,
  quoted,
  type ReadLine,
  type RowBounds,
  takeTime,
  wrongAmount,
  wrongId,
} from './import-row.ts'

/** First lines of files whose columns have names. */
export const TAPEDECK_HEADER = 'venue,symbol,id,price,qty,side,ts,recvTs,tsMicros'
export const TARDIS_HEADER = 'exchange,symbol,timestamp,local_timestamp,id,side,price,amount'

const MILLIS = /^\d{1,15}$/

/** Reads the CSV rows of `export`; with `only`, rows of other markets are refused. */
export function tapedeckCsvRows(only: MarketId | null, bounds: RowBounds): ReadLine {
  const take = exportedRow(only, bounds)
  return (line, row) => {
    const fields = csvFields(line)
    if (fields === null) return 'its quotes do not match'
    if (fields.length !== 9) return `it has ${fields.length} columns instead of 9`
    const [venue = '', symbol = '', id = '', price = '', qty = '', side = ''] = fields
    const [, , , , , , ts = '', recvTs = '', tsMicros = ''] = fields
    return take(row, { venue, symbol, id, price, qty, side, ts, recvTs, tsMicros })
  }
}

/** Reads the NDJSON rows of `export`. */
export function tapedeckJsonRows(only: MarketId | null, bounds: RowBounds): ReadLine {
  const take = exportedRow(only, bounds)
  return (line, row) => {
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch {
      return 'it is no JSON'
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return 'it is no JSON object'
    const fields = value as Readonly<Record<string, unknown>>
    const text = (name: string): string => {
      const field = fields[name]
      return typeof field === 'string' || typeof field === 'number' ? String(field) : ''
    }
    return take(row, {
      venue: text('venue'),
      symbol: text('symbol'),
      id: text('id'),
      price: text('price'),
      qty: text('qty'),
      side: text('side'),
      ts: text('ts'),
      recvTs: text('recvTs'),
      tsMicros: text('tsMicros'),
    })
  }
}

type Exported = Readonly<
  Record<
    'venue' | 'symbol' | 'id' | 'price' | 'qty' | 'side' | 'ts' | 'recvTs' | 'tsMicros',
    string
  >
>

function exportedRow(only: MarketId | null, bounds: RowBounds) {
  const marketOf = knownMarkets(only)
  return (row: ImportRow, fields: Exported): string | null => {
    const market = marketOf(`${fields.venue}:${fields.symbol}`)
    if (!market.ok) return market.reason
    row.market = market.id
    row.matches = 1
    row.origin = 'backfill'
    return (
      takeTrade(row, fields.id, fields.price, fields.qty, fields.side) ??
      takeTime(fields.ts, row, bounds) ??
      takeMicros(row, fields.tsMicros, bounds) ??
      takeReceipt(row, fields.recvTs)
    )
  }
}

function takeMicros(row: ImportRow, text: string, bounds: RowBounds): string | null {
  if (text === '') return null
  const ms = row.exchangeTime
  const wrong = takeTime(text, row, bounds)
  if (wrong !== null) return wrong
  return row.exchangeTime === ms && row.exchangeMicros >= 0
    ? null
    : `ts ${ms} and tsMicros ${quoted(text)} are not of the same time`
}

function takeReceipt(row: ImportRow, text: string): string | null {
  if (!MILLIS.test(text)) return `recvTs ${quoted(text)} is no time`
  row.receiveTime = Number(text)
  return null
}

/** Reads a name each time it is new; with `only`, other markets are refused. */
export function knownMarkets(only: MarketId | null) {
  type Known =
    | { readonly ok: true; readonly id: MarketId }
    | { readonly ok: false; readonly reason: string }
  const known = new Map<string, Known>()
  return (name: string): Known => {
    const found = known.get(name)
    if (found !== undefined) return found
    const id = parseMarketId(name)?.id
    const wrong =
      id === undefined
        ? `${quoted(name)} is no market`
        : only !== null && id !== only
          ? `it is of ${id}, and only ${only} is wanted`
          : null
    const made: Known =
      id === undefined || wrong !== null ? { ok: false, reason: wrong ?? '' } : { ok: true, id }
    // Hostile files name many: those are looked at anew.
    if (known.size < 10_000) known.set(name, made)
    return made
  }
}

/** Sets what every format names alike. */
export function takeTrade(
  row: ImportRow,
  id: string,
  price: string,
  qty: string,
  side: string,
): string | null {
  row.id = id
  row.price = price
  row.qty = qty
  row.buy = side === 'buy'
  return (
    wrongId(id) ??
    wrongAmount('the price', price) ??
    wrongAmount('the quantity', qty) ??
    (side === 'buy' || side === 'sell' ? null : `the side ${quoted(side)} is not buy or sell`)
  )
}

/** Reads the rows of a tardis trades file: one symbol of one exchange, which is `market`. */
export function tardisRows(market: MarketId, bounds: RowBounds): ReadLine {
  let named: string | null = null
  return (line, row) => {
    const fields = csvFields(line)
    if (fields === null) return 'its quotes do not match'
    if (fields.length !== 8) return `it has ${fields.length} columns instead of 8`
    const [exchange = '', symbol = '', time = '', local = ''] = fields
    const [, , , , id = '', side = '', price = '', amount = ''] = fields
    row.market = market
    row.matches = 1
    row.origin = 'backfill'
    const wrong =
      takeTrade(row, id, price, amount, side) ??
      (MICROS.test(time) ? takeTime(time, row, bounds) : `the timestamp ${quoted(time)} is no time`)
    if (wrong !== null) return wrong
    if (!MICROS.test(local)) return `the local_timestamp ${quoted(local)} is no time`
    row.receiveTime = Math.floor(Number(local) / 1_000)
    const name = `${exchange} ${symbol}`
    named ??= name
    return named === name ? null : `it is of ${quoted(name)}, the rows before of ${quoted(named)}`
  }
}

const MICROS = /^\d{15,17}$/
