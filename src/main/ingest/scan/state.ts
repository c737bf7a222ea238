import type { Prints } from '../../../shared/domain/prints.ts'
import type { SymbolTable } from '../symbol-table.ts'
import type { SymbolCache } from './symbols.ts'

/**
 * What a scan is about, handed from function to function as one argument: seven of them, each checked
 * again in each function, took a fifth of the time.
 */
export interface Scan {
  /** The memory that the frame lies in, whole: places are counted from its beginning. */
  bytes: Uint8Array
  view: DataView
  /** Where the frame ends: what lies behind is not its own. */
  end: number
  prints: Prints
  /** The row being written. */
  row: number
  symbols: SymbolTable
  readonly known: SymbolCache
}
