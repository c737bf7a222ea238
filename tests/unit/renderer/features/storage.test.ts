import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isDiskLow,
  outlookOf,
  readBudget,
  readDays,
  readStorage,
  storageRows,
  toStorageDraft,
} from '../../../../src/renderer/features/settings/storage-model.ts'
import type { StorageReport } from '../../../../src/shared/contract/storage.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { NO_LIMITS } from '../../../../src/shared/domain/storage.ts'
import type { EpochMs } from '../../../../src/shared/domain/time.ts'

describe('the limits as they are typed', () => {
  it('are read and written back as they are', () =>
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 1_000_000, max: 999_999_000_000_000 })),
        fc.option(fc.integer({ min: 1, max: 36_500 })),
        fc.dictionary(
          fc.constantFrom('okx:BTC-USDT', 'a:B-C'),
          fc.integer({ min: 1, max: 36_500 }),
          {
            noNullPrototype: true,
          },
        ),
        (budgetBytes, keepDays, keepDaysByMarket) => {
          const limits = { budgetBytes, keepDays, keepDaysByMarket }
          expect(readStorage(toStorageDraft(limits))).toEqual(limits)
        },
      ),
    ))

  it.each([
    ['', null],
    [' 2.5 ', 2_500_000_000],
    ['2,5', 2_500_000_000],
    ['0.001', 1_000_000],
    ['0.0009', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['1.000.000', undefined],
    ['a lot', undefined],
  ])('a budget of %j is %j', (typed, bytes) => expect(readBudget(typed)).toBe(bytes))

  it.each([
    ['', null],
    ['1', 1],
    ['36500', 36_500],
    ['0', undefined],
    ['36501', undefined],
    ['1.5', undefined],
  ])('an age of %j is %j', (typed, days) => expect(readDays(typed)).toBe(days))

  it('are no limits while any of them is wrong, and an emptied market has none', () => {
    const draft = { budget: '1', keepDays: '', markets: { 'okx:BTC-USDT': '' } }
    expect(readStorage(draft)).toEqual({ ...NO_LIMITS, budgetBytes: 1_000_000_000 })
    expect(readStorage({ ...draft, markets: { 'okx:BTC-USDT': 'x' } })).toBeUndefined()
    expect(readStorage({ ...draft, budget: 'x' })).toBeUndefined()
    expect(readStorage({ ...draft, keepDays: 'x' })).toBeUndefined()
  })
})

const report = (
  fields: Partial<StorageReport>,
  budgetBytes: number | null = null,
): StorageReport => ({
  at: 0 as EpochMs,
  limits: { ...NO_LIMITS, budgetBytes },
  fileBytes: 100,
  usedBytes: 100,
  freeBytes: 50_000_000_000,
  bytesPerDay: 10,
  measuredMs: 1,
  budgetFullInDays: null,
  diskFullInDays: 40,
  markets: [],
  rolledOff: null,
  ...fields,
})

describe('what is said of the room that is left', () => {
  it.each([
    ['too early', report({ bytesPerDay: null, diskFullInDays: null }), { kind: 'early' }],
    ['no growth', report({ bytesPerDay: 0, diskFullInDays: null }), { kind: 'still' }],
    ['no budget', report({}), { kind: 'disk', days: 40 }],
    ['a budget', report({ budgetFullInDays: 7.5 }, 175), { kind: 'budget', days: 7.5 }],
    [
      'a budget larger than the disk',
      report({ budgetFullInDays: 90 }, 1_000),
      { kind: 'diskFirst', days: 40 },
    ],
    ['a full budget', report({ budgetFullInDays: 0 }, 100), { kind: 'full' }],
    [
      'a full budget, young',
      report({ budgetFullInDays: 0, bytesPerDay: null }, 100),
      { kind: 'full' },
    ],
    ['over it', report({ budgetFullInDays: 0 }, 60), { kind: 'over', bytes: 40 }],
  ])('%s', (_, given, outlook) => expect(outlookOf(given)).toEqual(outlook))

  it('knows when the disk is nearly full, and when nobody can say', () => {
    expect(isDiskLow(report({}))).toBe(false)
    expect(isDiskLow(report({ freeBytes: 999_999_999 }))).toBe(true)
    expect(isDiskLow(report({ freeBytes: null }))).toBe(false)
  })
})

it('lists the largest markets first, and those that only have a limit', () => {
  const market = (name: string, bytes: number) => ({
    market: name as MarketId,
    bytes,
    bytesPerDay: null,
    first: null,
    keptFrom: null,
  })
  const draft = { budget: '', keepDays: '', markets: { 'x:A-B': '3', 'okx:ETH-USDT': '2' } }
  const rows = storageRows(
    { markets: [market('okx:ETH-USDT', 1), market('okx:BTC-USDT', 2)] },
    draft,
  )
  expect(rows.map((row) => row.market)).toEqual(['okx:BTC-USDT', 'okx:ETH-USDT', 'x:A-B'])
})
