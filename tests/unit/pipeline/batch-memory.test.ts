import { describe, expect, it } from 'vitest'
import {
  type BatchMemory,
  batchMemory,
  firstRows,
} from '../../../src/main/pipeline/batch-memory.ts'

const names = Object.keys(batchMemory(1)) as (keyof BatchMemory)[]

/** Another number in each place of each column. */
function filled(rows: number): BatchMemory {
  const memory = batchMemory(rows)
  for (const [nth, name] of names.entries())
    for (let row = 0; row < rows; row += 1) memory[name][row] = (nth * 7 + row * 3) % 120
  return memory
}

describe('the memory of a batch', () => {
  it.each([1, 2, 3, 7, 64, 5_001])('has %i rows in each column, none over another', (rows) => {
    const memory = filled(rows)
    for (const [nth, name] of names.entries())
      expect([...memory[name]]).toEqual(
        Array.from({ length: rows }, (_, row) => (nth * 7 + row * 3) % 120),
      )
  })

  it.each([
    [75, true],
    [100, true],
    [74, false],
    [1, false],
  ])('with %i of 100 rows in use is given away itself: %s', (count, itself) => {
    const memory = filled(100)
    const rows = firstRows(memory, count)
    for (const name of names) expect([...rows[name]]).toEqual([...memory[name].subarray(0, count)])
    expect(rows.side.buffer === memory.side.buffer).toBe(itself)
    expect(rows.side.buffer.byteLength).toBe((itself ? 100 : count) * 54)
  })
})
