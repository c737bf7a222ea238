import fc from 'fast-check'
import type { TapeColumns } from '../../../src/main/store/tape-columns.ts'
import { DecimalBuilder, decimalAt } from '../../../src/shared/domain/decimal-column.ts'
import { IdBuilder, idAt } from '../../../src/shared/domain/id-column.ts'

/** A trade as an object: the slow, obvious twin of a row of TapeColumns. */
export interface TapeRow {
  readonly id: string
  readonly price: string
  readonly qty: string
  readonly side: number
  readonly origin: number
  readonly matches: number
  readonly exchangeTime: number
  readonly exchangeMicros: number
  readonly receiveTime: number
}

export function columnsOf(rows: readonly TapeRow[]): TapeColumns {
  const count = rows.length
  const [id, price, qty] = [
    new IdBuilder(count),
    new DecimalBuilder(count),
    new DecimalBuilder(count),
  ]
  for (const [at, row] of rows.entries()) {
    id.set(at, row.id)
    price.set(at, row.price)
    qty.set(at, row.qty)
  }
  return {
    count,
    id: id.take(count),
    price: price.take(count),
    qty: qty.take(count),
    side: Uint8Array.from(rows, ({ side }) => side),
    origin: Uint8Array.from(rows, ({ origin }) => origin),
    matches: Uint32Array.from(rows, ({ matches }) => matches),
    exchangeTime: Float64Array.from(rows, ({ exchangeTime }) => exchangeTime),
    exchangeMicros: Int16Array.from(rows, ({ exchangeMicros }) => exchangeMicros),
    receiveTime: Float64Array.from(rows, ({ receiveTime }) => receiveTime),
  }
}

export const rowsOf = (columns: TapeColumns): TapeRow[] =>
  Array.from({ length: columns.count }, (_, at) => ({
    id: idAt(columns.id, at),
    price: decimalAt(columns.price, at),
    qty: decimalAt(columns.qty, at),
    side: columns.side[at] ?? -1,
    origin: columns.origin[at] ?? -1,
    matches: columns.matches[at] ?? -1,
    exchangeTime: columns.exchangeTime[at] ?? -1,
    exchangeMicros: columns.exchangeMicros[at] ?? -2,
    receiveTime: columns.receiveTime[at] ?? -1,
  }))

const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
const digits = (least: number, most: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: least, maxLength: most })

export const uuid = fc
  .tuple(hex(8), hex(4), hex(4), hex(4), hex(12))
  .map((parts) => parts.join('-'))

/** Ids of every kind that a section knows, and those that only look like one. */
const ID_KINDS: readonly fc.Arbitrary<string>[] = [
  fc.integer({ min: 1_000, max: 1_100 }).map(String),
  fc.maxSafeNat().map(String),
  uuid,
  uuid.map((id) => id.toUpperCase()),
  uuid.map((id) => id.replace('-', '+')),
  digits(25, 25),
  digits(0, 46),
  digits(5, 8).map((number) => `ETH-${number}`),
  digits(3, 4).map((number) => `ABCDEFGHIJKLMNOPQ${number}`),
  hex(24),
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '0', '00', '\u00ff', '\ud800', '9007199254740991', '9007199254740992'),
]

/** Canonical: a mantissa without trailing zeros behind the point. */
const decimal = (most: bigint, scale: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.bigInt({ min: -most, max: most }), fc.nat(scale))
    .map(([mantissa, places]) => canonical(mantissa, places))

function canonical(mantissa: bigint, places: number): string {
  const sign = mantissa < 0n ? '-' : ''
  const text = String(mantissa < 0n ? -mantissa : mantissa).padStart(places + 1, '0')
  if (places === 0) return sign + text
  const [whole, fraction] = [text.slice(0, -places), text.slice(-places).replace(/0+$/, '')]
  const value = fraction === '' ? whole : `${whole}.${fraction}`
  return value === '0' ? '0' : sign + value
}

const DECIMAL_KINDS: readonly fc.Arbitrary<string>[] = [
  fc.integer({ min: 9_990, max: 10_010 }).map((ticks) => canonical(BigInt(ticks), 2)),
  decimal(1_000_000n, 8),
  decimal(2n ** 53n - 1n, 22),
  decimal(2n ** 80n, 40),
  fc.constantFrom('0', '9007199254740991', '0.0000000000000000000001', '-0.5', ''),
  fc.string(),
  fc.string({ unit: 'binary' }).map((text) => `x${text}`),
]

const time = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_050 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 2 ** 42 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER) },
)

const mostly = <Value>(value: Value, rest: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: rest })

/** Columns of one kind, as a venue has them, or of all kinds in turn. */
const choice = <Value>(kinds: readonly fc.Arbitrary<Value>[]): fc.Arbitrary<fc.Arbitrary<Value>> =>
  fc.constantFrom(...kinds, fc.oneof(...kinds))

/** Rows of one market; often the same value in all of a column, often none at all. */
export const tapeRows = (maxLength: number): fc.Arbitrary<TapeRow[]> =>
  fc
    .record({
      id: choice(ID_KINDS),
      price: choice(DECIMAL_KINDS),
      qty: choice(DECIMAL_KINDS),
      side: choice([fc.constant(0), fc.constant(1), fc.nat(1)]),
      origin: choice([fc.constant(0), mostly(0, fc.nat(2))]),
      matches: choice([fc.constant(1), mostly(1, fc.nat(2 ** 32 - 1))]),
      micros: choice([fc.constant(-1), fc.integer({ min: -1, max: 999 })]),
      delay: choice([fc.constant(20), fc.integer({ min: -30, max: 80 })]),
    })
    .chain((kind) =>
      fc.array(
        fc
          .record({
            id: kind.id,
            price: kind.price,
            qty: kind.qty,
            side: kind.side,
            origin: kind.origin,
            matches: kind.matches,
            exchangeTime: time,
            exchangeMicros: kind.micros,
            delay: fc.oneof({ weight: 9, arbitrary: kind.delay }, { weight: 1, arbitrary: time }),
          })
          .map(({ delay, ...row }) => ({
            ...row,
            receiveTime: Math.min(Number.MAX_SAFE_INTEGER, row.exchangeTime + delay),
          })),
        { maxLength },
      ),
    )
    // What the columns make of a text is their own matter and tested with them.
    .map((rows) => rowsOf(columnsOf(rows)))
