import { type IdColumn, idAt } from '../../shared/domain/id-column.ts'

/** An id that is text, or lies in a row of a column. */
export const textOf = (id: string | IdColumn, row: number): string =>
  typeof id === 'string' ? id : idAt(id, row)

/** The id of a market's last trade, made text only when somebody asks or its column is about to change. */
export class LastId {
  #text: string | undefined
  #column: IdColumn | null = null
  #row = 0

  set(id: string | IdColumn | undefined, row = 0): void {
    if (typeof id === 'object') {
      this.#column = id
      this.#row = row
      return
    }
    this.#text = id
    this.#column = null
  }

  settle(): void {
    if (this.#column !== null) this.set(idAt(this.#column, this.#row))
  }

  text(): string | undefined {
    this.settle()
    return this.#text
  }
}
