/** A whole number in a query: undefined if it is not there, null if it is none (of up to 19 digits). */
export function pointIn(query: URLSearchParams, name: string): bigint | undefined | null {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  return /^\d{1,19}$/.test(text) ? BigInt(text) : null
}

/** Rows asked for: `usual` if not said, `most` at most, null if it is no whole number above 0. */
export function limitIn(query: URLSearchParams, usual: number, most: number): number | null {
  const value = pointIn(query, 'limit')
  if (value === undefined) return usual
  return value === null || value === 0n ? null : Math.min(most, Number(value))
}
