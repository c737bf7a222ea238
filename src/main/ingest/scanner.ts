import type { Prints } from '../../shared/domain/prints.ts'
import type { FrameLayout } from '../venues/venue.ts'
import { fits } from './scan/frame.ts'
import { type Layout, layoutOf } from './scan/layout.ts'
import type { Scan } from './scan/state.ts'
import { SymbolCache } from './scan/symbols.ts'
import type { SymbolTable } from './symbol-table.ts'

/** The quick way for a venue's usual trade frames: docs/decisions/009-scanners.md. */
export interface Scanner {
  /**
   * True: the frame in chunk[from … to) is, byte by byte, one of the layouts, and its rows stand behind those in `prints`
   * just as the venue's reader would have handed them over. False: it is anything else (a market that
   * was never asked for, rows in no order, a value that does not fit its column included), `prints` is
   * as before, and the reader must read it. Never throws.
   */
  scan(chunk: Buffer, from: number, to: number, prints: Prints, symbols: SymbolTable): boolean
}

/**
 * Makes a venue's layouts into a scanner; null if there are none.
 * @throws Error for a layout that cannot be one
 */
export function compileScanner(layouts: readonly FrameLayout[]): Scanner | null {
  return layouts.length === 0 ? null : new LayoutScanner(layouts.map(layoutOf))
}

class LayoutScanner implements Scanner {
  readonly #layouts: readonly Layout[]
  /** Frames of one kind follow each other: the layout that fitted last is tried first. */
  #last = 0
  #buffer: ArrayBufferLike = new ArrayBuffer(0)
  #scan: Scan | null = null

  constructor(layouts: readonly Layout[]) {
    this.#layouts = layouts
  }

  scan(chunk: Buffer, from: number, to: number, prints: Prints, symbols: SymbolTable): boolean {
    const scan = this.#over(chunk, prints, symbols)
    const begin = chunk.byteOffset + from
    scan.end = chunk.byteOffset + to
    const last = this.#layouts[this.#last]
    if (last !== undefined && fits(scan, last, begin)) return true
    for (let n = 0; n < this.#layouts.length; n += 1) {
      const layout = this.#layouts[n]
      if (layout === undefined || n === this.#last || !fits(scan, layout, begin)) continue
      this.#last = n
      return true
    }
    return false
  }

  /** The frames of a chunk lie in one buffer; a DataView for each would cost more than its scan. */
  #over({ buffer }: Buffer, prints: Prints, symbols: SymbolTable): Scan {
    const scan = this.#scan ?? scanOf(buffer, prints, symbols)
    if (buffer !== this.#buffer) {
      this.#buffer = buffer
      scan.bytes = new Uint8Array(buffer)
      scan.view = new DataView(buffer)
    }
    this.#scan = scan
    // Compared first: storing an object is dearer than looking at it.
    if (scan.prints !== prints) scan.prints = prints
    if (scan.symbols !== symbols) scan.symbols = symbols
    return scan
  }
}

const scanOf = (buffer: ArrayBufferLike, prints: Prints, symbols: SymbolTable): Scan => ({
  bytes: new Uint8Array(buffer),
  view: new DataView(buffer),
  end: 0,
  prints,
  row: 0,
  symbols,
  known: new SymbolCache(),
})
