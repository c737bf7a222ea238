import type { MarketId } from '../../shared/domain/market.ts'
import type { TradeBatch } from '../../shared/domain/trade.ts'

/** A column of texts, as one string where that is safe: a thread hands over one string far faster. */
export type TextColumn = string | readonly string[]

/** How a market's numbers are scaled when it is first stored. */
export interface PackedMarket {
  readonly name: MarketId
  readonly priceScale: number
  readonly qtyScale: number
  /** Quantities are in quote units: a bar's volume is each of them divided by its price. */
  readonly inverse: boolean
}

/** A batch in the form in which it waits and crosses to the store's thread. */
export interface PackedBatch {
  readonly count: number
  /** Rough size in memory. */
  readonly bytes: number
  readonly markets: readonly PackedMarket[]
  readonly id: TextColumn
  readonly price: TextColumn
  readonly qty: TextColumn
  readonly market: Uint32Array
  readonly side: Uint8Array
  readonly exchangeTime: Float64Array
  readonly exchangeMicros: Int16Array
  readonly receiveTime: Float64Array
  readonly matches: Uint32Array
  readonly origin: Uint8Array
}

const SEPARATOR = '\n'

/**
 * Joins the texts of a column. Ids and decimals never hold a line feed; should one do, the column
 * stays an array, so that no row can slip into another's place.
 */
export function packTexts(texts: readonly string[]): TextColumn {
  const joined = texts.join(SEPARATOR)
  let separators = 0
  for (let at = joined.indexOf(SEPARATOR); at >= 0; at = joined.indexOf(SEPARATOR, at + 1))
    separators += 1
  return separators === texts.length - 1 ? joined : texts
}

export const unpackTexts = (column: TextColumn): readonly string[] =>
  typeof column === 'string' ? column.split(SEPARATOR) : column

const textBytes = (column: TextColumn): number =>
  typeof column === 'string' ? column.length : column.reduce((sum, text) => sum + text.length, 0)

/**
 * Takes a batch over, cut to its `count`. The columns stay on this side until they are on the disk
 * and are copied to the store's thread, so that a batch can be sent again when that thread dies.
 */
export function packBatch(
  batch: TradeBatch,
  scaleOf: (name: MarketId) => PackedMarket,
): PackedBatch {
  const { count } = batch
  const exactly = (texts: readonly string[]): TextColumn =>
    packTexts(texts.length === count ? texts : texts.slice(0, count))
  const id = exactly(batch.id)
  const price = exactly(batch.price)
  const qty = exactly(batch.qty)
  const columns = {
    market: tight(batch.market, count),
    side: tight(batch.side, count),
    exchangeTime: tight(batch.exchangeTime, count),
    exchangeMicros: tight(batch.exchangeMicros, count),
    receiveTime: tight(batch.receiveTime, count),
    matches: tight(batch.matches, count),
    origin: tight(batch.origin, count),
  }
  const numbers = Object.values(columns).reduce((sum, column) => sum + column.byteLength, 0)
  return {
    count,
    bytes: numbers + textBytes(id) + textBytes(price) + textBytes(qty),
    markets: batch.markets.map(scaleOf),
    id,
    price,
    qty,
    ...columns,
  }
}

/** The first `count` values in a buffer of just that size: posting a view copies its whole buffer. */
function tight<Column extends Uint32Array | Uint8Array | Float64Array | Int16Array>(
  column: Column,
  count: number,
): Column {
  if (column.length === count && column.buffer.byteLength === column.byteLength) return column
  return column.slice(0, count) as Column
}
