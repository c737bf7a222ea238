import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exportChunks, exportRow } from '../../../../src/main/services/export/export-text.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import type { Trade } from '../../../../src/shared/domain/trade.ts'

const trade: Trade = {
  market: 'okx:BTC-USDT' as MarketId,
  id: '9007199254740993',
  price: '0.00000092',
  qty: '116539000',
  side: 'sell',
  exchangeTime: epochMs(1_700_000_000_123),
  receiveTime: epochMs(1_700_000_000_145),
  matches: 3,
  origin: 'backfill',
}
const text = (trades: readonly Trade[], format: 'ndjson' | 'csv', size?: number): string =>
  [...exportChunks(trades, format, size)].map((chunk) => chunk.text).join('')

describe('export', () => {
  it('writes exactly the agreed fields', () => {
    expect(text([trade], 'ndjson')).toBe(
      '{"venue":"okx","symbol":"BTC-USDT","id":"9007199254740993","price":"0.00000092",' +
        '"qty":"116539000","side":"sell","ts":1700000000123,"recvTs":1700000000145}\n',
    )
  })

  it('adds microseconds where the venue gave them, zero among them', () => {
    expect(exportRow({ ...trade, exchangeMicros: 0 }).tsMicros).toBe(1_700_000_000_123_000)
    expect(exportRow({ ...trade, exchangeMicros: 999 }).tsMicros).toBe(1_700_000_000_123_999)
    expect(exportRow(trade)).not.toHaveProperty('tsMicros')
  })

  it('writes CSV with a header, even of nothing', () => {
    const header = 'venue,symbol,id,price,qty,side,ts,recvTs,tsMicros\n'
    expect(text([], 'csv')).toBe(header)
    expect(text([trade], 'csv')).toBe(
      `${header}okx,BTC-USDT,9007199254740993,0.00000092,116539000,sell,1700000000123,1700000000145,\n`,
    )
    expect(text([{ ...trade, id: 'a"b,c' }], 'csv')).toContain(',"a""b,c",')
    expect(text([], 'ndjson')).toBe('')
  })

  it('gives the same text in whole lines, whatever the size of the pieces', () => {
    const many = Array.from({ length: 50 }, (_, at) => ({ ...trade, id: String(at) }))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), fc.boolean(), (size, csv) => {
        const format = csv ? 'csv' : 'ndjson'
        const chunks = [...exportChunks(many, format, size)]
        expect(chunks.every((chunk) => chunk.text.endsWith('\n'))).toBe(true)
        expect(chunks.reduce((sum, chunk) => sum + chunk.trades, 0)).toBe(50)
        expect(chunks.map((chunk) => chunk.text).join('')).toBe(text(many, format))
      }),
    )
  })

  it('pulls no further than it was asked for', () => {
    let pulled = 0
    const endless = function* (): Generator<Trade> {
      for (;;) {
        pulled += 1
        yield trade
      }
    }
    const chunks = exportChunks(endless(), 'ndjson', 1_000)
    chunks.next()
    chunks.next()
    expect(pulled).toBeLessThan(20)
    chunks.return(undefined)
  })
})
