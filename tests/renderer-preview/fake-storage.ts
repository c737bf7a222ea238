import type { MarketStorage, StorageReport } from '../../src/shared/contract/storage.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { DAY_MS, daysUntilFull, type StorageLimits } from '../../src/shared/domain/storage.ts'
import { epochMs } from '../../src/shared/domain/time.ts'

export type StorageKind = 'plain' | 'early' | 'full' | 'over' | 'low'

/** Made-up figures of the disk. */
export function fakeStorage(
  kind: StorageKind,
  markets: readonly MarketId[],
  limits: StorageLimits,
  now: number,
): StorageReport {
  const early = kind === 'early'
  const rolled = kind === 'full' || kind === 'over'
  const rows = markets.map(
    (market, i): MarketStorage => ({
      market,
      bytes: early ? 40_000 / (i + 1) : 2_400_000_000 / (i + 1) ** 2,
      bytesPerDay: early ? null : 88_000_000 / (i + 1) ** 2,
      first: epochMs(now - 30 * DAY_MS),
      keptFrom: rolled && i < 5 ? epochMs(now - (27 - i) * DAY_MS) : null,
    }),
  )
  const usedBytes = Math.round(rows.reduce((sum, { bytes }) => sum + bytes, 0) * 1.06)
  const bytesPerDay = early ? null : 141_000_000
  const freeBytes = kind === 'low' ? 412_000_000 : 84_000_000_000
  const budget =
    kind === 'over'
      ? usedBytes - 31_000_000
      : kind === 'full'
        ? usedBytes + 1_000
        : limits.budgetBytes
  return {
    at: epochMs(now),
    limits: { ...limits, budgetBytes: budget },
    fileBytes: usedBytes,
    usedBytes,
    freeBytes,
    bytesPerDay,
    measuredMs: early ? 1_200_000 : DAY_MS,
    budgetFullInDays: daysUntilFull(budget === null ? null : budget - usedBytes, bytesPerDay),
    diskFullInDays: daysUntilFull(freeBytes, bytesPerDay),
    markets: rows,
    rolledOff: rolled ? { at: epochMs(now - 600_000), trades: 4_812_220, bytes: 19_400_000 } : null,
  }
}
