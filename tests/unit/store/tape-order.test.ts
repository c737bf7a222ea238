import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TapeColumns } from '../../../src/main/store/tape-columns.ts'
import { compareRows, joinColumns, tapeOrder } from '../../../src/main/store/tape-rows.ts'
import { DecimalBuilder } from '../../../src/shared/domain/decimal-column.ts'
import { IdBuilder } from '../../../src/shared/domain/id-column.ts'

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
    price.set(at, String(at))
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

describe('joinColumns', () => {
  it('takes the chosen rows of each part, whatever their ids are', () => {
    const parts = fc.array(
      fc.array(row(9), { minLength: 1 }).chain((rows) =>
        fc.record({
          rows: fc.constant(rows),
          chosen: fc.option(fc.array(fc.nat(rows.length - 1))),
        }),
      ),
    )
    fc.assert(
      fc.property(parts, (some) => {
        const joined = joinColumns(
          some.map(({ rows, chosen }) => ({
            columns: columnsOf(rows),
            rows: chosen === null ? null : Uint32Array.from(chosen),
            count: chosen?.length ?? rows.length,
          })),
        )
        const all = some.flatMap(({ rows, chosen }) =>
          (chosen ?? [...rows.keys()]).map((at) => ({ at, of: rows[at] })),
        )
        expect([...joined.exchangeTime]).toEqual(all.map(({ of }) => of?.time))
        expect([...joined.exchangeMicros]).toEqual(all.map(({ of }) => of?.micros))
        expect([...joined.receiveTime]).toEqual(all.map(({ of }) => of?.received))
        expect([...joined.side]).toEqual(all.map(({ at }) => at % 2))
        expect([...joined.origin]).toEqual(all.map(({ at }) => at % 3))
        expect([...joined.matches]).toEqual(all.map(({ at }) => at + 1))
        expect([...joined.price.mantissa]).toEqual(all.map(({ at }) => at))
        expect([...joined.qty.scale]).toEqual(all.map(() => 1))
      }),
    )
  })
})
