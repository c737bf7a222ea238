import fc from 'fast-check'
import type { FrameLayout } from '../../src/main/venues/venue.ts'

/** Values of one row, and of what the frame says for all of its rows. */
interface Row {
  readonly time: number
  readonly micros: number
  readonly id: number
  readonly symbol: number
  readonly buy: boolean
  readonly matches: number
  readonly late: number
  readonly price: string
  readonly qty: string
  readonly text: string
  readonly number: string
  readonly digits: number
}

const decimal = fc
  .tuple(fc.nat({ max: 999_999 }), fc.nat({ max: 99_999_999 }), fc.nat({ max: 8 }))
  .map(([whole, fraction, digits]) =>
    digits === 0
      ? `${whole + 1}`
      : `${whole}.${String(fraction + 1)
          .padStart(8, '0')
          .slice(-digits)}`,
  )
  .filter((text) => /[1-9]/.test(text))

const plainText = fc.stringMatching(/^[!#-[\]-~ ]{0,70}$/)
const anyNumber = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => JSON.stringify(n)),
)

export const rowValues: fc.Arbitrary<Row> = fc.record({
  time: fc.integer({ min: 1e12, max: 9_007_199_000_000 }),
  micros: fc.nat({ max: 999 }),
  id: fc.nat({ max: 9_007_199_254_000_000 }),
  symbol: fc.nat(),
  buy: fc.boolean(),
  matches: fc.integer({ min: 1, max: 100_000 }),
  late: fc.nat({ max: 5_000 }),
  price: decimal,
  qty: decimal,
  text: plainText,
  number: anyNumber,
  digits: fc.nat({ max: 5 }),
})

const calendar = ({ time, micros, digits }: Row): string => {
  const fraction = `${String(time % 1_000).padStart(3, '0')}${String(micros).padStart(3, '0')}`
  const behind = digits === 0 ? '' : `.${fraction.slice(0, digits + 1)}`
  return `${new Date(time - (time % 1_000)).toISOString().slice(0, 19)}${behind}Z`
}

/** What a venue may write for a field; `form` is what stands behind the colon. */
function written(name: string, form: string, row: Row, symbols: readonly string[]): string {
  switch (`${name}:${form}`) {
    case 'symbol:':
      return symbols[row.symbol % symbols.length] ?? ''
    case 'id:':
      return String(row.id)
    case 'id:digits':
      return `${row.id}${'7'.repeat(Math.min(row.digits, 20 - String(row.id).length))}`
    case 'price:':
      return row.price
    case 'qty:':
      return row.qty
    case 'time:ms':
      return String(row.time)
    case 'time:ms|us':
      return `${row.time}${row.digits > 2 ? String(row.micros).padStart(3, '0') : ''}`
    case 'time:ms.':
      return `${row.time}${row.digits > 0 ? `.${'4875309'.slice(0, row.digits)}` : ''}`
    case 'time:ns':
      return `${row.time}${String(row.micros).padStart(3, '0')}789`
    case 'time:rfc3339':
      return calendar(row)
    case 'pushed:ms':
      return String(row.time + row.late)
    case 'pushed:ms|us':
      return `${row.time + row.late}${row.digits > 2 ? '042' : ''}`
    case 'seq:':
    case 'count:':
      return String((row.id % 1e12) + 1)
    case 'first:':
      return String(row.id % 1e12)
    case 'last:':
      return String((row.id % 1e12) + row.matches - 1)
    case 'matches:':
      return String(row.matches)
    case 'text:':
      return row.text
    case 'number:':
      return row.number
    case 'bool:':
      return String(row.buy)
    default: {
      const [buy = '', sell = ''] = form.split('|')
      return row.buy ? buy : sell
    }
  }
}

/** What a hostile or broken venue may write. */
export const oddValue = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '00',
    '01',
    '1.',
    '.5',
    '1.50',
    '0.0',
    '1e3',
    '1E-3',
    '12.5e+1',
    '1e999',
    'null',
  ),
  fc.constantFrom(
    '9007199254740991',
    '9007199254740992',
    '0.1234567890123456789012',
    '1.0000000000000000000000000',
  ),
  fc.constantFrom(
    'true',
    'false',
    'buy',
    'sell',
    'B',
    'A',
    'Buy',
    '\\u0041',
    '\\"',
    '"',
    'ä',
    '\u0000',
    ' 1',
    '1 ',
  ),
  fc.constantFrom(
    '999999999999',
    '1700000000000',
    '1700000000000000',
    '17000000000000000',
    '1700000000000000000',
  ),
  fc.constantFrom(
    '2026-02-29T00:00:00Z',
    '2024-02-29T00:00:00.5Z',
    '2026-01-01T24:00:00Z',
    '0001-01-01T00:00:00Z',
  ),
  fc.nat().map(String),
  fc.maxSafeInteger().map(String),
  fc.double().map(String),
  fc.bigInt().map(String),
  fc.string({ maxLength: 70 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
)

const FIELD = /<([a-z]+)(?::([^>]*))?>/g

/** A frame of a layout; `odd` may put something else in the place of any value. */
export function frameOf(
  { frame, rows }: FrameLayout,
  values: readonly Row[],
  symbols: readonly string[],
  odd: () => string | null = () => null,
): string {
  const [first] = values
  if (first === undefined) throw new Error('a frame has a row')
  const filled = (template: string, row: Row): string =>
    template.replace(
      FIELD,
      (_, name: string, form = '') => odd() ?? written(name, form, row, symbols),
    )
  const [head = '', tail = ''] = frame.split('<rows>')
  if (rows === undefined) return filled(frame, first)
  const list = values.map((row) => filled(rows.each, row)).join(',')
  return `${filled(head, first)}${list}${filled(tail, first)}`
}

/** Rows as a venue sends them: each later than the one before, with a higher id. */
export function rising(rows: readonly Row[]): readonly Row[] {
  let { id } = rows[0] ?? { id: 0 }
  return rows
    .toSorted((a, b) => a.time - b.time)
    .map((row) => {
      id += 1 + (row.id % 1_000)
      return { ...row, id, digits: rows[0]?.digits ?? 0 }
    })
}
