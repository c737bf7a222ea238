import type { MarketId } from '../../shared/domain/market.ts'
import type { TapeReader, TradeFilter } from '../store/store.ts'
import { type Given, UsageError } from './arguments.ts'
import { instant, market } from './values.ts'

/** Reads `--market` (repeated), `--from` and `--to`. */
export function readFilter(given: Given): TradeFilter {
  const time = (name: string) => {
    const text = given.text(name)
    return text === undefined ? undefined : instant(name, text)
  }
  const markets = [...new Set(given.all('market').map((text) => market('market', text)))]
  const from = time('from')
  const to = time('to')
  if (from !== undefined && to !== undefined && from >= to)
    throw new UsageError('--from must be before --to')
  return {
    ...(markets.length > 0 && { markets }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  }
}

/** A misspelled market must not pass for one without trades. */
export function unknownMarket(filter: TradeFilter, reader: TapeReader): string | null {
  const held = reader.markets()
  const missing = filter.markets?.find((id) => !held.includes(id))
  if (missing === undefined) return null
  const near = nearest(missing, held)
  const some = [...near, ...held.filter((id) => !near.includes(id))].slice(0, 8).join(', ')
  const what = held.length === 0 ? 'nothing yet' : `${some}${held.length > 8 ? ', …' : ''}`
  return `this tape does not hold ${missing}; it holds ${what}`
}

/** Names that may have been meant, the likeliest first. */
function nearest(name: string, held: readonly MarketId[]): MarketId[] {
  return held
    .map((id) => ({ id, far: distance(name, id) }))
    .filter(({ far }) => far <= MOST_TYPOS)
    .sort((a, b) => a.far - b.far)
    .map(({ id }) => id)
}

/** Letters that may differ in a name that is meant: a venue or a quote, not all of it. */
const MOST_TYPOS = 7

/** Letters to put in, take out or change to make one text of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j += 1)
      next.push(
        Math.min(
          (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1),
          (row[j + 1] ?? 0) + 1,
          (next[j] ?? 0) + 1,
        ),
      )
    row = next
  }
  return row[b.length] ?? 0
}
