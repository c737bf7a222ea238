/** As much of a key in a word gives the word away. */
const PART = 6
/** `sk-ab****wxyz`, `sk-ab…wxyz`, `sk-ab...wxyz`: keys as they are shortened. */
const SHORTENED = /[\p{L}\p{N}_-]*(?:[*•·]{2,}|…|\.{3,})[\p{L}\p{N}_-]+/gu
/** What keys begin with. */
const KEY_LIKE = /\b(?:sk|pk|rk|key|hs|gsk)-[\p{L}\p{N}_*-]{3,}/giu
const MOST = 5_000

/**
 * The text of somebody who was told the key, in one line and without it: as a whole, in parts, and shortened. Rather
 * takes a word too many out.
 */
export function withoutKey(text: string, key: string): string {
  const line = text.slice(0, MOST).replace(/[\p{C}\s]+/gu, ' ')
  const whole = key.length < 4 ? line : line.replaceAll(key, '[key]')
  return whole
    .replace(SHORTENED, '[key]')
    .replace(KEY_LIKE, '[key]')
    .split(/([\s"'`,;()<>{}]+)/)
    .map((word) => (word !== '[key]' && sharesPart(word, key) ? '[key]' : word))
    .join('')
    .trim()
}

function sharesPart(word: string, key: string): boolean {
  for (let at = 0; at + PART <= key.length; at += 1)
    if (word.includes(key.slice(at, at + PART))) return true
  return false
}
