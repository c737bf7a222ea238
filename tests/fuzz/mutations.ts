import type { Random } from '../../src/main/simulator/random.ts'

/** What stands between quotes, behind a colon or in a list, may become any of these. */
const NUMBERS = [
  ...[
    '0',
    '-0',
    '-1',
    '00',
    '01',
    '1.',
    '.5',
    '0.0',
    '0.00000',
    '1.0',
    '1e5',
    '1E5',
    '1e-5',
    '1e+05',
  ],
  ...['1e', '1e+', '0e0', '1e400', '1e-400', '1e22', '1e23', '1e-22', '1e-23', '10e-1', '12e1'],
  ...[
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '900719925474099.10',
    '+1',
    ' 1',
    '1 ',
  ],
  ...[
    '0.1234567890123456',
    '0.12345678901234567',
    '123456789.000000000000000000000',
    '0x10',
    '1_0',
  ],
  ...[
    '0.0000000000000000000001',
    '0.00000000000000000000001',
    '90071992547409.91',
    '90071992547409.92',
  ],
  ...['999999999999', '1000000000000', '9999999999999', '10000000000000', '1633998523963000'],
  ...[
    '999999999999999',
    '1000000000000000',
    '16339985239630000',
    '1633998523963000000',
    '123456789012345678901',
  ],
  ...[
    '12345678901234567890',
    '18446744073709551616',
    '4294967295',
    '4294967296',
    'NaN',
    'Infinity',
    '1-2',
    '2-1',
    '0-0',
  ],
  ...[
    '1633998523.963',
    '1633998523963.',
    '1633998523963.1',
    '1633998523963.12',
    '1633998523963.1234567890123',
  ],
]
const TEXTS = [
  ...[
    '',
    ' ',
    'true',
    'false',
    'null',
    'buy',
    'sell',
    'Buy',
    'Sell',
    'B',
    'A',
    'BID',
    'ASK',
    'BUY',
    'buys',
  ],
  ...[
    'BTCUSDT',
    'BTC-USDT',
    'BTC',
    'btcusdt',
    'X',
    'ä',
    '币',
    '\\u0041',
    '\\n',
    '\\"',
    '\u007f',
    '\t',
  ],
  ...[
    '2026-02-29T00:00:00Z',
    '2024-02-29T23:59:59.999999999Z',
    '2026-02-30T00:00:00Z',
    '2026-04-31T00:00:00.1Z',
  ],
  ...[
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
  ],
  ...[
    '1970-01-01T00:00:00Z',
    '2001-09-09T01:46:40Z',
    '2286-11-20T17:46:40Z',
    '2026-01-01t00:00:00z',
    '2026-01-01T00:00:00',
  ],
  ...[
    'a_b-c',
    '__proto__',
    'x'.repeat(64),
    'x'.repeat(65),
    '7f43950a-0d8d-5b31-8112-0178eb6023b0',
    '-1',
    '007',
  ],
]
const VALUES = ['null', 'true', 'false', '{}', '[]', '[null]', '""', '"x"', '0', '-5', '{"a":1}']
const BYTES = '"\\{}[]:,.-+eE0189 \t\n\u0000\u001f\u007f~AZaz_|<>'

const TOKEN = /"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|true|false|null/g
const PAIR = /"[\w-]+":(?:"[^"]*"|[\w.+-]+)/g

type Mutation = (text: string, draw: Random, other: string) => string

const pick = <T>(list: readonly T[], draw: Random): T => list[draw.whole(list.length)] as T

/** Puts something in the place of one match of a pattern. */
function replaceOne(text: string, pattern: RegExp, draw: Random, make: (found: string) => string) {
  const found = [...text.matchAll(pattern)]
  const chosen = found[draw.whole(Math.max(1, found.length))]
  if (chosen === undefined) return text
  const { 0: whole, index } = chosen
  return text.slice(0, index) + make(whole) + text.slice(index + whole.length)
}

const inQuotes = (token: string): boolean => token.startsWith('"')

function place(text: string, draw: Random, put: string, remove: number): string {
  const at = draw.whole(text.length + 1)
  return text.slice(0, at) + put + text.slice(at + remove)
}

/** Objects of a list, where they are side by side. */
function shuffleRows(text: string, draw: Random): string {
  const open = text.indexOf('[{')
  const close = text.lastIndexOf('}]')
  if (open < 0 || close < open) return text
  const rows = text.slice(open + 1, close + 1).split(/(?<=\}),(?=\{)/)
  const kind = draw.whole(4)
  if (kind === 0) rows.reverse()
  else if (kind === 1) rows.push(pick(rows, draw))
  else if (kind === 2) rows.splice(draw.whole(rows.length), 1)
  else rows.sort(() => draw.next() - 0.5)
  return text.slice(0, open + 1) + rows.join(',') + text.slice(close + 1)
}

function reorderKeys(text: string, draw: Random): string {
  const pairs = [...text.matchAll(PAIR)]
  const [a, b] = [pick(pairs, draw), pick(pairs, draw)].sort(
    (x, y) => (x?.index ?? 0) - (y?.index ?? 0),
  )
  if (a === undefined || b === undefined || a === b) return text
  const [endA, endB] = [a.index + a[0].length, b.index + b[0].length]
  return text.slice(0, a.index) + b[0] + text.slice(endA, b.index) + a[0] + text.slice(endB)
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  digit: (text, draw) => replaceOne(text, /\d/g, draw, () => String(draw.whole(10))),
  'digit more': (text, draw) => replaceOne(text, /\d/g, draw, (d) => d + draw.whole(10)),
  'digit less': (text, draw) => replaceOne(text, /\d/g, draw, () => ''),
  zeros: (text, draw) => replaceOne(text, /\d(?!\d)/g, draw, (d) => d + '0'.repeat(draw.whole(20))),
  point: (text, draw) =>
    replaceOne(text, /\d/g, draw, (d) => (draw.next() < 0.5 ? `${d}.` : `.${d}`)),
  number: (text, draw) =>
    replaceOne(text, TOKEN, draw, (t) =>
      inQuotes(t) ? `"${pick(NUMBERS, draw)}"` : pick(NUMBERS, draw),
    ),
  text: (text, draw) => replaceOne(text, /"[^"]*"/g, draw, () => `"${pick(TEXTS, draw)}"`),
  value: (text, draw) => replaceOne(text, TOKEN, draw, () => pick(VALUES, draw)),
  quotes: (text, draw) =>
    replaceOne(text, TOKEN, draw, (t) => (inQuotes(t) ? t.slice(1, -1) : `"${t}"`)),
  'token of another frame': (text, draw, other) =>
    replaceOne(text, TOKEN, draw, () => pick(other.match(TOKEN) ?? ['0'], draw)),
  bit: (text, draw) =>
    replaceOne(text, /[\s\S]/g, draw, (c) =>
      String.fromCharCode(c.charCodeAt(0) ^ (1 << draw.whole(8))),
    ),
  byte: (text, draw) => place(text, draw, pick([...BYTES], draw), 1),
  insert: (text, draw) => place(text, draw, pick([...BYTES], draw), 0),
  delete: (text, draw) => place(text, draw, '', 1 + draw.whole(8)),
  swap: (text, draw) => replaceOne(text, /[\s\S]{2}/g, draw, (two) => `${two[1]}${two[0]}`),
  repeat: (text, draw) => {
    const at = draw.whole(text.length)
    const part = text.slice(at, at + 1 + draw.whole(40))
    return text.slice(0, at) + part + text.slice(at)
  },
  truncate: (text, draw) => text.slice(0, draw.whole(text.length)),
  concatenate: (text, _, other) => text + other,
  splice: (text, draw, other) =>
    text.slice(0, draw.whole(text.length)) + other.slice(draw.whole(other.length)),
  whitespace: (text, draw) =>
    replaceOne(text, /[{}[\]:,]/g, draw, (c) => (draw.next() < 0.5 ? `${c} ` : `\n${c}`)),
  'other keys order': reorderKeys,
  'key twice': (text, draw, other) =>
    replaceOne(text, PAIR, draw, (pair) => {
      const again = pick([pair, ...(other.match(PAIR) ?? [])], draw)
      return draw.next() < 0.5 ? `${pair},${again}` : `${again},${pair}`
    }),
  'key gone': (text, draw) => replaceOne(text, new RegExp(`${PAIR.source},?`, 'g'), draw, () => ''),
  escape: (text, draw) =>
    replaceOne(text, /[\w]/g, draw, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
  unicode: (text, draw) =>
    place(text, draw, pick(['é', '币', '\ufeff', '\u2028', '😀', '\ud800'], draw), 0),
  rows: shuffleRows,
  huge: (text, draw) =>
    replaceOne(text, /[\w]/g, draw, (c) =>
      c.repeat(20 + draw.whole(draw.next() < 0.01 ? 20_000 : 60)),
    ),
}

export const MUTATION_NAMES = Object.keys(MUTATIONS)

export interface Mutated {
  readonly text: string
  /** What was done, in order. */
  readonly how: readonly string[]
}

/** A frame with one to four things changed in it; one most often. */
export function mutatedFrame(text: string, other: string, draw: Random): Mutated {
  const how: string[] = []
  let changed = text
  do {
    const name = pick(MUTATION_NAMES, draw)
    changed = MUTATIONS[name]?.(changed, draw, other) ?? changed
    how.push(name)
  } while (how.length < 4 && draw.next() < 0.35)
  return { text: changed, how }
}
