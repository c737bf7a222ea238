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
  const some = held.slice(0, 8).join(', ')
  const what = held.length === 0 ? 'nothing yet' : `${some}${held.length > 8 ? ', …' : ''}`
  return `this tape does not hold ${missing}; it holds ${what}`
}
