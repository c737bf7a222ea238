import type { Prints } from '../../../shared/domain/prints.ts'

/** As `byAge` in venues/rest-rows.ts. */
export type Order = 'id' | 'time' | 'sent'

/**
 * Below zero when row `a` comes before row `b`, zero when they may stand as they were sent. NaN when
 * that needs the reader: one id is a number, the other is text.
 */
export function compareRows(prints: Prints, a: number, b: number, order: Order): number {
  if (order !== 'id') {
    const apart = (prints.time[a] ?? Number.NaN) - (prints.time[b] ?? Number.NaN)
    if (apart !== 0 || order === 'sent') return apart
  }
  const { number, bytes, end } = prints.id
  const [first, second] = [number[a] ?? Number.NaN, number[b] ?? Number.NaN]
  const texts = Number.isNaN(first)
  if (!texts || !Number.isNaN(second)) return first - second
  return compareBytes(bytes, startOf(end, a), end[a] ?? 0, startOf(end, b), end[b] ?? 0)
}

const startOf = (end: Uint32Array, row: number): number => (row === 0 ? 0 : (end[row - 1] ?? 0))

/** The shorter one first, then byte by byte. */
function compareBytes(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): number {
  const longer = aEnd - a - (bEnd - b)
  if (longer !== 0) return longer
  for (let n = 0; a + n < aEnd; n += 1) {
    const apart = (bytes[a + n] ?? 0) - (bytes[b + n] ?? 0)
    if (apart !== 0) return apart
  }
  return 0
}
