/** What can go wrong in ways a person can act on. The screen translates the code. */
export type FailureCode =
  | 'invalid' // the input does not have the agreed shape
  | 'unknown-market' // no venue lists it; `near` names what it lists
  | 'not-found'
  | 'unavailable' // a venue, the network or the store cannot answer now
  | 'busy' // another process holds the resource
  | 'storage-full'
  | 'storage-read-only'
  | 'storage-corrupt'
  | 'cancelled'
  | 'internal' // a bug: logged with an id

export interface Failure {
  readonly code: FailureCode
  /** Plain English for the log and the command line: what happened, what it means, what to do. */
  readonly message: string
  /** Near matches, for `unknown-market`. */
  readonly near?: readonly string[]
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure }

export const ok = <T>(value: T): Outcome<T> => ({ ok: true, value })

export const fail = (
  code: FailureCode,
  message: string,
  near?: readonly string[],
): { readonly ok: false; readonly failure: Failure } => ({
  ok: false,
  failure: near === undefined ? { code, message } : { code, message, near },
})
