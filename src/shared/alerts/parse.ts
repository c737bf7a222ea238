import { EOF, type IRecognitionException, type IToken, Lexer } from 'chevrotain'
import { AlertGrammar, expectedOf, type Phrase } from './grammar.ts'
import { nearest } from './hint.ts'
import type { ExpressionProblem, ParsedCondition } from './problem.ts'
import { readPhrase } from './reading.ts'
import { inEnglish, KINDS, type Saying, saying } from './saying.ts'
import { Bare, Close, Comma, Numeral, Odd, Open, Quoted, reserved, tokens, Word } from './words.ts'

/** Characters of an expression; more is refused unread. */
export const LONGEST_EXPRESSION = 4_096
/** Parentheses inside each other. */
export const DEEPEST = 32

interface Reader {
  readonly lexer: Lexer
  readonly grammar: AlertGrammar
}
/** Made at first use: it costs some milliseconds, and most starts of the program need none. */
let reader: Reader | null = null
const theReader = (): Reader => {
  reader ??= {
    lexer: new Lexer(tokens, { positionTracking: 'onlyOffset' }),
    grammar: new AlertGrammar(),
  }
  return reader
}

/** Reads an expression. Never throws; whatever the text is, the answer is a condition or a problem. */
export function parseCondition(text: string): ParsedCondition {
  if (text.length > LONGEST_EXPRESSION) {
    const why = saying('longest', { n: LONGEST_EXPRESSION })
    return refused({ ...at(LONGEST_EXPRESSION, text.length, why), code: 'length' })
  }
  const { lexer, grammar } = theReader()
  const found = lexer.tokenize(text).tokens
  const tooDeep = depthFault(found)
  if (tooDeep !== null) return refused(tooDeep)
  grammar.input = found
  const phrase: Phrase | undefined = grammar.expression()
  const [error] = grammar.errors
  if (error !== undefined) return refused(syntaxProblem(error, found, text))
  const read = readPhrase(phrase)
  return 'code' in read ? refused(read) : { ok: true, condition: read }
}

const refused = (problem: ExpressionProblem): ParsedCondition => ({ ok: false, problem })

const at = (start: number, end: number, why: Saying) => ({
  start,
  end,
  message: inEnglish(why),
  why,
  expected: [] as readonly string[],
  hint: null,
  advice: null,
})

function depthFault(found: readonly IToken[]): ExpressionProblem | null {
  let depth = 0
  for (const { tokenType, startOffset } of found) {
    if (tokenType === Close) depth -= 1
    if (tokenType !== Open) continue
    depth += 1
    if (depth > DEEPEST) {
      const why = saying('deepest', { n: DEEPEST })
      return { ...at(startOffset, startOffset + 1, why), code: 'depth' }
    }
  }
  return null
}

function syntaxProblem(
  { token, message: labels }: IRecognitionException,
  found: readonly IToken[],
  text: string,
): ExpressionProblem {
  const ended = token.tokenType === EOF
  const start = ended ? text.length : token.startOffset
  const expected = expectedOf(labels)
  const wanted = expected.length > 1 ? `${expected.slice(0, -1).join(', ')} or ` : ''
  const met = ended ? 'the text ends' : `found ${shown(token.image)}`
  const advice = ended ? null : adviceOn(token, expected, found)
  return {
    code: 'syntax',
    start,
    end: ended ? start : start + token.image.length,
    message: `expected ${wanted}${expected.at(-1) ?? 'nothing more'}, ${met}`,
    expected,
    why: null,
    hint: advice === null ? null : inEnglish(advice),
    advice,
  }
}

const shown = (image: string): string => `"${image.length > 30 ? `${image.slice(0, 30)}…` : image}"`

function adviceOn(
  token: IToken,
  expected: readonly string[],
  found: readonly IToken[],
): Saying | null {
  const index = found.indexOf(token)
  const before = found[index - 1]
  const after = found[index + 1]
  const touches = (a: IToken, b: IToken): boolean =>
    a.startOffset + a.image.length === b.startOffset
  if (token.tokenType === Comma && before?.tokenType === Numeral && after !== undefined)
    return touches(before, token)
      ? saying('noComma', { text: `${before.image}${after.image}` })
      : null
  if (token.tokenType === Odd && token.image === '"') return saying('unclosed')
  if (expected.includes(KINDS.market)) return marketAdvice(token)
  if (/^[A-Za-z]/.test(token.image) && token.tokenType !== Bare) {
    const near = nearest(token.image, expected)
    if (near !== null && near !== token.image.toLowerCase())
      return saying('didYouMean', { text: near })
    if (before?.tokenType === Numeral && touches(before, token)) return saying('units')
  }
  return token.image === '=' ? saying('operators') : null
}

function marketAdvice({ tokenType, image }: IToken): Saying | null {
  if (tokenType === Quoted) return null
  if (reserved.has(image.toLowerCase())) return saying('marketFirst', { text: image.toLowerCase() })
  return tokenType === Word ? saying('marketForm') : null
}
