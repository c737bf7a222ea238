import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exportName } from '../../../../src/main/services/export/export-name.ts'
import { type ExportRequest, FILE_FORMATS } from '../../../../src/shared/contract/export.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'

const at = (text: string) => epochMs(Date.parse(text))
const request: ExportRequest = {
  ...{ markets: ['okx:BTC-USDT' as MarketId], format: 'csv' },
  ...{ from: at('2026-01-31T00:00:00Z'), to: at('2026-02-01T12:30:05.250Z') },
}
const NAME = 'okx-BTC-USDT_20260131T000000Z_20260201T123005-250Z.csv'
const named = (fields: Partial<ExportRequest>, taken: readonly string[] = []) =>
  exportName({ ...request, ...fields }, false, taken)

describe('the name of an exported file', () => {
  it('says markets, stretch and format; and that it is the demo tape', () => {
    expect(named({})).toBe(NAME)
    expect(exportName(request, true, [])).toBe(`demo_${NAME}`)
    const markets = ['a:B-C', 'd:E-F', 'g:H-I', 'j:K-L'] as MarketId[]
    expect(named({ markets, format: 'parquet' })).toBe(
      'a-B-C_d-E-F_and-2-more_20260131T000000Z_20260201T123005-250Z.parquet',
    )
  })

  it.each([
    [[NAME], '-2'],
    [[NAME.toUpperCase()], '-2'],
    [[`${NAME}.part`], '-2'],
    [[`${NAME}.manifest.json`], '-2'],
    [[NAME, NAME.replace('.csv', '-2.csv')], '-3'],
    [[NAME.replace('.csv', '.ndjson')], ''],
  ])('is none that is taken: %j', (taken, more) => {
    expect(named({}, taken)).toBe(NAME.replace('.csv', `${more}.csv`))
  })

  it('is one plain name, whatever a market is called', () => {
    const times = fc.integer({ min: 0, max: 4_000_000_000_000 })
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 200, unit: 'grapheme' }), { minLength: 1, maxLength: 50 }),
        ...[times, times],
        fc.constantFrom(...FILE_FORMATS),
        fc.nat(4),
        (markets, from, to, format, before) => {
          const of = { markets: markets as MarketId[], from: epochMs(from), to: epochMs(to) }
          const taken: string[] = []
          for (let i = 0; i <= before; i += 1)
            taken.push(exportName({ ...of, format }, true, taken))
          expect(new Set(taken).size).toBe(before + 1)
          for (const name of taken) {
            expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*\.(?:csv|ndjson|parquet)$/)
            expect(name.length).toBeLessThan(230)
            expect(name).not.toContain('..')
          }
        },
      ),
    )
  })
})
