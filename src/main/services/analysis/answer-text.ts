/** Characters of a reason that are kept. */
export const MOST_REASON = 2_000

const SPACES = /[\s\p{Z}]+/gu
/** Control characters, those that cannot be seen, those that turn the writing around, and halves of characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/gu
/** More marks on one letter than any of our languages writes hang over the lines beside it. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu

/**
 * A model's text as it may be shown: one line, without control and bidirectional characters (a text could otherwise show
 * its words in another order than they were checked in), and no longer than `MOST_REASON` with the … that says it was cut.
 */
export function shownText(text: string): string {
  const seen = text.replace(SPACES, ' ').replace(UNSEEN, '').replace(PILED_MARKS, '$1')
  const line = seen.replace(/ {2,}/g, ' ').trim()
  if (line.length <= MOST_REASON) return line
  return `${line.slice(0, MOST_REASON - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
