/**
 * Milliseconds that a `Retry-After` header asks to wait: it holds seconds or an HTTP date. `undefined`
 * when there is none or it is nonsense. `now`: our wall clock.
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined
  const seconds = Number(header)
  const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now
  return wait >= 0 ? wait : undefined
}
