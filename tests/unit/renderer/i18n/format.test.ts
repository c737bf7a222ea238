import { describe, expect, it } from 'vitest'
import { createFormat, DASH } from '../../../../src/renderer/i18n/format.ts'

const en = createFormat('en')
const vi = createFormat('vi')

describe('numbers', () => {
  it('never cuts a digit of the venue, and fills up to the usual number', () => {
    expect(en.exact('67012.4', 2)).toBe('67,012.40')
    expect(en.exact('0.000012340001', 8)).toBe('0.000012340001')
    expect(en.exact('123456789012345678.12345678', 2)).toBe('123,456,789,012,345,678.12345678')
    expect(vi.exact('67012.4', 2)).toBe('67.012,40')
  })
  it('shows what is missing as missing', () => {
    expect([
      en.fixed(null, 2),
      en.short(null),
      en.change(null),
      en.ms(null),
      en.bytes(null),
    ]).toEqual(Array(5).fill(DASH))
  })
  it('keeps small amounts visible', () => {
    expect(en.short(0.00123456)).toBe('0.00123')
    expect(en.short(12.345)).toBe('12.35')
    expect(en.short(3_049_000)).toBe('3.05M')
    expect(en.worth(0.874)).toBe('0.87')
    expect(en.worth(12_345.6)).toBe('12,346')
  })
  it('writes dollars with two digits that count, in cents at least', () => {
    expect(
      [0, 0.0021, 0.000_004_4, 0.5, 0.996, 3.5, 1_234.567].map((value) => en.money(value)),
    ).toEqual(['$0.00', '$0.0021', '$0.000004', '$0.50', '$1.00', '$3.50', '$1,234.57'])
    expect(en.money(null)).toBe(DASH)
    expect(vi.money(0.0021)).toMatch(/^0,0021\s\$$/)
  })
  it('writes what is given in percent, small ones with what counts', () => {
    expect([0, 0.0612, -0.42, 2.1, 87.4, 123.456].map((value) => en.percentage(value))).toEqual([
      '0%',
      '0.0612%',
      '-0.42%',
      '2.1%',
      '87.4%',
      '123.46%',
    ])
  })
  it('gives changes a sign, and none to zero', () => {
    expect([en.change(0.0123), en.change(-0.5), en.change(0)]).toEqual([
      '+1.23%',
      '-50.00%',
      '0.00%',
    ])
  })
  it('shows negative latency as negative', () => {
    expect(en.ms(-3.25)).toBe('-3.3 ms')
    expect(en.plainMs(0.421)).toBe('0.42')
    expect(en.plainMs(1_204)).toBe('1,204')
  })
  it('shows seconds with two digits that count, or whole', () => {
    expect([en.seconds(50), en.seconds(1_312), en.seconds(86_399_600)]).toEqual([
      '0.05s',
      '1.3s',
      '86,400s',
    ])
  })
  it('chooses units of size', () => {
    expect([en.bytes(0), en.bytes(412_000_000), en.bytes(1.25e12)]).toEqual([
      '0 byte',
      '412 MB',
      '1.3 TB',
    ])
  })
})

describe('ages', () => {
  it('steps from seconds to days and is never negative', () => {
    expect(en.age(-5_000)).toBe('0 sec')
    expect(en.age(59_999)).toBe('59 sec')
    expect(en.age(60_000)).toBe('1 min')
    expect(en.age(2 * 3_600_000 + 5 * 60_000)).toBe('2 hr 5 min')
    expect(en.age(75 * 3_600_000)).toBe('3 days 3 hr')
  })
  it('rounds a share neither up to all nor down to nothing', () => {
    const { share } = createFormat('en')
    expect([1, 0.99961, 0.9321, 0.00021, 0].map(share)).toEqual([
      '100%',
      '>99.9%',
      '93.2%',
      '<0.1%',
      '0%',
    ])
    expect(share(0.7 + 0.2 + 0.1)).toBe('100%')
  })

  it('tells a length under an hour to the second', () => {
    const { span } = createFormat('en')
    expect([7_000, 438_000, 60_000, 3_700_000].map(span)).toEqual([
      '7 sec',
      '7 min 18 sec',
      '1 min',
      '1 hr 1 min',
    ])
  })
})
