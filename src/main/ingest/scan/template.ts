import { type Literal, literalOf } from './literal.ts'

/** What stands in the place of a field, as numbers that a `switch` is quick with. */
export const END = 0
export const SYMBOL = 1
export const ID = 2
export const ID_NUMBER = 3
export const ID_DIGITS = 4
export const PRICE = 5
export const QTY = 6
export const SIDE = 7
export const TIME_MS = 8
export const TIME_MS_US = 9
export const TIME_DECIMALS = 10
export const TIME_NS = 11
export const TIME_CALENDAR = 12
export const PUSHED_MS = 13
export const PUSHED_MS_US = 14
export const SEQ = 15
export const FIRST = 16
export const LAST = 17
export const MATCHES = 18
export const TEXT = 19
export const NUMBER = 20
export const BOOL = 21
export const COUNT = 22
const ROWS = 23

/** Names in layouts; where a field is one thing in quotes and another without, the latter is `bare`. */
const FIELDS: Readonly<Record<string, { readonly quoted?: number; readonly bare?: number }>> = {
  symbol: { quoted: SYMBOL },
  id: { quoted: ID, bare: ID_NUMBER },
  'id:digits': { quoted: ID_DIGITS, bare: ID_DIGITS },
  price: { quoted: PRICE, bare: PRICE },
  qty: { quoted: QTY, bare: QTY },
  side: { quoted: SIDE, bare: SIDE },
  'time:ms': { quoted: TIME_MS, bare: TIME_MS },
  'time:ms|us': { quoted: TIME_MS_US, bare: TIME_MS_US },
  'time:ms.': { quoted: TIME_DECIMALS },
  'time:ns': { quoted: TIME_NS },
  'time:rfc3339': { quoted: TIME_CALENDAR },
  'pushed:ms': { quoted: PUSHED_MS, bare: PUSHED_MS },
  'pushed:ms|us': { quoted: PUSHED_MS_US, bare: PUSHED_MS_US },
  seq: { quoted: SEQ, bare: SEQ },
  first: { quoted: FIRST, bare: FIRST },
  last: { quoted: LAST, bare: LAST },
  matches: { quoted: MATCHES, bare: MATCHES },
  text: { quoted: TEXT },
  number: { bare: NUMBER },
  bool: { bare: BOOL },
  count: { quoted: COUNT, bare: COUNT },
  rows: { bare: ROWS },
}

/** Bytes that must stand next, and the field behind them. */
export interface Step extends Literal {
  readonly field: number
  /** The byte behind the field, at which text ends. */
  readonly stop: number
  /** Not in quotes: a number must be one of JSON. */
  readonly bare: boolean
  /** The words of a side, and the byte that the first one begins with. */
  readonly buyByte: number
  readonly buy: Literal
  readonly sell: Literal
}

export interface Template {
  /** Up to the first row, or the whole of a template without rows. */
  readonly head: readonly Step[]
  /** Behind the rows; null without. */
  readonly tail: readonly Step[] | null
  /** How many of these fields it has. */
  readonly count: (fields: readonly number[]) => number
}

/** All steps are made here, with the same keys in the same order: code for one kind of object is shorter. */
const stepOf = (
  { length, words, head, tail }: Literal,
  field: number,
  stop: number,
  bare: boolean,
  buy: string,
  sell: string,
): Step => ({
  length,
  field,
  head,
  tail,
  words,
  stop,
  bare,
  buyByte: buy === '' ? 0 : buy.charCodeAt(0),
  buy: buy === '' ? NOTHING : literalOf(buy),
  sell: sell === '' ? NOTHING : literalOf(sell),
})

const FIELD = /<([a-z]+)(?::([^>]*))?>/g
const NOTHING = literalOf(' ')

function fieldOf(name: string, form: string, quoted: boolean): number | undefined {
  const known = FIELDS[name === 'side' || form === '' ? name : `${name}:${form}`]
  return quoted ? known?.quoted : known?.bare
}

/** @throws Error for a template that says nothing sensible: a mistake of whoever wrote it */
export function templateOf(text: string): Template {
  const parts = [...text.matchAll(FIELD)]
  const steps: Step[] = []
  let from = 0
  let rows = -1
  let quoted = false
  const literalTo = (end: number): Literal => {
    const between = text.slice(from, end)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    if (between === '' || /[<>\\\x00-\x1f\x7f-\uffff]/.test(between))
      throw new Error(`layout: fields side by side, or no plain text: ${between} in ${text}`)
    if (between.split('"').length % 2 === 0) quoted = !quoted
    return literalOf(between)
  }
  for (const { 0: whole, 1: name = '', 2: form = '', index } of parts) {
    const literal = literalTo(index)
    const field = fieldOf(name, form, quoted)
    const [buy = '', sell = ''] = field === SIDE ? form.split('|') : []
    if (field === undefined || (field === SIDE && (sell === '' || buy[0] === sell[0])))
      throw new Error(`layout: no field ${whole} ${quoted ? 'in' : 'outside'} quotes: ${text}`)
    from = index + whole.length
    if (field === ROWS) rows = steps.length
    steps.push(
      stepOf(literal, field === ROWS ? END : field, text.charCodeAt(from), !quoted, buy, sell),
    )
  }
  steps.push(stepOf(literalTo(text.length), END, 0, true, '', ''))
  return {
    head: rows < 0 ? steps : steps.slice(0, rows + 1),
    tail: rows < 0 ? null : steps.slice(rows + 1),
    count: (fields) => steps.filter(({ field }) => fields.includes(field)).length,
  }
}
