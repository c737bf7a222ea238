import { type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { TapeReader } from '../store/store.ts'
import type { JobContext, MarketsTask, TaskResults } from './task.ts'

/** Lists the markets of a tape as a JSON array to the caller. */
export function runMarkets(
  task: MarketsTask,
  context: JobContext,
  openReader: (path: string) => Outcome<TapeReader>,
): Outcome<TaskResults['markets']> {
  const reader = openReader(task.path)
  if (!reader.ok) return reader
  try {
    const inverse = new Set(reader.value.inverse())
    const markets = reader.value.stats().map(({ market, trades, first, last, keptFrom }) => ({
      ...{ market, trades, first, last, keptFrom },
      quantity: inverse.has(market) ? 'quote' : 'base',
    }))
    context.write(`${JSON.stringify(markets)}\n`)
    return ok({ markets: markets.length })
  } finally {
    reader.value.close()
  }
}
