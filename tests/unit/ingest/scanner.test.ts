import { describe, expect, it } from 'vitest'
import { compileScanner, type Scanner } from '../../../src/main/ingest/scanner.ts'
import { SymbolTable } from '../../../src/main/ingest/symbol-table.ts'
import type { FrameLayout } from '../../../src/main/venues/venue.ts'
import { rfc3339 } from '../../../src/main/venues/wire.ts'
import { Prints } from '../../../src/shared/domain/prints.ts'

const ONE: FrameLayout = {
  frame:
    '{"s":"<symbol>","i":"<id>","p":"<price>","q":"<qty>","d":"<side:buy|sell>","T":<time:ms>}',
}
const MANY: FrameLayout = {
  frame: '{"m":"<symbol>","rows":[<rows>],"ts":<pushed:ms>}',
  rows: {
    each: '{"i":"<id>","p":"<price>","q":<qty>,"d":"<side:buy|sell>","T":<time:ms>}',
    order: 'time',
  },
}
const T = 1_700_000_000_000

const one = (id: string, price = '1.5'): string =>
  `{"s":"BTC-USDT","i":"${id}","p":"${price}","q":"0.25","d":"sell","T":${T}}`
const row = (id: string, time = T, qty = '1'): string =>
  `{"i":"${id}","p":"2.50","q":${qty},"d":"buy","T":${time}}`
const many = (...rows: readonly string[]): string =>
  `{"m":"BTC-USDT","rows":[${rows.join(',')}],"ts":${T + 9}}`

function setUp(...layouts: readonly FrameLayout[]) {
  const scanner = compileScanner(layouts) as Scanner
  const [prints, symbols] = [new Prints(), new SymbolTable()]
  symbols.add('ETH-USDT')
  symbols.add('BTC-USDT')
  const scanBytes = (frame: Buffer): boolean =>
    scanner.scan(frame, 0, frame.length, prints, symbols)
  const scan = (text: string): boolean => scanBytes(Buffer.from(text))
  return { scanner, prints, symbols, scan, scanBytes }
}
const ids = (prints: Prints): readonly string[] =>
  Array.from({ length: prints.count }, (_, n) => prints.text(n).id)

describe('the scanner', () => {
  it('adds a row for each frame of any of its layouts, in whatever order they come', () => {
    const { prints, scan } = setUp(ONE, MANY)
    for (const text of [one('a'), many(row('b'), row('c')), one('7'), many(row('8'))])
      expect(scan(text)).toBe(true)
    expect(ids(prints)).toEqual(['a', 'b', 'c', '7', '8'])
    expect(prints.text(0)).toEqual({
      id: 'a',
      price: '1.5',
      qty: '0.25',
      side: 'sell',
      time: T,
      extra: {},
    })
    expect(prints.text(2)).toEqual({
      id: 'c',
      price: '2.5',
      qty: '1',
      side: 'buy',
      time: T,
      extra: { pushed: T + 9 },
    })
    expect([...prints.symbol.subarray(0, 5)]).toEqual([1, 1, 1, 1, 1])
  })

  it('leaves no trace of a frame that goes wrong in its last byte', () => {
    const { prints, scan } = setUp(ONE, MANY)
    scan(one('first'))
    const good = many(row('x'), row('y'), row('z'))
    for (let length = 0; length < good.length; length += 1)
      expect(scan(good.slice(0, length))).toBe(false)
    expect(scan(`${good} `)).toBe(false)
    expect(ids(prints)).toEqual(['first'])
    expect(prints.id.used).toBe('first'.length)
    expect(scan(good)).toBe(true)
    expect(ids(prints)).toEqual(['first', 'x', 'y', 'z'])
  })

  it('does not look beyond the end of a frame for what would complete it', () => {
    const { scanBytes, scanner, prints, symbols } = setUp(ONE)
    const memory = Buffer.from(`${one('a')}${one('b')}`)
    const length = one('a').length
    for (let cut = 0; cut < length; cut += 1) {
      expect(scanBytes(memory.subarray(0, cut))).toBe(false)
      expect(scanner.scan(memory, 0, cut, prints, symbols)).toBe(false)
      const alone = Buffer.from(Uint8Array.from(memory.subarray(0, cut)).buffer)
      expect(scanBytes(alone)).toBe(false) // where memory ends, too
    }
    expect(scanner.scan(memory, length, memory.length, prints, symbols)).toBe(true)
    expect(scanBytes(memory.subarray(0, length))).toBe(true)
    expect(ids(prints)).toEqual(['b', 'a'])
  })

  it('takes a frame of more rows than the columns had room for', () => {
    const { prints, scan } = setUp(MANY)
    const rows = Array.from({ length: 3_000 }, (_, n) => row(`id-${10_000 + n}`, T + n, `${n + 1}`))
    expect(scan(many(...rows))).toBe(true)
    expect(prints.count).toBe(3_000)
    expect(prints.text(2_999)).toMatchObject({ id: 'id-12999', qty: '3000', time: T + 2_999 })
    expect(prints.text(1_234).extra).toEqual({ pushed: T + 9 })
  })

  it('hands rows over oldest first, and leaves those in no order to the reader', () => {
    const { prints, scan } = setUp(MANY)
    const [a, b, c] = [row('10', T), row('11', T), row('12', T + 1)]
    expect(scan(many(c, b, a))).toBe(true)
    expect(scan(many(a, b, c))).toBe(true)
    expect(ids(prints)).toEqual(['10', '11', '12', '10', '11', '12'])
    for (const rows of [
      [b, a, c],
      [c, a, b],
      [a, c, b],
    ])
      expect(scan(many(...rows))).toBe(false)
    expect(scan(many(row('9'), row('10')))).toBe(true) // as numbers, and texts by their length
    expect(scan(many(row('a9'), row('a10')))).toBe(true)
    expect(scan(many(row('9'), row('a')))).toBe(false)
  })

  it('leaves markets alone that nobody asked for', () => {
    const { prints, symbols, scan } = setUp(ONE)
    expect(scan(one('1').replace('BTC', 'LTC'))).toBe(false)
    symbols.add('LTC-USDT')
    expect(scan(one('1').replace('BTC', 'LTC'))).toBe(true)
    expect(prints.symbol[0]).toBe(2)
  })

  it.each([
    ['0.0000000000000000000001', true],
    ['0.00000000000000000000001', false],
    ['9007199254740991', true],
    ['9007199254740992', false],
    ['90071992547409.91000', true],
    ['90071992547409.92', false],
    ['1.2e3', true],
    ['120e-1', true],
    ['1e22', false],
    ['1e-22', true],
    ['1e1000', false],
    ['00.5', true], // text may have it; a number may not
    ['0.000', false],
    ['1.', false],
    ['.5', false],
    ['-1', false],
    ['+1', false],
    ['1,5', false],
    ['', false],
  ])('takes the price %s: %s', (price, taken) => {
    const { prints, scan } = setUp(ONE)
    expect(scan(one('1', price))).toBe(taken)
    if (!taken) return
    const exact = new Prints()
    exact.add(0, { id: '1', price, qty: '1', side: 'buy', time: T, extra: undefined })
    expect(prints.text(0).price).toBe(exact.text(0).price)
    expect(prints.price.mantissa[0]).toBe(exact.price.mantissa[0])
    expect(prints.price.scale[0]).toBe(exact.price.scale[0])
  })

  it('takes numbers of JSON only where no quotes are', () => {
    const { scan } = setUp(MANY)
    expect(scan(many(row('1', T, '0.5')))).toBe(true)
    for (const qty of ['00.5', '01', '.5', '1.', '"1"', '-1', ' 1'])
      expect(scan(many(row('1', T, qty))), qty).toBe(false)
  })
})

/** What a scanner with this field for its time makes of a value; null when it leaves it alone. */
function timeOf(form: string, value: string): readonly number[] | null {
  const field = form === 'rfc3339' ? `"<time:${form}>"` : `<time:${form}>`
  const { prints, scan } = setUp({ frame: ONE.frame.replace('<time:ms>', field) })
  const quoted = form === 'rfc3339' ? `"${value}"` : value
  if (!scan(one('1').replace(String(T), quoted))) return null
  return [prints.time[0] ?? Number.NaN, prints.micros[0] ?? Number.NaN]
}

describe('times', () => {
  it.each([
    ['2024-02-29T23:59:59Z', true],
    ['2026-02-28T23:59:59.9Z', true],
    ['2001-09-09T01:46:40Z', true],
    ['2100-02-28T12:00:00.123456789Z', true],
    ['2026-12-31T00:00:00.000001Z', true],
    ['2026-02-29T00:00:00Z', false],
    ['2100-02-29T00:00:00Z', false],
    ['2026-04-31T00:00:00Z', false],
    ['2026-13-01T00:00:00Z', false],
    ['2026-00-01T00:00:00Z', false],
    ['2026-01-00T00:00:00Z', false],
    ['2026-01-01T24:00:00Z', false],
    ['2026-01-01T00:60:00Z', false],
    ['2026-01-01T00:00:60Z', false],
    ['2001-09-09T01:46:39Z', false],
    ['2026-01-01T00:00:00.Z', false],
    ['2026-01-01T00:00:00.1234567890Z', false],
    ['2026-01-01T00:00:00', false],
    ['2026-01-01 00:00:00Z', false],
    ['2026-01-01T00:00:00+00:00', false],
  ])('%s is scanned: %s', (text, taken) => {
    const { ms, micros } = taken ? rfc3339({ text }, 'text') : { ms: 0, micros: 0 }
    expect(timeOf('rfc3339', text)).toEqual(taken ? [ms, micros] : null)
  })

  it('are milliseconds of 13 digits, or microseconds of 16 that a double holds', () => {
    expect(timeOf('ms|us', '1700000000123')).toEqual([1_700_000_000_123, -1])
    expect(timeOf('ms|us', '1700000000123045')).toEqual([1_700_000_000_123, 45])
    expect(timeOf('ms|us', '9007199254740991')).toEqual([9_007_199_254_740, 991])
    for (const value of ['9007199254740992', '999999999999', '17000000001230', '170000000012304'])
      expect(timeOf('ms|us', value), value).toBe(null)
    for (const value of ['0700000000123', '17000000001230', '1700000000123045'])
      expect(timeOf('ms', value), value).toBe(null)
  })
})

describe('a print that joins matches', () => {
  const layout = { frame: ONE.frame.replace('}', ',"n":"<first>-<last>"}') }
  it.each([
    ['7-7', 1],
    ['0-0', 1],
    ['7-9', 3],
    ['1-4294967295', 4_294_967_295],
    ['1-4294967296', null],
    ['9-7', null],
    ['07-9', null],
    ['1000000000000000-1000000000000001', null],
  ])('of the matches %s counts %s', (range, matches) => {
    const { prints, scan } = setUp(layout)
    expect(scan(one('1').replace('}', `,"n":"${range}"}`))).toBe(matches !== null)
    if (matches === null) return
    expect(prints.matches[0]).toBe(matches)
    expect(prints.seq[0]).toBe(Number(range.split('-')[1]))
  })
})

describe('a layout that cannot be one is refused', () => {
  const rows = { each: MANY.rows?.each ?? '', order: 'id' as const }
  it.each<readonly [string, FrameLayout]>([
    ['an unknown field', { frame: ONE.frame.replace('<id>', '<name>') }],
    ['an unknown form', { frame: ONE.frame.replace('<time:ms>', '<time:s>') }],
    ['a field outside its quotes', { frame: ONE.frame.replace('"<symbol>"', '<symbol>') }],
    ['two fields side by side', { frame: ONE.frame.replace('<price>', '<price><text>') }],
    ['a field twice', { frame: ONE.frame.replace('<qty>', '<price>') }],
    ['a trade without a time', { frame: ONE.frame.replace('<time:ms>', '<number>') }],
    ['a side with one word', { frame: ONE.frame.replace('buy|sell', 'buy') }],
    ['sides that begin alike', { frame: ONE.frame.replace('buy|sell', 'bid|buy') }],
    ['text that JSON would escape', { frame: ONE.frame.replace('"s"', '"\\u0073"') }],
    ['rows nobody describes', { frame: MANY.frame }],
    ['rows without their place', { frame: ONE.frame, rows }],
    ['a last number without a first', { frame: ONE.frame.replace('}', ',"l":<last>}') }],
  ])('%s', (_, layout) => {
    expect(() => compileScanner([layout])).toThrow(/^layout: /)
  })
})
