import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { venueById, venues } from '../../../src/main/venues/index.ts'
import { marketsOf } from '../../../src/main/venues/rest-rows.ts'
import * as wire from '../../../src/main/venues/wire.ts'
import type { VenueId } from '../../../src/shared/domain/market.ts'

describe('wire', () => {
  it.each(['0.35280000', '58', '9.2e-07', '1.16539E8', '0.00000001', '1e0'])(
    '%s is a decimal',
    (t) => expect(wire.decimal({ p: t }, 'p')).toBe(t),
  )

  it.each<unknown>([
    '0',
    '0.000',
    '0e5',
    '-1',
    '+1',
    '.5',
    '5.',
    '',
    'NaN',
    1.5,
    null,
    ['1'],
    ' 1',
    '1_0',
  ])('%j is no decimal above zero', (value) =>
    expect(() => wire.decimal({ p: value }, 'p')).toThrow(wire.WireError),
  )

  it.each<unknown>(['', 'a b', 'x'.repeat(65), -1, 1.5, 2 ** 53, null, {}, true])(
    '%j is no trade id',
    (value) => expect(() => wire.tradeId({ i: value }, 'i')).toThrow(wire.WireError),
  )

  it('seconds, microseconds and dates far off are no milliseconds', () => {
    for (const value of [1_750_000_000, 1_750_000_000_000_000, -1, 1.5, 'soon', '', null])
      expect(() => wire.millis({ t: value }, 't')).toThrow(wire.WireError)
    expect(wire.millis({ t: '1750000000000' }, 't')).toBe(1_750_000_000_000)
  })

  it('a time in microseconds is split without loss', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1e15, max: 9.007e15 }), (micros) => {
        const { ms, micros: rest = -1 } = wire.instant({ t: micros }, 't')
        expect(ms * 1_000 + rest).toBe(micros)
      }),
    )
  })

  it('RFC 3339 times are read as Date reads them, to the microsecond', () => {
    const digits = fc.stringMatching(/^\d{1,9}$/)
    fc.assert(
      fc.property(fc.integer({ min: 1e9, max: 9e9 }), digits, (seconds, fraction) => {
        const text = `${new Date(seconds * 1_000).toISOString().slice(0, 19)}.${fraction}Z`
        const { ms, micros } = wire.rfc3339({ t: text }, 't')
        const expected = seconds * 1e6 + Number(fraction.slice(0, 6).padEnd(6, '0'))
        expect(ms * 1_000 + micros).toBe(expected)
      }),
    )
    for (const text of ['', '2021-04-17', '2021-13-17T16:43:37Z', '2021-04-17T16:43:37+02:00'])
      expect(() => wire.rfc3339({ t: text }, 't')).toThrow(wire.WireError)
  })

  it('never reads through what is no object', () => {
    for (const value of [null, undefined, 1, 'text', true]) {
      expect(wire.text(value, 'a', 'b')).toBe('')
      expect(wire.rows(value, 'a')).toEqual([])
      expect(wire.inner(value, 'a')).toBeUndefined()
    }
  })
})

describe('instrument rows', () => {
  const id = 'x' as VenueId
  const row = (base: string, quote: string) => ({
    base,
    quote,
    venueSymbol: `${base}${quote}`,
    tickSize: '1',
    lotSize: '1',
  })

  it('one bad row costs itself only', () => {
    const rows = [
      row('BTC', 'USD'),
      row('', 'USD'),
      row('A B', 'USD'),
      row('A', 'B-C'),
      row('eth', 'usd'),
    ]
    const markets = marketsOf(id, rows, (r) => r as ReturnType<typeof row>)
    expect(markets.map(({ symbol }) => symbol)).toEqual(['BTC-USD', 'ETH-USD'])
  })

  it('a list without any market is an error', () => {
    expect(() => marketsOf(id, [], () => undefined)).toThrow(wire.WireError)
  })
})

describe('the list', () => {
  it('has each venue once and finds it by its id', () => {
    expect(new Set(venues.map(({ id }) => id)).size).toBe(venues.length)
    for (const venue of venues) expect(venueById(venue.id)).toBe(venue)
    expect(venueById('nowhere' as VenueId)).toBeUndefined()
  })
})
