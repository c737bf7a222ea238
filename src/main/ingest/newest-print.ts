import { idAt } from '../../shared/domain/id-column.ts'
import type { Prints } from '../../shared/domain/prints.ts'
import { epochMs } from '../../shared/domain/time.ts'
import type { KnownPoint } from '../venues/venue.ts'
import type { Ids } from './hole-filter.ts'

/**
 * The newest trade of a market as one end of a hole. On a busy socket it is another one at each chunk, and
 * nearly none is asked for: an id that is a number becomes text only then.
 */
export class NewestPrint {
  readonly #ids: Ids
  /** Match time; NaN while there is none. */
  time = Number.NaN
  #number = Number.NaN
  #text: string | undefined
  #seq = Number.NaN

  constructor(ids: Ids) {
    this.#ids = ids
  }

  /** Takes a row of columns that are about to change. */
  setRow({ id, seq, time }: Prints, row: number): void {
    this.time = time[row] ?? Number.NaN
    this.#number = id.number[row] ?? Number.NaN
    this.#text = Number.isNaN(this.#number) ? idAt(id, row) : undefined
    this.#seq = seq[row] ?? Number.NaN
  }

  setPoint({ id, seq, time }: KnownPoint): void {
    this.time = time
    this.#number = Number.NaN
    this.#text = id
    this.#seq = seq ?? Number.NaN
  }

  point(): KnownPoint | null {
    if (Number.isNaN(this.time)) return null
    const id = Number.isNaN(this.#number) ? this.#text : String(this.#number)
    const own = this.#seq
    const seq = Number.isNaN(own) && this.#ids === 'contiguous' ? Number(id) : own
    return {
      time: epochMs(this.time),
      ...(id !== undefined && { id }),
      ...(Number.isSafeInteger(seq) && { seq }),
    }
  }
}
