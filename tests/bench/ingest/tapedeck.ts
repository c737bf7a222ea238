import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../../src/main/app.ts'
import { createFeed } from '../../../src/main/ingest/feed-session.ts'
import { fetchJson } from '../../../src/main/ingest/fetch-json.ts'
import { connectWebSocket } from '../../../src/main/ingest/ws-connect.ts'
import { createLogger } from '../../../src/main/platform/log.ts'
import { createProcessGauge } from '../../../src/main/platform/process-gauge.ts'
import { systemClock } from '../../../src/main/platform/system-clock.ts'
import { SettingsService } from '../../../src/main/services/settings.ts'
import type { TradeStore } from '../../../src/main/store/store.ts'
import { openStore } from '../../../src/main/store/store-client.ts'
import { venues } from '../../../src/main/venues/index.ts'
import { fail } from '../../../src/shared/domain/outcome.ts'
import type { TradeBatch } from '../../../src/shared/domain/trade.ts'
import { Meter } from './meter.ts'

// The whole way: socket, venue reader, de-duplication, folds, batches, SQLite committed to disk.
const [port, count] = [Number(process.argv[2]), Number(process.argv[3])]
const folder = mkdtempSync(join(tmpdir(), 'tapedeck-bench-'))
const log = createLogger('warn', (line) => process.stderr.write(`${line}\n`))
const meter = new Meter(count)
const opened = await openStore(
  { path: join(folder, 'tape.sqlite'), maxWaitingTrades: 2_000_000 },
  { clock: systemClock, log },
)
if (!opened.ok) throw new Error(opened.failure.message)
const store = opened.value
const symbols = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE', 'ADA', 'LINK', 'LTC']
const app = createApp({
  clock: systemClock,
  log,
  store: counting(store),
  settings: new SettingsService(
    { read: () => undefined, write: () => {}, setAside: () => {} },
    log,
    [],
    {},
  ),
  venues: venues.filter(({ id }) => id === 'binance'),
  createFeed: (venue, listener) =>
    createFeed({
      venue,
      listener,
      address: { ws: `ws://127.0.0.1:${port}/ws`, rest: `http://127.0.0.1:${port}` },
      clock: systemClock,
      random: Math.random,
      connect: connectWebSocket,
      fetchJson,
      log,
    }),
  gauge: createProcessGauge(),
  info: { version: '0', demo: false, shell: 'browser', platform: '', dataDir: folder },
  onMode: () => {},
  onNetwork: () => {},
  network: {
    try: async () => fail('unavailable', 'no network in a bench'),
    password: async () => fail('unavailable', 'no keychain in a bench'),
  },
  connectRelay: () => ({ close: async () => {} }),
  markets: symbols.map((symbol) => `binance:${symbol}-USDT`),
  onlyTheseMarkets: true,
})
app.start()

/** Counts as done when the last trade is committed, not when it was handed over. */
async function finish(): Promise<void> {
  await store.flushed()
  const measured = meter.result()
  const { storedTrades } = store.health()
  await app.stop()
  rmSync(folder, { recursive: true, force: true })
  process.send?.({ ...measured, stored: storedTrades })
  process.disconnect()
}

/** The same store, seen by the meter. */
function counting(target: TradeStore): TradeStore {
  return new Proxy(target, {
    get: (object, key) => {
      if (key === 'append')
        return (batch: TradeBatch) => {
          const { count: rows } = batch
          object.append(batch)
          if (meter.count(rows)) void finish()
        }
      const value: unknown = Reflect.get(object, key)
      return typeof value === 'function' ? value.bind(object) : value
    },
  })
}
