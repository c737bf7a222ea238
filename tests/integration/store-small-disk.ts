/**
 * Fills the disk that holds the database (its argument), records against it, makes room, and prints
 * what became of 20,000 trades. Run on a disk of a few megabytes.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import { openReader } from '../../src/main/store/reader.ts'
import { openStore } from '../../src/main/store/store-client.ts'
import { batchOf, ListLogger, run, unwrap } from '../unit/store/store-kit.ts'

const path = process.argv[2] ?? ''
const filler = `${path}.filler`
const TRADES = 20_000
const clock = {
  ...systemClock,
  after: (ms: number, run: () => void) => systemClock.after(ms / 20, run),
}
const opened = await openStore({ path, maxWaitingTrades: TRADES }, { clock, log: new ListLogger() })
const store = unwrap(opened)
store.append(batchOf(run(0, 1_000)))
unwrap(await store.flushed())
let bytes = 4 * 2 ** 20
for (; bytes > 4_096; bytes = Math.floor(bytes / 2))
  try {
    writeFileSync(filler, Buffer.alloc(bytes), { flag: 'a' })
  } catch {
    // No room for that much more.
  }
for (let from = 1_000; from < TRADES; from += 1_000) store.append(batchOf(run(from, 1_000)))
await store.flushed()
const { state, code, lostTrades } = store.health()
const whenFull = { state, code, lostTrades }
rmSync(filler)
while (!(await store.flushed()).ok);
const { state: later, waitingTrades, lostTrades: lost } = store.health()
const { unwritten } = await store.close()
const reader = unwrap(openReader(path))
const afterwards = { state: later, waitingTrades, lostTrades: lost }
const onDisk = reader.stats()[0]?.trades
const integrity = reader.integrity()
process.stdout.write(JSON.stringify({ whenFull, afterwards, unwritten, onDisk, integrity }))
