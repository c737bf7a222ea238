import type { DecimalColumn } from '../../shared/domain/decimal-column.ts'
import type { IdColumn } from '../../shared/domain/id-column.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { TradeBatch } from '../../shared/domain/trade.ts'
import { joinColumns, wholePart } from './tape-rows.ts'

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
  readonly id: IdColumn
  readonly price: DecimalColumn
  readonly qty: DecimalColumn
  readonly market: Uint32Array
  readonly side: Uint8Array
  readonly exchangeTime: Float64Array
  readonly exchangeMicros: Int16Array
  readonly receiveTime: Float64Array
  readonly matches: Uint32Array
  readonly origin: Uint8Array
}

/**
 * Takes a batch over, cut to its `count`. The columns stay on this side until they are on the disk, too,
 * so that a batch can be sent again when the store's thread dies; nobody writes into them any more.
 */
export function packBatch(
  batch: TradeBatch,
  scaleOf: (name: MarketId) => PackedMarket,
): PackedBatch {
  const { count } = batch
  const columns = {
    market: tight(batch.market, count),
    side: tight(batch.side, count),
    exchangeTime: tight(batch.exchangeTime, count),
    exchangeMicros: tight(batch.exchangeMicros, count),
    receiveTime: tight(batch.receiveTime, count),
    matches: tight(batch.matches, count),
    origin: tight(batch.origin, count),
  }
  const id = tightIds(batch.id, count)
  const price = tightDecimals(batch.price, count)
  const qty = tightDecimals(batch.qty, count)
  const arrays = [
    ...Object.values(columns),
    ...[id.number, id.bytes, id.end],
    ...[price.mantissa, price.scale, qty.mantissa, qty.scale],
  ]
  return {
    count,
    bytes: arrays.reduce((sum, column) => sum + column.byteLength, 0),
    markets: batch.markets.map(scaleOf),
    id,
    price,
    qty,
    ...columns,
  }
}

const tightIds = ({ number, bytes, end }: IdColumn, count: number): IdColumn => ({
  number: tight(number, count),
  bytes: tight(bytes, bytes.length),
  end: end.length === 0 ? end : tight(end, count),
})

const tightDecimals = (
  { mantissa, scale, texts }: DecimalColumn,
  count: number,
): DecimalColumn => ({
  mantissa: tight(mantissa, count),
  scale: tight(scale, count),
  texts,
})

/**
 * The first `count` values in a buffer of just that size, for posting a view copies its whole buffer; or,
 * where threads share the buffer, as they are.
 */
function tight<Column extends Uint32Array | Uint8Array | Float64Array | Int16Array>(
  column: Column,
  count: number,
): Column {
  if (column.buffer instanceof SharedArrayBuffer)
    return column.length === count ? column : (column.subarray(0, count) as Column)
  if (column.length === count && column.buffer.byteLength === column.byteLength) return column
  return column.slice(0, count) as Column
}

/** Batches of one write as one; undefined for none. Markets may then be named more than once. */
export function joinBatches(batches: readonly PackedBatch[]): PackedBatch | undefined {
  const [first] = batches
  if (batches.length <= 1) return first
  const columns = joinColumns(batches.map(wholePart))
  const market = new Uint32Array(columns.count)
  let [row, markets] = [0, 0]
  for (const batch of batches) {
    for (let i = 0; i < batch.count; i += 1) market[row + i] = markets + (batch.market[i] ?? 0)
    row += batch.count
    markets += batch.markets.length
  }
  return {
    ...columns,
    market,
    markets: batches.flatMap((batch) => batch.markets),
    bytes: batches.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}
