/**
 * What storing costs: `node tests/bench/store.ts [--trades N]`. Prints JSON. Synthetic trades of 20
 * markets, one busier than the next; 1,000 trades a batch; the figures move by a fifth from run to
 * run, so compare ratios of runs side by side.
 */
import { statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import { openReader } from '../../src/main/store/reader.ts'
import { openStore } from '../../src/main/store/store-client.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import type { Trade, TradeBatch } from '../../src/shared/domain/trade.ts'
import {
  batchOf,
  ListLogger,
  mustOpen,
  packed,
  scratch,
  trade,
  unwrap,
} from '../unit/store/store-kit.ts'

const { values } = parseArgs({
  options: {
    trades: { type: 'string', default: '300000' },
    /** The answer is JSON in any case; taken so that all benches have the option. */
    json: { type: 'boolean', default: true },
  },
})
const TRADES = Number(values.trades)
const BATCH = 1_000
const MARKETS = Array.from({ length: 20 }, (_, i) => `okx:M${i}-USDT` as MarketId)

function* synthetic(opaque: boolean): Generator<Trade> {
  let state = 42
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const ids = MARKETS.map((_, i) => 1_000_000_000 + i * 10_000_000)
  const prices = MARKETS.map(() => 6_000_000)
  let time = 1_700_000_000_000
  const hex = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')
  for (;;) {
    const m = Math.floor(MARKETS.length * random() ** 3)
    if (random() > 0.55) time += Math.floor(random() * 5)
    ids[m] = (ids[m] ?? 0) + 1
    prices[m] = (prices[m] ?? 0) + Math.floor(random() * 3) - 1
    const [a, b, c, d] = [hex(), hex(), hex(), hex()]
    yield trade({
      market: MARKETS[m] as MarketId,
      id: opaque
        ? `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`
        : String(ids[m]),
      price: `${((prices[m] ?? 0) / 100).toFixed(2)}000000`,
      qty: (random() ** 4 * 10).toFixed(5),
      side: random() < 0.5 ? 'buy' : 'sell',
      exchangeTime: epochMs(time),
      receiveTime: epochMs(time + 20 + Math.floor(random() * 80)),
    })
  }
}

const batches = (opaque: boolean): TradeBatch[] => {
  const source = synthetic(opaque)
  return Array.from({ length: TRADES / BATCH }, () =>
    batchOf(Array.from({ length: BATCH }, () => source.next().value as Trade)),
  )
}

interface Cost {
  readonly rowsPerSecond: number
  readonly cpuMicros: number
}
async function cost(work: () => void | Promise<void>): Promise<Cost> {
  const [cpu, from] = [process.cpuUsage(), performance.now()]
  await work()
  const ms = performance.now() - from
  const { user, system } = process.cpuUsage(cpu)
  return {
    rowsPerSecond: Math.round((TRADES / ms) * 1_000),
    cpuMicros: Number(((user + system) / TRADES).toFixed(2)),
  }
}

/** The database alone, in this thread: what one transaction of 1,000 trades costs. */
async function inline(opaque: boolean) {
  const folder = scratch()
  const source = synthetic(opaque)
  const store = mustOpen(folder.path)
  const all = Array.from({ length: TRADES / BATCH }, () =>
    packed(
      Array.from({ length: BATCH }, () => source.next().value as Trade),
      5,
    ),
  )
  const append = await cost(() => {
    for (const batch of all) store.log.append({ batches: [batch], partials: [] })
  })
  const again = await cost(() => {
    for (const batch of all) store.log.append({ batches: [batch], partials: [] })
  })
  store.close()
  const bytes = statSync(folder.path).size / TRADES
  const reader = unwrap(openReader(folder.path))
  let read = 0
  const scan = await cost(() => {
    for (const _ of reader.trades({})) read += 1
  })
  reader.close()
  folder.remove()
  if (read !== TRADES) throw new Error(`${read} of ${TRADES} trades came back`)
  return { append, duplicates: again, read: scan, bytesPerTrade: Number(bytes.toFixed(1)) }
}

/** All of it: packing, the way to the thread, joined transactions. CPU of both threads. */
async function threaded() {
  const folder = scratch()
  const deps = { clock: systemClock, log: new ListLogger() }
  const all = batches(false)
  const store = unwrap(await openStore({ path: folder.path, maxWaitingTrades: TRADES }, deps))
  let here = 0
  const append = await cost(async () => {
    for (const batch of all) {
      const from = performance.now()
      store.append(batch)
      here += performance.now() - from
      await new Promise(setImmediate)
    }
    unwrap(await store.flushed())
  })
  await store.close()
  folder.remove()
  return { append, callerMicros: Number(((here * 1_000) / TRADES).toFixed(3)) }
}

const result = {
  trades: TRADES,
  batch: BATCH,
  thread: await threaded(),
  numericIds: await inline(false),
  uuids: await inline(true),
}
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
