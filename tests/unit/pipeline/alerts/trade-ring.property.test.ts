import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RowSums } from '../../../../src/main/pipeline/alerts/row-sums.ts'
import { worthOf } from '../../../../src/main/pipeline/alerts/trade-page.ts'
import { type RingColumns, TradeRing } from '../../../../src/main/pipeline/alerts/trade-ring.ts'

// The ring against plain lists: rows as they come, by themselves and in the open page, rooms made, places looked for.

interface Row {
  readonly time: number
  readonly price: number
  readonly steps: number
  readonly side: number
}

interface Act {
  readonly seed: number
  readonly rows: number
  /** Rows by `push`, or written to the open page and told with `advance`. */
  readonly byPage: boolean
  /** Share of what is kept that may go when the next page is needed. */
  readonly forget: number
  readonly restart: boolean
}

const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.record({
    seed: fc.integer(),
    rows: fc.oneof(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 900, max: 3_000 })),
    byPage: fc.boolean(),
    forget: fc.constantFrom(0, 0.3, 0.9, 1),
    restart: fc.constantFrom(false, false, false, true),
  }),
  { minLength: 1, maxLength: 8 },
)
/** Of these some sums of 64 are not exact any more. */
const scales = fc.constantFrom(1, 1e6, 2 ** 46, 2 ** 50)

class Both {
  readonly ring = new TradeRing()
  /** The rows that the ring keeps, the first of them being number `base`. */
  rows: Row[] = []
  base = 0
  private time = 1_800_000_000_000

  act({ seed, rows, byPage, forget, restart }: Act, scale: number): void {
    if (restart) this.restart()
    const random = drawFrom(seed)
    for (let left = rows; left > 0; ) {
      if (this.ring.isFull) {
        this.ring.makeRoom(this.ring.tail + Math.floor(this.rows.length * forget))
        this.rows = this.rows.slice(this.ring.tail - this.base)
        this.base = this.ring.tail
      }
      const count = byPage ? Math.min(left, this.ring.room, 1 + Math.floor(random() * 90)) : 1
      for (let i = 0; i < count; i += 1) this.take(this.draw(random, scale), byPage ? i : -1)
      if (byPage) this.ring.advance(count)
      left -= count
    }
  }

  private draw(random: () => number, scale: number): Row {
    this.time += random() < 0.6 ? 0 : Math.floor(random() * 50)
    return {
      time: this.time,
      price: Math.round(random() * 1e4) / 100,
      steps: Math.floor(random() * scale),
      side: random() < 0.5 ? 0 : 1,
    }
  }

  private take(row: Row, place: number): void {
    const { ring } = this
    this.rows.push(row)
    if (place < 0) {
      ring.push(row.time, row.price, row.steps, row.side)
      return
    }
    const at = ring.place + place
    ring.open.time[at] = row.time
    ring.open.price[at] = row.price
    ring.open.steps[at] = row.steps
    ring.open.side[at] = row.side
  }

  private restart(): void {
    this.ring.restore(whole(this.ring))
    this.base = 0
  }
}

/** All rows of a ring, as they come back from where they were saved. */
function whole(ring: TradeRing): RingColumns {
  const parts = ring.parts()
  const doubles = (name: 'time' | 'price' | 'steps'): Float64Array =>
    Float64Array.from(parts.flatMap((part) => [...part[name]]))
  return {
    time: doubles('time'),
    price: doubles('price'),
    steps: doubles('steps'),
    side: Uint8Array.from(parts.flatMap(({ side }) => [...side])),
  }
}

function drawFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) | 0
    return (state >>> 0) / 2 ** 32
  }
}

const exactly = (sum: bigint): number => (sum < 2n ** 53n ? Number(sum) : Number.NaN)

const RUNS = Number(process.env.ALERT_RUNS ?? 60)

describe('a ring of trades', () => {
  it('keeps rows, finds times and sums stretches as lists do', {
    timeout: 60_000 + RUNS * 100,
  }, () => {
    fc.assert(
      fc.property(acts, scales, fc.array(fc.nat(), { minLength: 8 }), (all, scale, draws) => {
        const both = new Both()
        for (const act of all) {
          both.act(act, scale)
          const { ring, rows, base } = both
          expect([ring.tail, ring.head]).toEqual([base, base + rows.length])
          const columns = whole(ring)
          expect([...columns.time]).toEqual(rows.map(({ time }) => time))
          expect([...columns.side]).toEqual(rows.map(({ side }) => side))
          for (const draw of draws) checkStretch(both, draw)
        }
      }),
      { numRuns: RUNS },
    )
  })
})

function checkStretch({ ring, rows, base }: Both, draw: number): void {
  const from = draw % (rows.length + 1)
  const to = from + (((draw >>> 3) * 7) % (rows.length - from + 1))
  const within = rows.slice(from, to)
  const sums = new RowSums()
  const needsWorth = draw % 2 === 0
  sums.take(ring, base + from, base + to, needsWorth)
  const [volume, worth] = [total(within, ({ steps }) => steps), total(within, worthOfRow)]
  expect(sums.volume).toBe(exactly(volume))
  if (!Number.isNaN(sums.volume))
    expect(sums.net).toBe(
      within.reduce((sum, { steps, side }) => sum + (side === 0 ? steps : -steps), 0),
    )
  if (needsWorth) expect(sums.worth).toBe(exactly(worth))
  const time = (rows[draw % Math.max(1, rows.length)]?.time ?? 0) + (draw % 3) - 1
  const first = within.findIndex((row) => row.time >= time)
  expect(ring.since(base + from, base + to, time)).toBe(base + (first < 0 ? to : from + first))
  const some = rows[from]
  if (some === undefined) return
  const row = base + from
  expect([ring.timeAt(row), ring.priceAt(row), ring.stepsAt(row), ring.sideAt(row)]).toEqual([
    ...[some.time, some.price, some.steps, some.side],
  ])
  const page = ring.pageOf(row)
  const block = Math.floor((row % 1_024) / 64)
  const start = from - (row % 64)
  if (start < 0 || start + 64 > rows.length) return
  const prices = rows.slice(start, start + 64).map(({ price }) => price)
  expect([page.low[block], page.high[block]]).toEqual([Math.min(...prices), Math.max(...prices)])
}

const total = (rows: readonly Row[], of: (row: Row) => number): bigint =>
  rows.reduce((sum, row) => sum + BigInt(of(row)), 0n)
const worthOfRow = ({ price, steps }: Row): number => worthOf(price, steps)
