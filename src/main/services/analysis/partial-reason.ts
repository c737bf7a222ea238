import { shownText } from './answer-text.ts'

const BEGINS = /"reason"\s*:\s*"/u
const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
  '/': '/',
}

/**
 * The reason as far as it has come, from JSON that is not whole yet; empty before it begins. An escape or a character
 * of which only a part is there waits for the rest. Cleaned like a whole one (`shownText`).
 */
export function partialReason(text: string): string {
  const begin = BEGINS.exec(text)
  if (begin === null) return ''
  let reason = ''
  for (let at = begin.index + begin[0].length; at < text.length; at += 1) {
    const char = text[at] ?? ''
    if (char === '"') break
    if (char !== '\\') {
      reason += char
      continue
    }
    const escaped = escapeAt(text, at + 1)
    if (escaped === null) break
    reason += escaped.char
    at += escaped.length
  }
  return shownText(reason)
}

function escapeAt(
  text: string,
  at: number,
): { readonly char: string; readonly length: number } | null {
  const sign = text[at]
  if (sign === undefined) return null
  if (sign !== 'u') return { char: ESCAPES[sign] ?? '', length: 1 }
  const code = /^[0-9a-f]{4}$/iu.exec(text.slice(at + 1, at + 5))
  return code === null
    ? null
    : { char: String.fromCharCode(Number.parseInt(code[0], 16)), length: 5 }
}
