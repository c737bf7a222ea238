/**
 * What is said of an expression that cannot be used. In English for the command line and the log; the
 * screen has the same sentences in its languages, by key.
 */
export const SAYINGS = {
  longest: 'an expression has {{n}} characters at most',
  deepest: 'parentheses go {{n}} deep at most',
  noComma: 'write {{text}}, without comma',
  unclosed: 'the quotation mark is not closed',
  didYouMean: 'did you mean {{text}}?',
  units: 'units are ms, s, m, h, d and %',
  operators: 'write >=, <= or crosses',
  marketFirst: 'name the market first: venue:BASE-QUOTE {{text}} …',
  marketForm: 'a market is written venue:BASE-QUOTE',
  tradeOperator: 'a single trade is compared with > or >=',
  needsNumber: 'expected a number here',
  needsPercent: 'expected a percentage here',
  needsDuration: 'expected a duration here',
  write: 'write {{text}}',
  wholeMs: 'a duration is made of whole milliseconds',
  tooLarge: 'that number is too large',
  window: 'a window lasts from 1ms to 1d',
  bar: 'a bar lasts from 1ms to 1d',
  periods: 'a whole number from {{least}} to {{most}}',
  historyFew: 'a history holds {{n}} windows or more',
  historyLong: 'a history lasts 7d at most',
  historyMany: 'a history holds {{n}} windows at most',
  marketsFew: 'a spread compares two markets or more',
  marketsTwice: 'each market of a spread is named once',
} as const
export type SayingKey = keyof typeof SAYINGS

/** One of the sentences, with what stands in its gaps. */
export interface Saying {
  readonly key: SayingKey
  readonly gaps: Gaps
}
type Gap = 'text' | 'n' | 'least' | 'most'
type Gaps = Readonly<Partial<Record<Gap, string | number>>>

export const saying = (key: SayingKey, gaps: Gaps = {}): Saying => ({ key, gaps })

export const inEnglish = ({ key, gaps }: Saying): string =>
  SAYINGS[key].replace(/\{\{(\w+)\}\}/g, (_, name: Gap) => String(gaps[name] ?? ''))

/** Kinds of words that may be expected, as the command line names them; all others are words of the language. */
export const KINDS = {
  market: 'a market',
  duration: 'a duration like 5m',
  percent: 'a percentage like 2%',
  number: 'a number',
  word: 'a word',
} as const
