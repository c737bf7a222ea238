import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileScanner } from '../../src/main/ingest/scanner.ts'
import { venues } from '../../src/main/venues/index.ts'
import { Fuzzing, faultOf, scanned, scanningOf } from '../fuzz/fuzzing.ts'
import { fixture, fixtureNames, reading } from './reading.ts'
import { asPrints } from './scanning.ts'
import { isSimulated, simulatedFrames } from './simulated-frames.ts'

/** Trade fixtures that are left to the reader, and why. */
const LEFT: Readonly<Record<string, string>> = {
  'okx/trade-2022.json': 'a row as it was before `count`',
  'binanceusdm/trade-match.json': 'single matches, a stream that is not asked for',
  'coinbase/last-match.json': 'replayed',
  'upbit/trade-snapshot.json': 'replayed',
  'bitget/snapshot.json': 'replayed',
  'kraken/snapshot.json': 'replayed',
  'htx/trade-old.json': 'older than a live trade',
  'kraken/trade-digits.json': 'a quantity of more digits than a double has',
  'gate/trade-two-numbers.json': 'a key twice',
}

const MUTATED = 4_000

describe.each(scanned.map((venue) => ({ name: venue.id, venue })))('$name', ({ venue }) => {
  const trades = fixtureNames(venue)
    .filter((name) => !name.startsWith('rest-'))
    .map((name) => ({ name, frame: fixture(venue, name) }))
    .filter(({ frame }) => reading(venue, frame).trades.length > 0)
  const scanning = scanningOf(venue)

  it.each(trades)('scans the fixture $name as the reader reads it', ({ name, frame }) => {
    scanning.prints.clear()
    const rows = scanning.scan(Buffer.from(frame))
    if (LEFT[`${venue.id}/${name}`] !== undefined) expect(rows).toBe(null)
    else expect(rows).toEqual(asPrints(reading(venue, frame).trades))
  })

  it('scans every trade frame of its simulator as the reader reads it', () => {
    if (!isSimulated(venue.id)) return
    for (const frame of simulatedFrames(venue.id, 500, 2)) {
      scanning.prints.clear()
      const rows = scanning.scan(Buffer.from(frame))
      expect(rows, frame).toEqual(asPrints(reading(venue, frame).trades))
    }
  })

  it('differs from the reader on no mutated frame: it takes the same trades or leaves it', () => {
    const fuzzing = new Fuzzing(venue, 20_260_601)
    for (let n = 0; n < MUTATED; n += 1) expect(fuzzing.try(n)).toBe(null)
    expect(fuzzing.taken).toBeGreaterThan(MUTATED / 50) // else nothing was tried
  })

  it('differs on none of the frames that were once trouble', () => {
    const folder = new URL(`../fixtures/fuzz-seeds/${venue.id}/`, import.meta.url)
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      scanning.prints.clear()
      expect(faultOf(scanning, readFileSync(new URL(name, folder))), name).toBe(null)
    }
  })
})

it('knows layouts of the venues with the most trades; a venue without them has no scanner', () => {
  expect(scanned.length).toBeGreaterThan(4)
  expect(compileScanner([])).toBe(null)
  for (const { stream } of venues) expect(() => compileScanner(stream.layouts ?? [])).not.toThrow()
})
