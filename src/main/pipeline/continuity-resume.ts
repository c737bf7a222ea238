import type { Proof, TapeEnd } from '../../shared/domain/ledger.ts'

/** A print that covers the numbers from `first` to `last`. */
export interface Numbered {
  readonly time: number
  readonly id: string
  readonly first: number
  readonly last: number
}

/** What a new run goes on with. */
export interface Resumption {
  readonly numbered: boolean
  readonly span: { proof: Proof; from: number; to: number } | null
  /** The number expected next; NaN while there is none. */
  readonly next: number
  readonly lastTime: number
}

/** Where the tape of an earlier run ends, for a market whose venue counts (`numbered`) or does not. */
export function resumption(end: TapeEnd, venueCounts: boolean): Resumption {
  const ids = end.spans.find((each) => each.proof === 'ids')
  const none = end.spans.find((each) => each.proof === 'none')
  // Only a market whose numbers proved nothing has a span of that kind after one by numbers.
  const meaningless = ids !== undefined && none !== undefined && none.to > ids.to
  const numbered = venueCounts && !meaningless
  const found = numbered ? ids : none
  const span = found === undefined ? null : { proof: found.proof, from: found.from, to: found.to }
  const seq = numbered && found !== undefined ? (found.lastSeq ?? end.seq) : null
  if (seq === null || found === undefined)
    return { numbered, span, next: Number.NaN, lastTime: end.time }
  return { numbered, span, next: seq + 1, lastTime: found.to }
}
