import { createToken, Lexer, type TokenType } from 'chevrotain'
import { KINDS } from './saying.ts'

/** What can stand in an expression, as tokens of chevrotain. */
const sticky =
  (pattern: RegExp) =>
  (text: string, offset: number): RegExpExecArray | null => {
    pattern.lastIndex = offset
    return pattern.exec(text)
  }

const BARE = /[A-Za-z][A-Za-z0-9]*:[\p{L}\p{N}._$/-]+/uy
const BARE_WHOLE = /^[A-Za-z][A-Za-z0-9]*:[\p{L}\p{N}._$/-]+$/u

/** Whether a market's name can stand without quotes. */
export const isBare = (market: string): boolean => BARE_WHOLE.test(market)

const number = String.raw`-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`

export const Space = createToken({ name: 'Space', pattern: /\s+/, group: Lexer.SKIPPED })
export const Bare = createToken({
  name: 'Bare',
  pattern: sticky(BARE),
  line_breaks: false,
  label: KINDS.market,
})
export const Quoted = createToken({
  name: 'Quoted',
  pattern: /"(?:[^"\\\n]|\\["\\])*"/,
  label: KINDS.market,
})
export const Duration = createToken({
  name: 'Duration',
  pattern: /-?(?:\d+(?:\.\d*)?|\.\d+)(?:ms|[smhd])(?![A-Za-z0-9_])/i,
  label: KINDS.duration,
})
export const Percent = createToken({
  name: 'Percent',
  pattern: new RegExp(`${number}%`),
  label: KINDS.percent,
})
export const Numeral = createToken({
  name: 'Numeral',
  pattern: new RegExp(number),
  label: KINDS.number,
})

export const Word = createToken({
  name: 'Word',
  pattern: /[A-Za-z_][A-Za-z0-9_]*/,
  label: KINDS.word,
})

const keyword = (word: string): TokenType =>
  createToken({
    name: word.toUpperCase(), // chevrotain wants them unlike the rules' names
    pattern: new RegExp(word, 'i'),
    longer_alt: Word,
    label: word,
  })

export const And = keyword('and')
export const Or = keyword('or')
export const Spread = keyword('spread')
export const Price = keyword('price')
export const Move = keyword('move')
export const Volume = keyword('volume')
export const Trades = keyword('trades')
export const Trade = keyword('trade')
export const Size = keyword('size')
export const Value = keyword('value')
export const ZScore = keyword('zscore')
export const Imbalance = keyword('imbalance')
export const Cvd = keyword('cvd')
export const Rsi = keyword('rsi')
export const Deviation = keyword('deviation')
export const Sma = keyword('sma')
export const Vwap = keyword('vwap')
export const Latency = keyword('latency')
export const Stale = keyword('stale')
export const Silent = keyword('silent')
export const Gap = keyword('gap')
export const Ai = keyword('ai')
export const Crosses = keyword('crosses')
export const Above = keyword('above')
export const Below = keyword('below')
export const Beyond = keyword('beyond')

const sign = (text: string): TokenType =>
  createToken({ name: text, pattern: text, label: `"${text}"` })
export const AtLeast = sign('>=')
export const AtMost = sign('<=')
export const More = sign('>')
export const Less = sign('<')
export const Open = sign('(')
export const Close = sign(')')
export const Comma = sign(',')

/** Whatever else: it never fits, so that the parser says where it is and what was expected. */
export const Odd = createToken({ name: 'Odd', pattern: /[\s\S]/, line_breaks: true })

const keywords: readonly TokenType[] = [
  And,
  Or,
  Spread,
  Price,
  Move,
  Volume,
  Trades,
  Trade,
  Size,
  Value,
  ZScore,
  Imbalance,
  Cvd,
  Rsi,
  Deviation,
  Sma,
  Vwap,
  Latency,
  Stale,
  Silent,
  Gap,
  Ai,
  Crosses,
  Above,
  Below,
  Beyond,
]

/** Words that mean something, and so cannot name a verdict. */
export const reserved: ReadonlySet<string> = new Set(keywords.map(({ name }) => name.toLowerCase()))

export const tokens: TokenType[] = [
  Space,
  Bare,
  Quoted,
  Duration,
  Percent,
  Numeral,
  ...keywords,
  Word,
  AtLeast,
  AtMost,
  More,
  Less,
  Open,
  Close,
  Comma,
  Odd,
]
