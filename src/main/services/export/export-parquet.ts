import { constants, zstdCompressSync } from 'node:zlib'
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer'
import type { Trade } from '../../../shared/domain/trade.ts'

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema']
type Field = Schema[number]

/** Trades of a row group: what is held in memory, and what a reader can skip as a whole. */
const GROUP = 100_000
const ZSTD_LEVEL = 3

const field = (name: string, rest: Partial<Field>): Field => ({
  name,
  repetition_type: 'REQUIRED',
  ...rest,
})
const text = (name: string): Field =>
  field(name, { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } })
/** Microseconds since 1970, UTC. */
const time = (name: string): Field =>
  field(name, {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  })

/**
 * Names and order of the view `trades` (docs/storage.md), and the exact decimals besides. Why text
 * and not DECIMAL: a column of a file has one scale, markets and odd trades have any.
 */
const FIELDS: readonly Field[] = [
  text('market'),
  text('id'),
  field('price', { type: 'DOUBLE' }),
  field('qty', { type: 'DOUBLE' }),
  text('price_text'),
  text('qty_text'),
  text('taker_side'),
  time('exchange_time'),
  field('exchange_micros', { type: 'INT32', repetition_type: 'OPTIONAL' }),
  time('receive_time'),
  field('matches', { type: 'INT64' }),
  text('origin'),
]
const SCHEMA: Schema = [{ name: 'trades', num_children: FIELDS.length }, ...FIELDS]

/**
 * Writes trades as one Parquet file, row groups of 100,000, zstd, through `write`, which must take the
 * bytes before it returns. `onTrades` hears the trades so far; it may throw to break off.
 * Returns how many they were. Memory holds one row group.
 */
export function writeParquet(
  trades: Iterable<Trade>,
  write: (bytes: Uint8Array) => void,
  onTrades: (trades: number) => void,
): number {
  const writer = new ByteWriter()
  const empty = (): void => {
    write(new Uint8Array(writer.buffer, 0, writer.index))
    writer.index = 0
  }
  // `offset` goes on counting: what was handed over is what the footer points into. With a writer that
  // takes bytes at once nothing here is asynchronous.
  const parquet = new ParquetWriter({
    writer: Object.assign(writer, { flush: empty, finish: empty }),
    schema: SCHEMA,
    codec: 'ZSTD',
    compressors: { ZSTD: zstd },
    createdBy: 'tapedeck',
  })
  let count = 0
  const group = new Group()
  const flush = (): void => {
    void parquet.write({ columnData: group.columns(), rowGroupSize: GROUP })
    count += group.size
    group.clear()
    onTrades(count)
  }
  for (const trade of trades) {
    group.add(trade)
    if (group.size === GROUP) flush()
    else if (group.size % CHECK_EVERY === 0) onTrades(count + group.size)
  }
  if (group.size > 0) flush()
  void parquet.finish()
  return count
}

const CHECK_EVERY = 1_000

const zstd = (bytes: Uint8Array): Uint8Array =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } })

/** The columns of a row group. */
class Group {
  readonly #market: string[] = []
  readonly #id: string[] = []
  readonly #price = new Float64Array(GROUP)
  readonly #qty = new Float64Array(GROUP)
  readonly #priceText: string[] = []
  readonly #qtyText: string[] = []
  readonly #side: string[] = []
  readonly #exchangeTime = new BigInt64Array(GROUP)
  readonly #micros: (number | null)[] = []
  readonly #receiveTime = new BigInt64Array(GROUP)
  readonly #matches = new BigInt64Array(GROUP)
  readonly #origin: string[] = []

  get size(): number {
    return this.#id.length
  }

  add(trade: Trade): void {
    const at = this.#id.length
    const micros = trade.exchangeMicros
    this.#market.push(trade.market)
    this.#id.push(trade.id)
    this.#price[at] = Number(trade.price)
    this.#qty[at] = Number(trade.qty)
    this.#priceText.push(trade.price)
    this.#qtyText.push(trade.qty)
    this.#side.push(trade.side)
    this.#exchangeTime[at] = BigInt(trade.exchangeTime) * 1_000n + BigInt(micros ?? 0)
    this.#micros.push(micros ?? null)
    this.#receiveTime[at] = BigInt(trade.receiveTime) * 1_000n
    this.#matches[at] = BigInt(trade.matches)
    this.#origin.push(trade.origin)
  }

  columns(): ColumnSource[] {
    const { size } = this
    const data: ColumnSource['data'][] = [
      this.#market,
      this.#id,
      this.#price.subarray(0, size),
      this.#qty.subarray(0, size),
      this.#priceText,
      this.#qtyText,
      this.#side,
      this.#exchangeTime.subarray(0, size),
      this.#micros,
      this.#receiveTime.subarray(0, size),
      this.#matches.subarray(0, size),
      this.#origin,
    ]
    return FIELDS.map(({ name }, at) => ({ name, data: data[at] ?? [] }))
  }

  clear(): void {
    for (const column of [
      this.#market,
      this.#id,
      this.#priceText,
      this.#qtyText,
      this.#side,
      this.#micros,
      this.#origin,
    ])
      column.length = 0
  }
}
