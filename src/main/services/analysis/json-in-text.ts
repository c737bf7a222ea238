/** Objects within objects that an answer may have; none of ours has any. */
const DEEPEST = 8
/** Beginnings of an object that are tried, so that a text of braces costs no more than a long one. */
const MOST_STARTS = 20

export type FoundObject =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly message: string }

/** A brace that prose would not have: what follows has to be an object, and no part of it is taken for the whole. */
const MEANT = /^\{\s*"/

/** The one JSON object of a text, whatever prose or code fence stands around it. Two are one too many. */
export function objectIn(text: string): FoundObject {
  const found: Readonly<Record<string, unknown>>[] = []
  let starts = 0
  let at = text.indexOf('{')
  for (; at >= 0 && starts < MOST_STARTS; starts += 1) {
    const end = endOfObject(text, at)
    const value = end === null ? null : parsed(text.slice(at, end))
    if (value !== null) found.push(value)
    else if (MEANT.test(text.slice(at, at + 20)))
      return { ok: false, message: 'The JSON object of the answer is broken, cut or too deep.' }
    at = text.indexOf('{', value === null || end === null ? at + 1 : end)
  }
  if (at >= 0) return { ok: false, message: 'The answer has braces all over.' }
  const [only] = found
  if (only === undefined) return { ok: false, message: 'The answer has no JSON object in it.' }
  if (found.length > 1) return { ok: false, message: 'The answer has more than one JSON object.' }
  return { ok: true, value: only }
}

/** Behind the brace that closes the one at `from`; null: none does, or too many are open. */
function endOfObject(text: string, from: number): number | null {
  let depth = 0
  let inString = false
  for (let at = from; at < text.length; at += 1) {
    const char = text[at]
    if (inString) {
      if (char === '\\') at += 1
      else if (char === '"') inString = false
    } else if (char === '"') inString = true
    else if (char === '{' || char === '[') depth += 1
    else if (char === '}' || char === ']') depth -= 1
    if (depth > DEEPEST) return null
    if (depth === 0) return at + 1
  }
  return null
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
