/** `fail` only for what Tapedeck cannot do without: it makes the exit code 1. */
export type CheckStatus = 'ok' | 'warn' | 'fail'

export interface CheckResult {
  /** Stable name: `node`, `disk`, `venue:okx`. */
  readonly check: string
  readonly status: CheckStatus
  /** What was found, one line. */
  readonly message: string
  /** What to do about it. */
  readonly hint?: string
}

export const result = (
  check: string,
  status: CheckStatus,
  message: string,
  hint?: string,
): CheckResult => ({ check, status, message, ...(hint !== undefined && { hint }) })

/** One line out of whatever was thrown. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error).replace(/\s+/g, ' ')
  // fetch says "fetch failed" and keeps why to itself.
  const inner = error.cause instanceof Error ? error.cause : error
  const code = (inner as NodeJS.ErrnoException).code
  const text = inner.message === '' ? (code ?? inner.name) : inner.message
  return text.replace(/\s+/g, ' ').slice(0, 200)
}
