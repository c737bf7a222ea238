/** The columns of a batch in one piece of memory that threads share: posting it copies nothing. */
export interface BatchMemory {
  readonly id: Float64Array
  readonly price: Float64Array
  readonly qty: Float64Array
  readonly exchangeTime: Float64Array
  readonly receiveTime: Float64Array
  readonly market: Uint32Array
  readonly matches: Uint32Array
  readonly exchangeMicros: Int16Array
  readonly priceScale: Uint8Array
  readonly qtyScale: Uint8Array
  readonly side: Uint8Array
  readonly origin: Uint8Array
}

const BYTES_A_ROW = 5 * 8 + 2 * 4 + 2 + 4

/** Memory for `rows` rows. Columns lie from the widest to the narrowest, so that each is aligned. */
export function batchMemory(rows: number): BatchMemory {
  const memory = new SharedArrayBuffer(rows * BYTES_A_ROW)
  const double = (nth: number) => new Float64Array(memory, nth * 8 * rows, rows)
  const word = (nth: number) => new Uint32Array(memory, (40 + nth * 4) * rows, rows)
  const byte = (nth: number) => new Uint8Array(memory, (50 + nth) * rows, rows)
  return {
    id: double(0),
    price: double(1),
    qty: double(2),
    exchangeTime: double(3),
    receiveTime: double(4),
    market: word(0),
    matches: word(1),
    exchangeMicros: new Int16Array(memory, 48 * rows, rows),
    priceScale: byte(0),
    qtyScale: byte(1),
    side: byte(2),
    origin: byte(3),
  }
}

/**
 * The first `count` rows: of the memory itself where they fill most of it, else in memory of their size, so
 * that a few rows that wait do not hold much.
 */
export function firstRows(from: BatchMemory, count: number): BatchMemory {
  const most = 4 * count >= 3 * from.side.length
  const to = most ? from : batchMemory(count)
  if (!most)
    for (const name of Object.keys(to) as (keyof BatchMemory)[])
      to[name].set(from[name].subarray(0, count))
  return {
    id: to.id.subarray(0, count),
    price: to.price.subarray(0, count),
    qty: to.qty.subarray(0, count),
    exchangeTime: to.exchangeTime.subarray(0, count),
    receiveTime: to.receiveTime.subarray(0, count),
    market: to.market.subarray(0, count),
    matches: to.matches.subarray(0, count),
    exchangeMicros: to.exchangeMicros.subarray(0, count),
    priceScale: to.priceScale.subarray(0, count),
    qtyScale: to.qtyScale.subarray(0, count),
    side: to.side.subarray(0, count),
    origin: to.origin.subarray(0, count),
  }
}
