/** Rows that go to the store, and where each came from (an index into ORIGINS). */
export class KeptRows {
  rows = new Uint32Array(0)
  origins = new Uint8Array(0)

  reserve(count: number): this {
    if (this.rows.length < count) {
      this.rows = new Uint32Array(2 * count)
      this.origins = new Uint8Array(2 * count)
    }
    return this
  }
}
