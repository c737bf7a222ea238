/**
 * A process that records until it is killed. Arguments: database, first id, trades, batch size.
 * Prints a line for each batch that is acknowledged as durable: the id after its last trade. Each batch
 * comes with two ledger entries that name its last trade.
 */

import { systemClock } from '../../src/main/platform/system-clock.ts'
import { openStore } from '../../src/main/store/store-client.ts'
import { batchOf, gap, gaps, ListLogger, run, span, spans, T0 } from '../unit/store/store-kit.ts'

const [path = '', from = '0', count = '0', size = '0'] = process.argv.slice(2)
const log = new ListLogger()
const opened = await openStore({ path, maxWaitingTrades: 200_000 }, { clock: systemClock, log })
if (!opened.ok) {
  process.stdout.write(`failed ${opened.failure.code}\n`)
  process.exit(1)
}
const store = opened.value
const end = Number(from) + Number(count)
process.stdout.write('open\n')
for (let id = Number(from); id < end; id += Number(size)) {
  const lastSeq = id + Number(size) - 1
  store.append(batchOf(run(id, Number(size))), [
    ...spans(span(T0, T0 + lastSeq, { lastSeq })),
    ...gaps(gap(1, T0, T0 + lastSeq, { recovered: lastSeq })),
  ])
  const flushed = await store.flushed()
  process.stdout.write(flushed.ok ? `${id + Number(size)}\n` : `failed ${flushed.failure.code}\n`)
}
await store.close()
process.stdout.write('closed\n')
