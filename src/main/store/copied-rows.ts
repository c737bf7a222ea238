/*
 * The chosen rows of a column, copied into another of the same kind from `at` on; without `rows` the first
 * `count` of them. One function for each kind of column, so that each loop only ever meets one kind of
 * array.
 */

export function copyDoubles(
  to: Float64Array,
  from: Float64Array,
  rows: Uint32Array | null,
  count: number,
  at: number,
): void {
  if (rows === null) to.set(from.subarray(0, count), at)
  else for (let i = 0; i < count; i += 1) to[at + i] = from[rows[i] ?? 0] ?? 0
}

export function copyBytes(
  to: Uint8Array,
  from: Uint8Array,
  rows: Uint32Array | null,
  count: number,
  at: number,
): void {
  if (rows === null) to.set(from.subarray(0, count), at)
  else for (let i = 0; i < count; i += 1) to[at + i] = from[rows[i] ?? 0] ?? 0
}

export function copyShorts(
  to: Int16Array,
  from: Int16Array,
  rows: Uint32Array | null,
  count: number,
  at: number,
): void {
  if (rows === null) to.set(from.subarray(0, count), at)
  else for (let i = 0; i < count; i += 1) to[at + i] = from[rows[i] ?? 0] ?? 0
}

export function copyWords(
  to: Uint32Array,
  from: Uint32Array,
  rows: Uint32Array | null,
  count: number,
  at: number,
): void {
  if (rows === null) to.set(from.subarray(0, count), at)
  else for (let i = 0; i < count; i += 1) to[at + i] = from[rows[i] ?? 0] ?? 0
}
