import { DecimalBuilder, decimalAt } from './decimal-column.ts'
import { IdBuilder, idAt } from './id-column.ts'
import type { TakerSide } from './trade.ts'

const FIRST_CAPACITY = 256

/** What a venue may say of a trade besides. */
export interface PrintExtra {
  /** Microseconds within `time`, 0–999, where the venue gives them. */
  readonly micros?: number
  /** When the venue sent the message, milliseconds. */
  readonly pushed?: number
  /** Matches aggregated in this print; their sequence numbers end with this one's. */
  readonly matches?: number
  /** Number of the (last) match in its market's own sequence, where the id is not that (Deribit). */
  readonly seq?: number
  /** Replayed history, not live. */
  readonly snapshot?: true
}

/** One print in its texts. */
export interface PrintText {
  readonly id: string
  readonly price: string
  readonly qty: string
  readonly side: TakerSide
  /** Match time, whole epoch milliseconds. */
  readonly time: number
  readonly extra: PrintExtra | undefined
}

const known = (value: number | undefined): value is number =>
  value !== undefined && !Number.isNaN(value)

/**
 * What the frames of one chunk said was traded: a column a field, row i one print, in the order in which
 * the reader handed them over. Written by a venue's scanner or, one by one, by its reader; emptied when
 * the chunk is done with. The columns are public and may be replaced by longer ones in `reserve`.
 */
export class Prints {
  count = 0
  /** Index into the venue's SymbolTable. */
  symbol = new Uint32Array(FIRST_CAPACITY)
  readonly id = new IdBuilder(FIRST_CAPACITY)
  readonly price = new DecimalBuilder(FIRST_CAPACITY)
  /** As the venue counts it: contracts are not base units yet. */
  readonly qty = new DecimalBuilder(FIRST_CAPACITY)
  /** 0 buy, 1 sell. */
  side = new Uint8Array(FIRST_CAPACITY)
  /** Match time, whole epoch milliseconds. */
  time = new Float64Array(FIRST_CAPACITY)
  /** 0–999, or -1 where the venue gives milliseconds only. */
  micros = new Int16Array(FIRST_CAPACITY)
  /** When the venue sent it, epoch milliseconds; NaN where it does not say. */
  pushed = new Float64Array(FIRST_CAPACITY)
  /** Number of the (last) match in its market's own sequence; NaN where the id is that, or there is none. */
  seq = new Float64Array(FIRST_CAPACITY)
  /** Matches in the print; 1 if it stands for one. */
  matches = new Uint32Array(FIRST_CAPACITY)
  /** 1: replayed history, not live. */
  snapshot = new Uint8Array(FIRST_CAPACITY)
  #capacity = FIRST_CAPACITY

  /** Makes sure that row `count` can be written. */
  reserve(): void {
    if (this.count >= this.#capacity) this.#grow()
  }

  /** Adds one print from its texts; `symbol` is its index in the venue's SymbolTable. */
  add(symbol: number, row: PrintText): void {
    this.reserve()
    const at = this.count
    const { extra } = row
    this.symbol[at] = symbol
    this.id.set(at, row.id)
    this.price.set(at, row.price)
    this.qty.set(at, row.qty)
    this.side[at] = row.side === 'buy' ? 0 : 1
    this.time[at] = row.time
    this.micros[at] = extra?.micros ?? -1
    this.pushed[at] = extra?.pushed ?? Number.NaN
    this.seq[at] = extra?.seq ?? Number.NaN
    this.matches[at] = extra?.matches ?? 1
    this.snapshot[at] = extra?.snapshot === true ? 1 : 0
    this.count = at + 1
  }

  /** The number of a row in its market's own sequence, or its id's; NaN where neither is a number. */
  numberAt(row: number): number {
    const own = this.seq[row] ?? Number.NaN
    return Number.isNaN(own) ? (this.id.number[row] ?? Number.NaN) : own
  }

  /** A row in its texts: for whoever needs one now and then. */
  text(row: number): PrintText {
    const [micros, pushed, seq] = [this.micros[row] ?? -1, this.pushed[row], this.seq[row]]
    return {
      id: idAt(this.id, row),
      price: decimalAt(this.price, row),
      qty: decimalAt(this.qty, row),
      side: this.side[row] === 0 ? 'buy' : 'sell',
      time: this.time[row] ?? Number.NaN,
      extra: {
        ...(micros >= 0 && { micros }),
        ...(known(pushed) && { pushed }),
        ...(known(seq) && { seq }),
        ...(this.matches[row] !== 1 && { matches: this.matches[row] ?? 1 }),
        ...(this.snapshot[row] === 1 && { snapshot: true as const }),
      },
    }
  }

  /** Takes back all rows from `count` on. */
  cut(count: number): void {
    this.count = count
    this.id.cut(count)
    for (const column of [this.price, this.qty])
      if (column.texts.size > 0)
        for (const row of [...column.texts.keys()]) if (row >= count) column.texts.delete(row)
  }

  clear(): void {
    this.count = 0
    this.id.clear()
    this.price.clear()
    this.qty.clear()
  }

  #grow(): void {
    this.#capacity *= 2
    const capacity = this.#capacity
    this.id.grow(capacity)
    this.price.grow(capacity)
    this.qty.grow(capacity)
    const copied = <C extends Uint8Array | Int16Array | Uint32Array | Float64Array>(
      old: C,
      next: C,
    ): C => {
      next.set(old)
      return next
    }
    this.symbol = copied(this.symbol, new Uint32Array(capacity))
    this.side = copied(this.side, new Uint8Array(capacity))
    this.time = copied(this.time, new Float64Array(capacity))
    this.micros = copied(this.micros, new Int16Array(capacity))
    this.pushed = copied(this.pushed, new Float64Array(capacity))
    this.seq = copied(this.seq, new Float64Array(capacity))
    this.matches = copied(this.matches, new Uint32Array(capacity))
    this.snapshot = copied(this.snapshot, new Uint8Array(capacity))
  }
}
