/**
 * A source file without its comments, line for line as long as before. Strings stay; a quote inside
 * a regular expression does not start one.
 */
export function withoutComments(text: string): string {
  let out = ''
  let at = 0
  let significant = ''
  while (at < text.length) {
    const end = tokenEnd(text, at, significant)
    const token = text.slice(at, end)
    const isComment = token.startsWith('//') || token.startsWith('/*')
    out += isComment ? token.replace(/[^\n]/g, ' ') : token
    if (!isComment && token.trim() !== '') significant = token
    at = end
  }
  return out
}

/** Where the token that starts at `at` ends: a comment, a string, a regular expression, or a letter. */
function tokenEnd(text: string, at: number, before: string): number {
  const rest = text.slice(at, at + 2)
  if (rest === '//') return indexOr(text, '\n', at)
  if (rest === '/*') return indexOr(text, '*/', at + 2) + 2
  const letter = text.charAt(at)
  if (letter === '/' && startsExpression(before)) return closed(text, at, '/')
  if (letter === "'" || letter === '"' || letter === '`') return closed(text, at, letter)
  const word = /[\w$]+/y
  word.lastIndex = at
  return at + (word.exec(text)?.[0].length ?? 1)
}

/** A slash after these begins a regular expression; after a name, a number or a bracket it divides. */
const startsExpression = (before: string): boolean =>
  before === '' || /^(?:[(,=:[!&|?{;+>]|return|typeof|case)$/.test(before)

function closed(text: string, at: number, quote: string): number {
  let inClass = false
  for (let index = at + 1; index < text.length; index++) {
    const letter = text.charAt(index)
    if (letter === '\\') index++
    else if (letter === '\n' && quote !== '`') return index
    else if (quote === '/' && letter === '[') inClass = true
    else if (quote === '/' && letter === ']') inClass = false
    else if (letter === quote && !inClass) return index + 1
  }
  return text.length
}

function indexOr(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from)
  return found === -1 ? text.length : found
}
