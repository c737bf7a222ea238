import type { Prints } from '../../shared/domain/prints.ts'
import type { FrameLayout } from '../venues/venue.ts'
import { fits } from './scan/frame.ts'
import { type Layout, layoutOf } from './scan/layout.ts'
import type { Memory } from './scan/steps.ts'
import type { SymbolTable } from './symbol-table.ts'

/** The quick way for a venue's usual trade frames: docs/decisions/009-scanners.md. */
export interface Scanner {
  /**
   * True: the frame is, byte by byte, one of the layouts, and its rows stand behind those in `prints`
   * just as the venue's reader would have handed them over. False: it is anything else (a market that
   * was never asked for, rows in no order, a value that does not fit its column included), `prints` is
   * as before, and the reader must read it. Never throws.
   */
  scan(frame: Buffer, prints: Prints, symbols: SymbolTable): boolean
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
  #memory: Memory = memoryOf(this.#buffer)

  constructor(layouts: readonly Layout[]) {
    this.#layouts = layouts
  }

  scan(frame: Buffer, prints: Prints, symbols: SymbolTable): boolean {
    // The frames of a chunk lie in one buffer; a DataView for each costs more than scanning it.
    if (frame.buffer !== this.#buffer) {
      this.#buffer = frame.buffer
      this.#memory = memoryOf(this.#buffer)
    }
    const from = frame.byteOffset
    const end = from + frame.length
    const last = this.#layouts[this.#last]
    if (last !== undefined && fits(last, this.#memory, from, end, prints, symbols)) return true
    for (let n = 0; n < this.#layouts.length; n += 1) {
      const layout = this.#layouts[n]
      if (layout === undefined || n === this.#last) continue
      if (!fits(layout, this.#memory, from, end, prints, symbols)) continue
      this.#last = n
      return true
    }
    return false
  }
}

const memoryOf = (buffer: ArrayBufferLike): Memory => ({
  bytes: new Uint8Array(buffer),
  view: new DataView(buffer),
})
