import { describe, expect, it } from 'vitest'
import { compileScanner } from '../../../src/main/ingest/scanner.ts'
import { SymbolTable } from '../../../src/main/ingest/symbol-table.ts'
import { venueById } from '../../../src/main/venues/index.ts'
import type { VenueId } from '../../../src/shared/domain/market.ts'
import { Prints } from '../../../src/shared/domain/prints.ts'
import { MARKETS } from '../../bench/harness/synthetic.ts'
import { eachTrade } from '../../bench/ingest/variants/raw-trades.ts'
import { DIALECTS } from '../../bench/server/dialects.ts'
import { makeFrames, textFrame } from '../../bench/server/frames.ts'
import { planOf } from '../../bench/server/pump.ts'

const COUNT = 2_000
const NOW = 1_790_000_000_000

/** The texts of the frames, taken apart as a client would. */
function texts(bytes: Buffer): readonly string[] {
  const found: string[] = []
  for (let at = 0; at < bytes.length; ) {
    expect(bytes[at]).toBe(0x81)
    const short = bytes[at + 1] ?? 0
    const [head, length] = short < 126 ? [2, short] : [4, bytes.readUInt16BE(at + 2)]
    found.push(bytes.toString('latin1', at + head, at + head + length))
    at += head + length
  }
  return found
}

describe.each(DIALECTS.map((dialect) => [dialect.venue, dialect] as const))('%s', (_, dialect) => {
  const frames = makeFrames(dialect, COUNT)
  frames.stampAll(NOW)

  it('makes frames of which every trade is once there, stamped until now', () => {
    const times: number[] = []
    const ids = new Set<string>()
    for (const text of texts(frames.bytes))
      eachTrade(JSON.parse(text), ({ symbol, id, price, qty, time }) => {
        expect(price).toBeGreaterThan(0)
        expect(qty).toBeGreaterThan(0)
        expect(ids.has(`${symbol} ${id}`)).toBe(false)
        ids.add(`${symbol} ${id}`)
        times.push(time)
      })
    expect(ids.size).toBe(COUNT)
    expect(times.at(-1)).toBe(NOW)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(times[0]).toBeGreaterThan(NOW - 60_000)
  })

  it('knows where each frame ends and how many trades were before', () => {
    expect(frames.ends.at(-1)).toBe(frames.bytes.length)
    expect(frames.trades.at(-1)).toBe(COUNT)
    expect(texts(frames.bytes)).toHaveLength(frames.ends.length)
    if (!dialect.bursts) expect(frames.ends).toHaveLength(COUNT)
    else expect(COUNT / frames.ends.length).toBeCloseTo(1.82, 1)
  })

  it('stamps one frame alone', () => {
    const other = makeFrames(dialect, 10)
    other.stamp(1, NOW)
    const [first = '', second = ''] = texts(other.bytes)
    expect(first).not.toContain(String(NOW))
    expect(second).toContain(String(NOW))
    expect(second).not.toContain('0000000000000')
  })

  it('cuts a run into a first fifth and the rest, whole frames', () => {
    const plan = planOf(frames, 1_000)
    expect(plan.trades).toBeGreaterThanOrEqual(1_000)
    expect(plan.trades).toBeLessThan(1_020)
    expect(plan.warmTrades).toBeGreaterThanOrEqual(200)
    expect(plan.warmTrades).toBeLessThan(220)
    expect(frames.trades[plan.warmFrames - 1]).toBe(plan.warmTrades)
    expect(planOf(frames, 10 * COUNT)).toMatchObject({ trades: COUNT, frames: frames.ends.length })
  })

  it('has the layout of the real frames: the scanner reads each of them', () => {
    const scanner = compileScanner(venueById(dialect.venue as VenueId)?.stream.layouts ?? [])
    const symbols = new SymbolTable()
    for (const market of MARKETS) symbols.add(dialect.symbol(market))
    const prints = new Prints()
    for (const text of texts(frames.bytes)) {
      const frame = Buffer.from(text)
      expect(scanner?.scan(frame, 0, frame.length, prints, symbols), text).toBe(true)
    }
    expect(prints.count).toBe(COUNT)
  })

  it('takes its own requests for all markets', () => {
    const symbols = MARKETS.map((market) => dialect.symbol(market))
    const answers = dialect.requests(symbols).map((request) => dialect.answer(request))
    expect(answers.flatMap((answer) => answer.symbols)).toEqual(symbols)
    expect(answers.every(({ replies }) => replies.length > 0)).toBe(true)
  })
})

it('frames texts of any length that a venue sends', () => {
  for (const length of [1, 125, 126, 1_000, 65_535])
    expect(texts(textFrame('x'.repeat(length)))).toEqual(['x'.repeat(length)])
  expect(() => textFrame('x'.repeat(65_536))).toThrow(RangeError)
})
