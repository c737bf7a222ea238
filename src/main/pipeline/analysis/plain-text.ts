/** A text in which numbers are easy to find, and where each of its characters stood in the original. */
export interface PlainText {
  readonly text: string
  /** By character of `text`: where it begins in the original, and where the one after it does. */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

const DIGIT = /^\p{Nd}$/u
const OTHER_NUMBER = /^\p{N}$/u
const INVISIBLE = /^\p{Cf}$/u
const MARK = /^\p{M}$/u
const SPACE = /^\p{Zs}$/u
const FULL_WIDTH_DIGIT = /^[\uff10-\uff19]$/
const FULL_WIDTH = /^[\uff01-\uff5e]$/
const ALIKE: Readonly<Record<string, string>> = {
  '−': '-',
  '﹣': '-',
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '—': '–',
  '∶': ':',
  '٫': '.',
  '٬': ',',
  '’': "'",
}

/**
 * Digits of every script, also full-width and raised ones, become 0–9, and the signs that stand for one another become one.
 * What cannot be seen is left out: an invisible character does not make two numbers of one.
 */
export function plainText(original: string): PlainText {
  let text = ''
  const starts: number[] = []
  const ends: number[] = []
  let at = 0
  for (const char of original) {
    const plain = plainChar(char, original, at, text)
    for (let unit = 0; unit < plain.length; unit += 1) {
      starts.push(at)
      ends.push(at + char.length)
    }
    text += plain
    at += char.length
  }
  return { text, starts, ends }
}

/** ASCII, or the character itself as one code unit for each that it has. */
function plainChar(char: string, original: string, at: number, before: string): string {
  if (char <= '\u007f') return char
  if (DIGIT.test(char)) return String(digitOf(char))
  if (OTHER_NUMBER.test(char)) return otherNumber(char)
  if (INVISIBLE.test(char)) return ''
  if (MARK.test(char)) return /\d$/.test(before) ? '' : char
  if (SPACE.test(char)) return ' '
  // A full-width comma between full-width digits groups them; anywhere else it ends a clause.
  if (char === '，')
    return FULL_WIDTH_DIGIT.test(original[at - 1] ?? '') &&
      FULL_WIDTH_DIGIT.test(original[at + 1] ?? '')
      ? ','
      : char
  if (FULL_WIDTH.test(char)) return char.normalize('NFKC')
  return ALIKE[char] ?? char
}

/** Raised and circled digits as digits; a half and a Roman numeral stay what they are. */
function otherNumber(char: string): string {
  const form = char.normalize('NFKC')
  return form.includes('⁄') ? char : form.replace(/\D/g, '') || char
}

/** Unicode has the digits of a script in rows of ten, from zero on. */
function digitOf(char: string): number {
  const code = char.codePointAt(0) ?? 0
  let before = 0
  while (DIGIT.test(String.fromCodePoint(Math.max(code - before - 1, 0)))) before += 1
  return before % 10
}
