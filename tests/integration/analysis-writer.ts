/**
 * A process that reserves and settles until it is killed. Arguments: database, first id. Prints `reserved ID` when the
 * promise says that the reservation is on the disk, `settled ID` likewise; every second one is never settled.
 */

import { systemClock } from '../../src/main/platform/system-clock.ts'
import type { AnalysisChange } from '../../src/main/store/analysis-store.ts'
import { openStore } from '../../src/main/store/store-client.ts'
import { ListLogger } from '../unit/store/store-kit.ts'

const [path = '', from = '0'] = process.argv.slice(2)
const opened = await openStore(
  { path, maxWaitingTrades: 1_000 },
  { clock: systemClock, log: new ListLogger() },
)
if (!opened.ok) throw new Error(opened.failure.message)
const keep = async (change: AnalysisChange, said: string): Promise<void> => {
  const kept = await opened.value.keepAnalyses([change])
  if (!kept.ok) throw new Error(kept.failure.message)
  process.stdout.write(`${said}\n`)
}
for (let id = Number(from); ; id += 1) {
  const at = systemClock.now()
  await keep({ t: 'reserve', id, at, model: 'm', tokens: 1_000, money: 1 }, `reserved ${id}`)
  if (id % 2 === 0) await keep({ t: 'settle', id, tokens: 10, money: 0.01 }, `settled ${id}`)
}
