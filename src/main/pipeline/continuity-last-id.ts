import { type IdColumn, idAt } from '../../shared/domain/id-column.ts'

/** An id that is text, or lies in a row of a column. */
export const textOf = (id: string | IdColumn, row: number): string =>
  typeof id === 'string' ? id : idAt(id, row)

/** The id of a market's last trade, made text only when somebody asks or its column is about to change. */
export class LastId {
  #text: string | undefined
  /** NaN where it is text. */
  #number = Number.NaN
  #column: IdColumn | null = null
  #row = 0

  set(id: string | IdColumn | undefined, row = 0): void {
    if (typeof id === 'object') {
      this.#column = id
      this.#row = row
      return
    }
    this.#text = id
    this.#number = Number.NaN
    this.#column = null
  }

  settle(): void {
    const column = this.#column
    if (column === null) return
    const number = column.number[this.#row] ?? Number.NaN
    if (Number.isNaN(number)) this.set(idAt(column, this.#row))
    this.#number = number
    this.#column = null
  }

  text(): string | undefined {
    this.settle()
    return Number.isNaN(this.#number) ? this.#text : String(this.#number)
  }
}
