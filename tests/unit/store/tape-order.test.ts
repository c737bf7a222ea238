import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TapeColumns } from '../../../src/main/store/tape-columns.ts'
import {
  ColumnJoiner,
  compareRows,
  joinColumns,
  tapeOrder,
} from '../../../src/main/store/tape-rows.ts'
import { DecimalBuilder, decimalAt } from '../../../src/shared/domain/decimal-column.ts'
import { IdBuilder, idAt } from '../../../src/shared/domain/id-column.ts'

interface Row {
  readonly time: number
  readonly id: string
  readonly micros: number
  readonly received: number
}

function columnsOf(rows: readonly Row[]): TapeColumns {
  const count = rows.length
  const [id, price, qty] = [
    new IdBuilder(count),
    new DecimalBuilder(count),
    new DecimalBuilder(count),
  ]
  for (const [at, row] of rows.entries()) {
    id.set(at, row.id)
    price.set(at, priceOf(at))
    qty.set(at, `${at}.5`)
  }
  return {
    count,
    id: id.take(count),
    price,
    qty,
    side: Uint8Array.from(rows, (_, at) => at % 2),
    origin: Uint8Array.from(rows, (_, at) => at % 3),
    matches: Uint32Array.from(rows, (_, at) => at + 1),
    exchangeTime: Float64Array.from(rows, ({ time }) => time),
    exchangeMicros: Int16Array.from(rows, ({ micros }) => micros),
    receiveTime: Float64Array.from(rows, ({ received }) => received),
  }
}

const sorted = (columns: TapeColumns): readonly number[] =>
  Array.from({ length: columns.count }, (_, row) => row).sort((a, b) => compareRows(columns, a, b))

const row = (most: number): fc.Arbitrary<Row> =>
  fc.record({
    time: fc.nat(most),
    id: fc.oneof(fc.nat(20).map(String), fc.constantFrom('a', 'b', 'c')),
    micros: fc.integer({ min: -1, max: 3 }),
    received: fc.nat(3),
  })

describe('tapeOrder', () => {
  it('is the order of a sort, whatever the rows are, and null where they have it already', () => {
    const rows = fc.integer({ min: 1, max: 40 }).chain((most) => fc.array(row(most)))
    fc.assert(
      fc.property(rows, (some) => {
        const columns = columnsOf(some)
        const expected = sorted(columns)
        const order = tapeOrder(columns)
        expect([...(order ?? columns.side.keys())]).toEqual(expected)
        if (order !== null) expect(expected.some((at, place) => at !== place)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('is the same where single rows are late, and where all of them lie the other way round', () => {
    const of = (time: number): Row => ({ time, id: String(time), micros: -1, received: 0 })
    const times = Array.from({ length: 500 }, (_, at) => at)
    for (const mixed of [[...times.slice(1), 0], times.toReversed(), [499, ...times.slice(0, 499)]])
      expect([...(tapeOrder(columnsOf(mixed.map(of))) ?? [])]).toEqual(
        sorted(columnsOf(mixed.map(of))),
      )
  })
})

/** Every third price is no decimal. */
const priceOf = (at: number): string => (at % 3 === 2 ? `text ${at}` : String(at))

const parts = fc.array(
  fc.array(row(9), { minLength: 1 }).chain((rows) =>
    fc.record({
      rows: fc.constant(rows),
      chosen: fc.option(fc.array(fc.nat(rows.length - 1))),
    }),
  ),
)

describe('columns that are joined', () => {
  // One for all runs: nothing of a join may be left in the next one.
  const joiner = new ColumnJoiner()
  const ways = { alone: joinColumns, 'in the same memory': joiner.join.bind(joiner) }

  for (const [name, join] of Object.entries(ways))
    it(`have the chosen rows of each part, ${name}`, () => {
      fc.assert(
        fc.property(parts, (some) => {
          const joined = join(
            some.map(({ rows, chosen }) => ({
              columns: columnsOf(rows),
              rows: chosen === null ? null : Uint32Array.from(chosen),
              count: chosen?.length ?? rows.length,
            })),
          )
          const all = some.flatMap(({ rows, chosen }) =>
            (chosen ?? [...rows.keys()]).map((at) => ({ at, of: rows[at] })),
          )
          expect(joined.count).toBe(all.length)
          for (const [place, { at, of }] of all.entries())
            expect({
              id: idAt(joined.id, place),
              price: decimalAt(joined.price, place),
              qty: decimalAt(joined.qty, place),
              side: joined.side[place],
              origin: joined.origin[place],
              matches: joined.matches[place],
              time: joined.exchangeTime[place],
              micros: joined.exchangeMicros[place],
              received: joined.receiveTime[place],
            }).toEqual({
              ...of,
              price: priceOf(at),
              qty: `${at}.5`,
              side: at % 2,
              origin: at % 3,
              matches: at + 1,
            })
          const texts = all.filter(({ at }) => at % 3 === 2).length
          expect(joined.price.texts.size).toBe(texts)
        }),
      )
    })
})
