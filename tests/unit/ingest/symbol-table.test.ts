import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SymbolCache } from '../../../src/main/ingest/scan/symbols.ts'
import { SymbolTable } from '../../../src/main/ingest/symbol-table.ts'

/** A symbol amid other bytes, and where it stands. */
function amid(symbol: string): readonly [bytes: Buffer, from: number, to: number] {
  const bytes = Buffer.from(`"s":"${symbol}","t":1`)
  return [bytes, 5, 5 + Buffer.byteLength(symbol)]
}

const symbols = fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 300 })

describe('the table of symbols', () => {
  it('gives each symbol a number that stays while it grows', () => {
    fc.assert(
      fc.property(symbols, (names) => {
        const table = new SymbolTable()
        const numbers = names.map((name) => table.add(name))
        expect(numbers).toEqual(names.map((_, n) => n))
        expect(names.map((name) => table.add(name))).toEqual(numbers)
        expect(table.size).toBe(names.length)
        for (const [n, name] of names.entries()) {
          expect(table.name(n)).toBe(name)
          expect(table.find(name)).toBe(n)
          expect(table.findBytes(...amid(name))).toBe(n)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('knows nothing that was not added, near as it may be', () => {
    const table = new SymbolTable()
    table.add('BTCUSDT')
    for (const other of ['BTCUSD', 'BTCUSDTT', 'btcusdt', '', 'TDSUCTB', 'BTCUSDC']) {
      expect(table.find(other)).toBe(-1)
      expect(table.findBytes(...amid(other))).toBe(-1)
    }
    expect(table.name(1)).toBe('')
  })
})

describe('symbols found lately', () => {
  const find = (cache: SymbolCache, table: SymbolTable, symbol: string): number => {
    const [bytes, from, to] = amid(symbol)
    const view = new DataView(bytes.buffer)
    const all = new Uint8Array(bytes.buffer)
    return cache.find(table, all, view, bytes.byteOffset + from, bytes.byteOffset + to)
  }

  it('are those of the table, whatever was looked for before', () => {
    const name = fc.stringMatching(/^[AB]{1,18}$/)
    fc.assert(
      fc.property(fc.array(name), fc.array(name), (known, asked) => {
        const [table, cache] = [new SymbolTable(), new SymbolCache()]
        for (const symbol of known) table.add(symbol)
        for (const symbol of [...known, ...asked, ...known, ...asked])
          expect(find(cache, table, symbol), symbol).toBe(table.find(symbol))
      }),
    )
  })

  it('are looked up again when they were added meanwhile, and in another table', () => {
    const [table, other, cache] = [new SymbolTable(), new SymbolTable(), new SymbolCache()]
    expect(find(cache, table, 'BTCUSDT')).toBe(-1)
    table.add('ETHUSDT')
    table.add('BTCUSDT')
    expect(find(cache, table, 'BTCUSDT')).toBe(1)
    expect(find(cache, other, 'BTCUSDT')).toBe(-1)
    other.add('BTCUSDT')
    expect(find(cache, other, 'BTCUSDT')).toBe(0)
    expect(find(cache, table, 'BTCUSDT')).toBe(1)
  })
})
