import { closeSync, openSync, writeSync } from 'node:fs'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { RefusedRow } from './import-task.ts'

const FIRST = 20
/** Characters that are written at once. */
const PIECE = 65_536

/** Counts rows that are not taken; the first are kept, all go into a file where one is wanted. */
export class RefusedRows {
  readonly first: RefusedRow[] = []
  count = 0
  readonly #file: number | null
  #text = ''

  private constructor(file: number | null) {
    this.#file = file
  }

  /** Fails with `unavailable` when the file cannot be written. */
  static open(path: string | null): Outcome<RefusedRows> {
    try {
      return ok(new RefusedRows(path === null ? null : openSync(path, 'w')))
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return fail('unavailable', `the report ${path} cannot be written: ${message}`)
    }
  }

  add(row: RefusedRow): void {
    this.count += 1
    if (this.first.length < FIRST) this.first.push(row)
    if (this.#file === null) return
    this.#text += `${JSON.stringify(row)}\n`
    if (this.#text.length >= PIECE) this.#flush(this.#file)
  }

  close(): void {
    if (this.#file === null) return
    try {
      this.#flush(this.#file)
    } finally {
      closeSync(this.#file)
    }
  }

  #flush(file: number): void {
    const bytes = Buffer.from(this.#text)
    this.#text = ''
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
  }
}
