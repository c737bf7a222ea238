/** Epoch µs as RFC 3339 with six digits: `2023-09-25T07:49:37.708706Z`. */
export function isoMicros(micros: number): string {
  const ms = Math.floor(micros / 1_000)
  const rest = String(Math.floor(micros) - ms * 1_000).padStart(3, '0')
  return `${new Date(ms).toISOString().slice(0, -1)}${rest}Z`
}
