import type { IToken } from 'chevrotain'
import {
  type Comparison,
  type Condition,
  type Measure,
  type Operator,
  operatorsOf,
  unitOf,
} from '../domain/alert.ts'
import { type MarketId, parseMarketId } from '../domain/market.ts'
import { type OutOfBounds, outOfBounds } from './bounds.ts'
import type { Phrase, Subject } from './grammar.ts'
import type { ExpressionProblem, ProblemCode } from './problem.ts'
import { inEnglish, type Saying, saying } from './saying.ts'
import { parseDuration } from './units.ts'
import { Bare, Duration, Numeral, Percent } from './words.ts'

/** Thrown inside, caught by `readPhrase`: a tree is left at the first thing that is wrong. */
class Wrong extends Error {
  readonly problem: ExpressionProblem
  constructor(problem: ExpressionProblem) {
    super(problem.message)
    this.problem = problem
  }
}

const wrong = (
  code: ProblemCode,
  { startOffset, image }: IToken,
  why: Saying,
  advice: Saying | null = null,
): Wrong =>
  new Wrong({
    code,
    start: startOffset,
    end: startOffset + image.length,
    message: inEnglish(why),
    why,
    expected: [],
    hint: advice === null ? null : inEnglish(advice),
    advice,
  })

/** The meaning of what the grammar recognised, or the first thing that makes no sense. */
export function readPhrase(phrase: Phrase): Condition | ExpressionProblem {
  try {
    return conditionOf(phrase)
  } catch (error) {
    if (error instanceof Wrong) return error.problem
    throw error
  }
}

function conditionOf(phrase: Phrase): Condition {
  switch (phrase.kind) {
    case 'all':
    case 'any':
      return { kind: phrase.kind, of: phrase.of.map(conditionOf) }
    case 'gap':
      return { kind: 'gap', market: marketOf(phrase.market) }
    case 'verdict':
      return {
        kind: 'verdict',
        market: marketOf(phrase.market),
        verdict: phrase.word.image.toLowerCase(),
        above: phrase.above === null ? null : numberOf(phrase.above),
      }
    case 'compare':
      return comparisonOf(phrase)
  }
}

function comparisonOf(phrase: Extract<Phrase, { kind: 'compare' }>): Comparison {
  const measure = measureOf(phrase.subject, phrase.markets.map(marketOf))
  const fault = outOfBounds(measure)
  if (fault !== null) throw wrong('bounds', placeOf(fault, phrase), fault.why)
  const op = operatorOf(phrase.op)
  const [sign] = phrase.op
  if (!operatorsOf(measure).includes(op) && sign !== undefined)
    throw wrong('operator', sign, saying('tradeOperator'), saying('write', { text: '>' }))
  return { kind: 'compare', measure, op, value: thresholdOf(measure, phrase.threshold) }
}

function placeOf(
  { field }: OutOfBounds,
  { subject, markets }: Extract<Phrase, { kind: 'compare' }>,
): IToken {
  const last = subject.given.at(-1)
  const place = field === 'markets' ? markets.at(-1) : field === 'bar' ? last : undefined
  const given = place ?? (field === 'history' ? last : subject.given[0])
  if (given === undefined) throw new Error(`no token of ${field}`)
  return given
}

function measureOf({ words, given }: Subject, markets: readonly MarketId[]): Measure {
  const [market] = markets
  const [first, second] = given
  if (market === undefined) throw new Error('a measure without market')
  const name = words.map(({ image }) => image.toLowerCase()).join(' ')
  const span = (token: IToken | undefined): number => (token === undefined ? 0 : durationOf(token))
  const count = (token: IToken | undefined): number => (token === undefined ? 0 : numberOf(token))
  switch (name) {
    case 'spread':
      return { of: name, markets }
    case 'price':
    case 'latency':
    case 'stale':
    case 'silent':
      return { of: name, market }
    case 'trade size':
      return { of: 'size', market }
    case 'trade value':
      return { of: 'value', market }
    case 'move':
    case 'volume':
    case 'trades':
    case 'imbalance':
    case 'cvd':
      return { of: name, market, window: span(first) }
    case 'volume zscore':
    case 'trades zscore': {
      const burst = name === 'volume zscore' ? 'volume' : 'trades'
      return { of: 'zscore', burst, market, window: span(first), history: span(second) }
    }
    case 'rsi':
      return second === undefined
        ? { of: 'rsi', market, periods: USUAL_RSI, bar: span(first) }
        : { of: 'rsi', market, periods: count(first), bar: span(second) }
    case 'deviation sma':
      return {
        of: 'deviation',
        market,
        from: { of: 'sma', periods: count(first), bar: span(second) },
      }
    case 'deviation vwap':
      return { of: 'deviation', market, from: { of: 'vwap', window: span(first) } }
    default:
      throw new Error(`the grammar knows ${name}, its reading does not`)
  }
}

/** Wilder's. */
export const USUAL_RSI = 14

function operatorOf(op: readonly IToken[]): Operator {
  const text = op.map(({ image }) => image.toLowerCase()).join(' ')
  return text === 'above' ? '>' : text === 'below' ? '<' : (text as Operator)
}

function marketOf(token: IToken): MarketId {
  const { tokenType, image } = token
  const name = tokenType === Bare ? image : image.slice(1, -1).replace(/\\(.)/g, '$1')
  const market = parseMarketId(name)
  if (market === undefined || name.trim() !== name)
    throw wrong('market', token, saying('marketForm'))
  return market.id
}

const NEEDS = {
  number: 'needsNumber',
  percent: 'needsPercent',
  duration: 'needsDuration',
} as const

function thresholdOf(measure: Measure, token: IToken): number {
  const unit = unitOf(measure)
  const is =
    token.tokenType === Percent ? 'percent' : token.tokenType === Duration ? 'duration' : 'number'
  if (is !== unit) {
    const bare = /^-?[\d.]+/.exec(token.image)?.[0] ?? ''
    const written = unit === 'percent' ? `${bare}%` : unit === 'duration' ? `${bare}s` : bare
    throw wrong('unit', token, saying(NEEDS[unit]), saying('write', { text: written }))
  }
  return unit === 'duration' ? durationOf(token) : numberOf(token)
}

function durationOf(token: IToken): number {
  const ms = parseDuration(token.image)
  if (ms === undefined || !Number.isSafeInteger(ms)) throw wrong('bounds', token, saying('wholeMs'))
  return ms === 0 ? 0 : ms
}

function numberOf(token: IToken): number {
  const text = token.tokenType === Numeral ? token.image : token.image.slice(0, -1)
  const value = Number(text)
  if (!Number.isFinite(value)) throw wrong('bounds', token, saying('tooLarge'))
  return value === 0 ? 0 : value
}
