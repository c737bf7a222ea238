import { createLogger } from '../../../src/main/platform/log.ts'
import { systemClock } from '../../../src/main/platform/system-clock.ts'
import type { TradeStore } from '../../../src/main/store/store.ts'
import { openStore } from '../../../src/main/store/store-client.ts'
import type { Outcome } from '../../../src/shared/domain/outcome.ts'
import { MARKETS } from '../harness/synthetic.ts'
import { batchOf } from './batches.ts'
import { type Ids, marketOf, type PlainTrade, venueFor } from './plain.ts'

/** Trades of one flush: what the recorder flushes under load. */
export const BATCH = 5_000
/** Batches that may be on their way at a time, as in a recorder that is fed faster than it writes. */
const IN_FLIGHT = 4
const MOST_WAITING = 1_000_000

export function unwrap<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.failure.code}: ${outcome.failure.message}`)
  return outcome.value
}

/** Opens (or makes) a tape to write, with the markets described as the engine does. */
export async function openTape(path: string, ids: Ids): Promise<TradeStore> {
  const log = createLogger('warn', (line) => process.stderr.write(`${line}\n`))
  const store = unwrap(
    await openStore({ path, maxWaitingTrades: MOST_WAITING }, { clock: systemClock, log }),
  )
  for (const market of MARKETS) store.describe(marketOf(venueFor(ids), market))
  return store
}

/** Cuts trades into the batches of flushes. */
export function* flushes(trades: Iterable<PlainTrade>): Generator<ReturnType<typeof batchOf>> {
  let group: PlainTrade[] = []
  for (const trade of trades) {
    group.push(trade)
    if (group.length < BATCH) continue
    yield batchOf(group)
    group = []
  }
  if (group.length > 0) yield batchOf(group)
}

/** Appends; resolves when all of it is committed. Throws when any is refused. */
export async function appendAll(
  store: TradeStore,
  batches: Iterable<ReturnType<typeof batchOf>>,
): Promise<void> {
  let n = 0
  for (const batch of batches) {
    if (!store.append(batch)) throw new Error('the store refused a batch')
    n += 1
    if (n % IN_FLIGHT === 0) unwrap(await store.flushed())
  }
  unwrap(await store.flushed())
}
