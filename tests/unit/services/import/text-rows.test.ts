import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvFields } from '../../../../src/main/services/import/csv-fields.ts'
import { boundsAt } from '../../../../src/main/services/import/import-row.ts'
import { LineSplitter, MOST_LINE } from '../../../../src/main/services/import/line-splitter.ts'
import { emptyRow, textFormat } from '../../../../src/main/services/import/text-format.ts'
import { venues } from '../../../../src/main/venues/index.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'

describe('fields of a line', () => {
  it.each([
    ['a,b', ['a', 'b']],
    ['a,b\r', ['a', 'b']],
    ['', ['']],
    [',', ['', '']],
    ['"a","b"', ['a', 'b']],
    ['"a,b",c', ['a,b', 'c']],
    ['"a""b",', ['a"b', '']],
    ['"",x', ['', 'x']],
    ['a"b,c', null],
    ['"a', null],
    ['"a"b,c', null],
    ['x,"a', null],
  ])('%j', (line, fields) => expect(csvFields(line)).toEqual(fields))

  it('come back from any text that is quoted', () => {
    const text = fc.string().filter((each) => !/[\r\n]/.test(each))
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (fields) => {
        const line = fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')
        expect(csvFields(line)).toEqual(fields)
      }),
    )
  })
})

describe('lines', () => {
  const linesOf = (bytes: Buffer, cuts: readonly number[]): (string | null)[] => {
    const splitter = new LineSplitter()
    const places = [...cuts, bytes.length].sort((a, b) => a - b)
    let from = 0
    const lines = places.flatMap((to) => {
      const piece = bytes.subarray(from, to)
      from = to
      return piece.length > 0 ? splitter.push(piece) : []
    })
    return [...lines, ...splitter.end()]
  }

  it('are the same however the bytes are cut', () => {
    const text = fc.array(fc.string({ unit: 'grapheme' }).map((s) => s.replaceAll('\n', '')))
    fc.assert(
      fc.property(text, fc.array(fc.nat(400)), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
        const within = cuts.filter((at) => at <= bytes.length)
        const [first, ...rest] = lines
        const expected = first === undefined ? [] : [first.replace(/^\uFEFF/, ''), ...rest]
        expect(linesOf(bytes, within)).toEqual(expected)
      }),
    )
  })

  it('that are too long cost themselves only, and no memory', () => {
    const long = 'x'.repeat(6 * MOST_LINE)
    const bytes = Buffer.from(`a\n${long}\nb\n${'y'.repeat(MOST_LINE + 1)}\nc`)
    expect(linesOf(bytes, [])).toEqual(['a', null, 'b', null, 'c'])
    const cuts = Array.from({ length: 100 }, (_, at) => at * 5_000)
    expect(linesOf(bytes, cuts)).toEqual(['a', null, 'b', null, 'c'])
    expect(linesOf(Buffer.from(long), [1_000])).toEqual([null])
  })
})

const NOW = 1_780_000_000_000
const archives = venues.flatMap(({ id, archives: layouts = [] }) => [{ venue: id, layouts }])
const ask = (lines: readonly string[], more: object = {}) =>
  textFormat({
    ...{ file: 'x.csv', lines, format: 'auto', archives, bounds: boundsAt(NOW) },
    market: 'binance:BTC-USDT' as MarketId,
    ...more,
  })

/** What the lines say, or why not. */
function read(lines: readonly string[], more: object = {}) {
  const found = ask(lines, more)
  if (!found.ok) return found.failure.message
  return lines.slice(found.value.header ? 1 : 0).map((line) => {
    const row = emptyRow()
    return found.value.read(line, row) ?? row
  })
}

const row = (fields: object) => ({
  ...emptyRow(),
  market: 'binance:BTC-USDT',
  receiveTime: NOW,
  ...fields,
})

describe('published files of a venue', () => {
  const first = {
    id: '4429400200',
    price: '93576.00000000',
    qty: '0.00010000',
    buy: false,
    exchangeTime: 1_735_689_600_000,
  }

  it('spot trades: milliseconds before 2025, microseconds after', () => {
    const early = '4429400200,93576.00000000,0.00010000,9.35760000,1735689600000,True,True'
    const late = '4429400201,93576.01000000,0.5,46788.005,1735689600007123,False,True'
    expect(read([early, late])).toEqual([
      row(first),
      row({
        ...{ id: '4429400201', price: '93576.01000000', qty: '0.5', buy: true },
        ...{ exchangeTime: 1_735_689_600_007, exchangeMicros: 123 },
      }),
    ])
  })

  it('with a header', () => {
    const lines = [
      'id,price,qty,quote_qty,time,is_buyer_maker,is_best_match',
      '4429400200,93576.00000000,0.00010000,9.35760000,1735689600000,true,true',
    ]
    expect(read(lines)).toEqual([row(first)])
  })

  it('aggregates of spot are known by their last match', () => {
    const line =
      '3358000000,93576.00000000,0.00010000,4429400197,4429400200,1735689600000,True,True'
    expect(read([line])).toEqual([row({ ...first, matches: 4 })])
  })

  it('aggregates of perpetuals keep their id', () => {
    const market = 'binanceusdm:BTC-USDT-PERP' as MarketId
    const lines = [
      'agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker',
      '2500000000,93576.0,0.001,5800000001,5800000003,1735689600012,true',
    ]
    expect(read(lines, { market })).toEqual([
      row({
        ...{ market, id: '2500000000', price: '93576.0', qty: '0.001', buy: false },
        ...{ exchangeTime: 1_735_689_600_012, matches: 3 },
      }),
    ])
  })

  it.each([
    ['1,2,3', 'it has 3 columns instead of 7'],
    ['x,1,1,1,1735689600000,True,True', 'the id "x" is no number'],
    ['5,-1,1,1,1735689600000,True,True', 'the price "-1" is no plain number'],
    ['5,0.000,1,1,1735689600000,True,True', 'the price "0.000" is out of range'],
    ['5,1e99,1,1,1735689600000,True,True', 'the price "1e99" is out of range'],
    ['5,1,NaN,1,1735689600000,True,True', 'the quantity "NaN" is no plain number'],
    ['5,1,1,1,17356896,True,True', 'the time "17356896" is out of range'],
    ['5,1,1,1,9735689600000,True,True', 'the time "9735689600000" is out of range'],
    [
      '5,1,1,1,1735689600000000000,True,True',
      'the time "1735689600000000000" is no number of milliseconds',
    ],
    ['5,1,1,1,1735689600000,yes,True', 'column 6, "yes", is not true or false'],
    ['5,1,1,?,1735689600000,True,True', 'column 4, "?", is no number'],
    ['5,"1,1,1,1735689600000,True,True', 'its quotes do not match'],
    ['\u00005,1,1,1,1735689600000,True,True', 'the id "\\u00005" holds signs that no id has'],
  ])('refuses %j', (line, reason) => {
    const good = '4429400200,93576.00000000,0.00010000,9.35760000,1735689600000,True,True'
    expect(read([good, line])).toEqual([row(first), reason])
  })

  it('says what to do when it cannot be read', () => {
    const good = '4429400200,93576.00000000,0.00010000,9.35760000,1735689600000,True,True'
    expect(read([good], { market: null })).toContain('say which with --market')
    expect(read([good], { format: 'okx' })).toContain('do not go together')
    expect(read(['a,b', 'c,d'])).toBe(
      'its first lines are of no format that is known: tapedeck, tardis, binance trades, binance aggTrades',
    )
    expect(read([good], { file: 'ETHUSDT-trades-2025-01-01.csv' })).toContain(
      'its name says ETHUSDT',
    )
    expect(read([good], { file: 'BTCUSDT-aggTrades-2025-01-01.csv' })).toHaveLength(1)
    expect(read([''])).toBe('it is empty')
  })
})

describe('tardis files', () => {
  const header = 'exchange,symbol,timestamp,local_timestamp,id,side,price,amount'
  const line = 'kraken,XBT/USD,1583020803145123,1583020803150456,abc-1,sell,8551.5,1e-05'
  const market = 'kraken:BTC-USD' as MarketId

  it('have microseconds and a time of receipt', () => {
    expect(read([header, line], { market })).toEqual([
      row({
        ...{ market, id: 'abc-1', price: '8551.5', qty: '1e-05', buy: false },
        ...{ exchangeTime: 1_583_020_803_145, exchangeMicros: 123 },
        receiveTime: 1_583_020_803_150,
      }),
    ])
  })

  it('are of one symbol, whose rows have a side and an id', () => {
    const other = line.replace('XBT/USD', 'ETH/USD')
    const unknown = line.replace('sell', 'unknown')
    const nameless = line.replace('abc-1', '')
    expect(read([header, line, other, unknown, nameless], { market })).toEqual([
      expect.objectContaining({ id: 'abc-1' }),
      'it is of "kraken ETH/USD", the rows before of "kraken XBT/USD"',
      'the side "unknown" is not buy or sell',
      'there is no id',
    ])
  })

  it('of derivatives are not taken', () => {
    expect(read([header, line], { market: 'okx:BTC-USDT-PERP' })).toContain('count contracts')
  })
})

describe('our own files', () => {
  const header = 'venue,symbol,id,price,qty,side,ts,recvTs,tsMicros'
  it('CSV and NDJSON say the same', () => {
    const csv = 'okx,BTC-USDT,7,1.5,2,buy,1700000000001,1700000000009,1700000000001042'
    const json =
      '{"venue":"okx","symbol":"BTC-USDT","id":"7","price":"1.5","qty":"2","side":"buy",' +
      '"ts":1700000000001,"recvTs":1700000000009,"tsMicros":1700000000001042}'
    const expected = row({
      ...{ market: 'okx:BTC-USDT', id: '7', price: '1.5', qty: '2', buy: true },
      ...{ exchangeTime: 1_700_000_000_001, exchangeMicros: 42, receiveTime: 1_700_000_000_009 },
    })
    expect(read([header, csv], { market: null })).toEqual([expected])
    expect(read([json], { market: null })).toEqual([expected])
  })

  it('with a market, others are refused', () => {
    const csv = 'okx,BTC-USDT,7,1.5,2,buy,1700000000001,1700000000009,'
    expect(read([header, csv], { market: 'okx:ETH-USDT' })).toEqual([
      'it is of okx:BTC-USDT, and only okx:ETH-USDT is wanted',
    ])
  })

  it.each([
    ['{"venue":"okx"}', '"okx:" is no market'],
    ['[1]', 'it is no JSON object'],
    ['{', 'it is no JSON'],
    ['null', 'it is no JSON object'],
  ])('NDJSON %j is refused', (line, reason) => {
    const good =
      '{"venue":"okx","symbol":"BTC-USDT","id":"7","price":"1.5","qty":"2","side":"buy","ts":1700000000001,"recvTs":1700000000009}'
    expect(read([good, line], { market: null })).toEqual([expect.anything(), reason])
  })
})
