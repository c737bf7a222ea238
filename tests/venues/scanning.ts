import { compileScanner, type Scanner } from '../../src/main/ingest/scanner.ts'
import { SymbolTable } from '../../src/main/ingest/symbol-table.ts'
import type { Venue } from '../../src/main/venues/venue.ts'
import { decimalAt } from '../../src/shared/domain/decimal-column.ts'
import { idAt } from '../../src/shared/domain/id-column.ts'
import { Prints } from '../../src/shared/domain/prints.ts'
import { type Reading, type ReadTrade, reading } from './reading.ts'

/** A row of prints as plain values, with the scales of its decimals: each has one form only. */
export interface PlainPrint {
  readonly symbol: string
  readonly id: string
  readonly price: string
  readonly qty: string
  readonly priceScale: number
  readonly qtyScale: number
  readonly side: number
  readonly time: number
  readonly micros: number
  readonly pushed: number
  readonly seq: number
  readonly matches: number
  readonly snapshot: number
}

export function printsOf(prints: Prints, symbols: SymbolTable, from = 0): readonly PlainPrint[] {
  return Array.from({ length: prints.count - from }, (_, n) => {
    const row = from + n
    const at = (column: ArrayLike<number>): number => column[row] ?? Number.NaN
    return {
      symbol: symbols.name(at(prints.symbol)),
      id: idAt(prints.id, row),
      price: decimalAt(prints.price, row),
      qty: decimalAt(prints.qty, row),
      priceScale: at(prints.price.scale),
      qtyScale: at(prints.qty.scale),
      side: at(prints.side),
      time: at(prints.time),
      micros: at(prints.micros),
      pushed: at(prints.pushed),
      seq: at(prints.seq),
      matches: at(prints.matches),
      snapshot: at(prints.snapshot),
    }
  })
}

/** What a reader handed over, in the form of prints. */
export function asPrints(trades: readonly ReadTrade[]): readonly PlainPrint[] {
  const prints = new Prints()
  const symbols = new SymbolTable()
  for (const { symbol, id, price, qty, side, time, extra } of trades) {
    const taker = side === 'sell' ? 'sell' : 'buy'
    prints.add(symbols.add(symbol), { id, price, qty, side: taker, time, extra })
  }
  return printsOf(prints, symbols)
}

/** The scanner of a venue beside its reader. */
export class Scanning {
  readonly venue: Venue
  readonly symbols = new SymbolTable()
  readonly prints = new Prints()
  readonly #scanner: Scanner

  constructor(venue: Venue, symbols: readonly string[]) {
    const scanner = compileScanner(venue.stream.layouts ?? [])
    if (scanner === null) throw new Error(`${venue.id} has no layouts`)
    this.venue = venue
    this.#scanner = scanner
    for (const symbol of symbols) this.symbols.add(symbol)
  }

  /** The rows that the scanner added behind those there already; null when it left the frame alone. */
  scan(frame: Buffer): readonly PlainPrint[] | null {
    const before = this.prints.count
    if (this.#scanner.scan(frame, 0, frame.length, this.prints, this.symbols))
      return printsOf(this.prints, this.symbols, before)
    if (this.prints.count !== before) throw new Error('rows were left behind')
    return null
  }

  /** What the reader makes of the same bytes. */
  read(frame: Buffer): Reading {
    return reading(this.venue, frame.toString('utf8'))
  }

  /**
   * What is wrong with what the scanner made of a frame; null when nothing is. It may always leave a
   * frame to the reader; rows before the frame's must be as they were.
   */
  fault(frame: Buffer): string | null {
    const before = printsOf(this.prints, this.symbols)
    const scanned = this.scan(frame)
    const kept = printsOf(this.prints, this.symbols).slice(0, before.length)
    if (!same(kept, before)) return 'rows of other frames were changed'
    if (scanned === null) return null
    const read = this.read(frame)
    if (read.error !== undefined) return `the reader refuses it: ${String(read.error)}`
    if (read.calls.length !== read.trades.length) return 'it says more than trades'
    const wanted = asPrints(read.trades)
    return same(scanned, wanted) ? null : `${shown(scanned)} instead of ${shown(wanted)}`
  }
}

const same = (a: readonly PlainPrint[], b: readonly PlainPrint[]): boolean =>
  a.length === b.length && a.every((print, n) => samePrint(print, b[n]))

const samePrint = (a: PlainPrint, b: PlainPrint | undefined): boolean =>
  b !== undefined &&
  (Object.keys(a) as (keyof PlainPrint)[]).every((key) => Object.is(a[key], b[key]))

const shown = (prints: readonly PlainPrint[]): string =>
  prints.map((print) => Object.values(print).join(' ')).join(' | ')
