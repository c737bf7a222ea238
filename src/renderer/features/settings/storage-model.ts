import type { MarketStorage, StorageReport } from '../../../shared/contract/storage.ts'
import type { StorageLimits } from '../../../shared/domain/storage.ts'

const GB = 1_000_000_000
const LEAST_BUDGET = 1_000_000
const MOST_DAYS = 36_500
/** Below this the disk is nearly full. */
const LITTLE_ROOM = GB
/** A budget with less room than this share of it is full: what comes next rolls something off. */
const FULL_SHARE = 0.01

/** The limits as they are typed; empty: none. */
export interface StorageDraft {
  readonly budget: string
  readonly keepDays: string
  /** Of markets with a limit of their own. */
  readonly markets: Readonly<Record<string, string>>
}

export const toStorageDraft = (limits: StorageLimits): StorageDraft => ({
  budget: limits.budgetBytes === null ? '' : String(limits.budgetBytes / GB),
  keepDays: limits.keepDays === null ? '' : String(limits.keepDays),
  markets: Object.fromEntries(
    Object.entries(limits.keepDaysByMarket).map(([market, days]) => [market, String(days)]),
  ),
})

/** Bytes of a number of GB, with a point or a comma; null: none; undefined: not a budget. */
export function readBudget(typed: string): number | null | undefined {
  const text = typed.trim()
  if (text === '') return null
  if (!/^\d{1,6}([.,]\d{1,9})?$/.test(text)) return undefined
  const bytes = Math.round(Number(text.replace(',', '.')) * GB)
  return bytes >= LEAST_BUDGET ? bytes : undefined
}

/** A whole number of days; null: none; undefined: not a number of days. */
export function readDays(typed: string): number | null | undefined {
  const text = typed.trim()
  if (text === '') return null
  if (!/^\d{1,5}$/.test(text)) return undefined
  const days = Number(text)
  return days >= 1 && days <= MOST_DAYS ? days : undefined
}

/** The limits of a whole draft; undefined while any of it is wrong. */
export function readStorage(draft: StorageDraft): StorageLimits | undefined {
  const budgetBytes = readBudget(draft.budget)
  const keepDays = readDays(draft.keepDays)
  if (budgetBytes === undefined || keepDays === undefined) return undefined
  const keepDaysByMarket: Record<string, number> = {}
  for (const [market, typed] of Object.entries(draft.markets)) {
    const days = readDays(typed)
    if (days === undefined) return undefined
    if (days !== null) keepDaysByMarket[market] = days
  }
  return { budgetBytes, keepDays, keepDaysByMarket }
}

/** What is to be said of the room that is left. `days` may be a fraction. */
export type Outlook =
  | { readonly kind: 'early' | 'still' | 'full' }
  | { readonly kind: 'over'; readonly bytes: number }
  | { readonly kind: 'budget' | 'disk' | 'diskFirst'; readonly days: number }

export function outlookOf(report: StorageReport): Outlook {
  const { usedBytes, bytesPerDay, budgetFullInDays, diskFullInDays } = report
  const { budgetBytes } = report.limits
  if (budgetBytes !== null) {
    if (usedBytes > budgetBytes) return { kind: 'over', bytes: usedBytes - budgetBytes }
    if (budgetBytes - usedBytes < FULL_SHARE * budgetBytes) return { kind: 'full' }
  }
  if (bytesPerDay === null) return { kind: 'early' }
  if (budgetFullInDays === null)
    return diskFullInDays === null ? { kind: 'still' } : { kind: 'disk', days: diskFullInDays }
  return diskFullInDays !== null && diskFullInDays < budgetFullInDays
    ? { kind: 'diskFirst', days: diskFullInDays }
    : { kind: 'budget', days: budgetFullInDays }
}

export const isDiskLow = ({ freeBytes }: StorageReport): boolean =>
  freeBytes !== null && freeBytes < LITTLE_ROOM

/** A line of the table: a market on the tape, or one that only has a limit. */
export type StorageRow = Pick<MarketStorage, 'bytes' | 'bytesPerDay' | 'keptFrom'> & {
  readonly market: string
}

/** The largest first. */
export function storageRows(
  { markets }: Pick<StorageReport, 'markets'>,
  { markets: limited }: StorageDraft,
): readonly StorageRow[] {
  const known = new Set<string>(markets.map(({ market }) => market))
  const others = Object.keys(limited)
    .filter((market) => !known.has(market))
    .map((market) => ({ market, bytes: 0, bytesPerDay: null, keptFrom: null }))
  return [...markets, ...others].sort((a, b) => b.bytes - a.bytes || (a.market < b.market ? -1 : 1))
}
