import type { EngineStatus } from '../../../shared/contract/status.ts'
import type { TapeEntry } from '../../state/tape.ts'

/** Prints worth `minNotional` or more. Without a filter the skipped lines stay in between. */
export function filterTape(
  entries: readonly TapeEntry[],
  minNotional: number,
): readonly TapeEntry[] {
  return minNotional <= 0
    ? entries
    : entries.filter((entry) => entry.kind === 'print' && entry.notional >= minNotional)
}

/** How many entries are newer than the newest one of a paused list. */
export function newerThan(entries: readonly TapeEntry[], paused: readonly TapeEntry[]): number {
  const last = paused[0]?.serial ?? 0
  const index = entries.findIndex(({ serial }) => serial <= last)
  return index < 0 ? entries.length : index
}

/**
 * What a full size bar stands for: the largest notional among the entries, rounded up to a power of
 * two so that the bars on screen keep their length while prints come and go.
 */
export function largest(entries: readonly TapeEntry[]): number {
  let most = 0
  for (const entry of entries)
    if (entry.kind === 'print' && entry.notional > most) most = entry.notional
  return most > 0 ? 2 ** Math.ceil(Math.log2(most)) : 0
}

/** 0 to 1. By the square root, so that small prints stay visible beside a whale. */
export const barLength = (notional: number, most: number): number =>
  most > 0 ? Math.sqrt(Math.min(1, notional / most)) : 0

/** What may be said of trades that are not shown; `all stored` only when that is so. */
export function skippedWords(engine: Pick<EngineStatus, 'store' | 'load'> | null) {
  if (engine === null) return 'tape.skippedLossy' as const
  const { store, load } = engine
  if (store.lostTrades + load.shedTrades > 0 || store.state === 'closed')
    return 'tape.skippedLossy' as const
  return store.state === 'ok' ? ('tape.skipped' as const) : ('tape.skippedWaiting' as const)
}

/** Steps of the size filter, in the quote currency. */
export const MINIMUMS = [0, 100, 1_000, 10_000, 50_000, 100_000, 500_000] as const
