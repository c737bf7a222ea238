import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanned, scanningOf } from '../fuzz/fuzzing.ts'
import { frameOf, oddValue, rising, rowValues } from './layout-frames.ts'
import { reading } from './reading.ts'
import { asPrints } from './scanning.ts'

const cases = scanned.flatMap((venue) =>
  (venue.stream.layouts ?? []).map((layout, n) => ({
    name: `${venue.id} ${n + 1}`,
    venue,
    layout,
  })),
)

// Frames made from each layout: what a venue may well send is scanned, whatever the values; what it may
// not send is left to the reader or read as the reader reads it.
describe.each(cases)('layout $name', ({ venue, layout }) => {
  const scanning = scanningOf(venue)
  const symbols = Array.from({ length: scanning.symbols.size }, (_, n) => scanning.symbols.name(n))
  const most = layout.rows === undefined ? 1 : 5

  it('is scanned whatever the trades are', () => {
    fc.assert(
      fc.property(
        fc.array(rowValues, { minLength: 1, maxLength: most }),
        fc.boolean(),
        (rows, back) => {
          const late =
            layout.freshMs === undefined
              ? rows
              : rows.map((row) => ({ ...row, time: 1.7e12 + (row.time % 20_000) }))
          const sent = back ? rising(late).toReversed() : rising(late)
          const frame = frameOf(layout, sent, symbols)
          const read = reading(venue, frame)
          scanning.prints.clear()
          const scan = scanning.scan(Buffer.from(frame))
          // Without an order of ids, rows of one millisecond stand as they came, and not the wrong way round.
          if (scan !== null || !back || layout.rows?.order !== 'sent')
            expect(scan, frame).toEqual(asPrints(read.trades))
        },
      ),
      { numRuns: 150 },
    )
  })

  it('with odd values is left alone or read as the reader reads it', () => {
    const odds = fc.array(
      fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: oddValue }),
      { minLength: 40, maxLength: 80 },
    )
    fc.assert(
      fc.property(fc.array(rowValues, { minLength: 1, maxLength: most }), odds, (rows, put) => {
        let n = 0
        const odd = (): string | null => put[n++ % put.length] ?? null
        const frame = frameOf(layout, rows, symbols, odd)
        scanning.prints.clear()
        expect(scanning.fault(Buffer.from(frame)), frame).toBe(null)
      }),
      { numRuns: 400 },
    )
  })
})
