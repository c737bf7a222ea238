import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { venueById, venues } from '../../../src/main/venues/index.ts'
import { byAge, marketsOf, oldestFirst, stepOf } from '../../../src/main/venues/rest-rows.ts'
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

  it('epoch seconds and milliseconds with decimals are read without loss', () => {
    const fraction = fc.stringMatching(/^\d{1,12}$/)
    fc.assert(
      fc.property(fc.integer({ min: 1e9, max: 9e9 }), fraction, (seconds, behind) => {
        const expected = seconds * 1e6 + Number(behind.slice(0, 6).padEnd(6, '0'))
        const read = wire.epoch({ t: `${seconds}.${behind}` }, 't')
        expect(read.ms * 1_000 + read.micros).toBe(expected)
        expect(read.digits).toBe(behind.length)
        const millis = wire.epoch({ t: `${seconds}123.${behind}` }, 't')
        expect(millis.ms).toBe(seconds * 1_000 + 123)
        expect(millis.micros).toBe(Number(behind.slice(0, 3).padEnd(3, '0')))
      }),
    )
    expect(wire.epoch({ t: 1_616_336_594 }, 't')).toEqual({
      ms: 1_616_336_594_000,
      micros: 0,
      digits: 0,
    })
    for (const t of ['0999999999', '123456789', '12345678901', '1e9', '-1616336594', '', null, {}])
      expect(() => wire.epoch({ t }, 't')).toThrow(wire.WireError)
  })

  it('entries are those of an object and of nothing else', () => {
    expect(wire.entriesOf({ result: { a: 1 } }, 'result')).toEqual([['a', 1]])
    for (const result of [null, [], 'text', 1, undefined])
      expect(() => wire.entriesOf({ result }, 'result')).toThrow(wire.WireError)
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

  it('a whole number of any length keeps its digits, and nothing else is one', () => {
    expect(wire.digits({ i: '15240467980000001' }, 'i')).toBe('15240467980000001')
    for (const value of ['', '-1', '1.5', '1e3', 'abc', 12, null, '9'.repeat(21)])
      expect(() => wire.digits({ i: value }, 'i')).toThrow(wire.WireError)
  })

  it('nanoseconds are split into milliseconds and microseconds, the rest is cut off', () => {
    fc.assert(
      fc.property(fc.bigInt(10n ** 18n, 10n ** 19n - 1n), (value) => {
        const { ms, micros } = wire.nanos({ t: String(value) }, 't')
        expect(BigInt(ms) * 1_000n + BigInt(micros)).toBe(value / 1_000n)
      }),
    )
    for (const value of ['', '1660608000023', 1660608000023000000, '16606080000230000000', null])
      expect(() => wire.nanos({ t: value }, 't')).toThrow(wire.WireError)
  })

  it('an HTTP date is whole seconds', () => {
    expect(wire.httpDate('Wed, 18 Apr 2018 10:23:46 GMT')).toBe(1524047026000)
    for (const header of [null, '', 'soon', 'Thu, 01 Jan 1970 00:00:00 GMT'])
      expect(() => wire.httpDate(header)).toThrow(wire.WireError)
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

describe('steps and order of rows', () => {
  it('a number of decimals is a step', () => {
    const steps = ['0', '1', '2', '8'].map((places) => stepOf({ p: places }, 'p'))
    expect(steps).toEqual(['1', '0.1', '0.01', '0.00000001'])
    for (const places of ['', '-1', '1.5', '31', 'two', null])
      expect(() => stepOf({ p: places }, 'p')).toThrow(wire.WireError)
  })

  const trade = fc.record({
    id: fc.bigInt(0n, 10n ** 20n - 1n).map(String),
    price: fc.constant('1'),
    qty: fc.constant('1'),
    side: fc.constant<'buy'>('buy'),
    time: fc.integer({ min: 0, max: 9 }),
  })

  it('rows in any order come oldest first, by id or by time, and none is lost', () => {
    fc.assert(
      fc.property(fc.array(trade), fc.constantFrom<'id' | 'time'>('id', 'time'), (rows, order) => {
        const handed: typeof rows = []
        oldestFirst(
          rows,
          order,
          (row) => row as (typeof rows)[number],
          (t) => handed.push(t as (typeof rows)[number]),
        )
        expect(handed.toSorted(byAge.time)).toEqual(rows.toSorted(byAge.time))
        for (const [n, next] of handed.entries()) {
          const before = handed[n - 1] ?? next
          const later = BigInt(next.id) >= BigInt(before.id)
          expect(
            order === 'id'
              ? later
              : next.time > before.time || (next.time === before.time && later),
          ).toBe(true)
        }
      }),
    )
  })

  it('a row that cannot be read is thrown after the others', () => {
    const handed: string[] = []
    const read = (row: unknown) => {
      if (row === 'bad') throw new wire.WireError('bad row')
      return { id: String(row), price: '1', qty: '1', side: 'buy' as const, time: 0 }
    }
    expect(() => oldestFirst(['3', 'bad', '1'], 'id', read, ({ id }) => handed.push(id))).toThrow(
      'bad row',
    )
    expect(handed).toEqual(['1', '3'])
  })
})

describe('the list', () => {
  it('has each venue once and finds it by its id', () => {
    expect(new Set(venues.map(({ id }) => id)).size).toBe(venues.length)
    for (const venue of venues) expect(venueById(venue.id)).toBe(venue)
    expect(venueById('nowhere' as VenueId)).toBeUndefined()
  })
})
