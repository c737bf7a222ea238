import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Background } from '../../../src/main/electron/background.ts'
import { shellWords } from '../../../src/main/electron/words.ts'
import { Continuity } from '../../../src/main/pipeline/continuity.ts'
import { systemClock as clock } from '../../../src/main/platform/system-clock.ts'
import { Alerts } from '../../../src/main/services/alerts/alerts.ts'
import { Deliveries } from '../../../src/main/services/alerts/deliveries.ts'
import { MarketData } from '../../../src/main/services/market-data/market-data.ts'
import { Topic } from '../../../src/main/services/topic.ts'
import { openStore } from '../../../src/main/store/store-client.ts'
import { type Market, parseMarketId, type VenueId } from '../../../src/shared/domain/market.ts'
import { fail, ok } from '../../../src/shared/domain/outcome.ts'
import { Prints } from '../../../src/shared/domain/prints.ts'
import { serve, type TopicSource } from '../../../src/shared/rpc/server.ts'
import { endWithParent, say } from '../harness/answers.ts'
import { percentile } from '../harness/figures.ts'
import { inFolder } from '../harness/folder.ts'
import { decimalText, MARKETS, synthetic } from '../harness/synthetic.ts'
import { MARKET_IDS, thousandExpressions, usualExpressions } from './rules.ts'

// `node engine.ts none|waiting|thousand|notify TRADES`: trades through folds, alerts and store of one engine. `notify` paces
// them and measures from the receipt of a trade to the call of the notification; the others take all at once.
const [how = '', count = ''] = process.argv.slice(2)
endWithParent()

export interface Recorded {
  readonly trades: number
  readonly firings: number
  /** All threads: the store's, too. */
  readonly nanosPerTrade: number
  /** Null: nothing was notified. */
  readonly notifiedP99Ms: number | null
}

const RATE = 5_000
/** Trades of a chunk from a socket. */
const CHUNK = 4
const VENUE = 'binance' as VenueId
const silent = { debug() {}, info() {}, warn() {}, error() {} }
/** What the icon in the tray shows, when nothing happens. */
const quiet = (name: string): TopicSource =>
  new Topic<unknown>(1_000, () =>
    name === 'markets.summary' ? [] : { alerts: [], pausedUntil: null, unseen: 0 },
  )
const preciseNow = (): number => performance.timeOrigin + performance.now()

await inFolder(async (folder) => {
  const opened = await openStore(
    { path: join(folder, 'tape.db'), maxWaitingTrades: 2_000_000 },
    { clock, log: silent },
  )
  if (!opened.ok) throw new Error(opened.failure.message)
  const store = opened.value
  let firings = 0
  const deliveries = new Deliveries({
    ...{ clock, log: silent, note: (change) => alerts.note(change) },
    secrets: { get: async () => undefined, isHeld: () => false, set: async () => ({ kept: true }) },
    post: async () => fail('unavailable', 'not in this bench'),
  })
  const alerts: Alerts = new Alerts({
    ...{ clock, log: silent, store, deliver: deliveries },
    flush: () => data.flush(),
    evaluate: async () => fail('unavailable', 'nothing to restore'),
    heard: () => [],
  })
  const data = new MarketData({
    ...{ clock, store, alerts, batchSize: 16_384, batchMs: 250 },
    ledger: { drain: () => [], stored: () => {}, refused: () => {} },
    latency: { of: () => ({ trade: () => {}, frame: () => {} }), flushed: () => {} },
  })
  await alerts.start()
  for (const [i, id] of MARKET_IDS.entries()) {
    const parsed = parseMarketId(id)
    const { base = '', quote = '' } = MARKETS[i] ?? {}
    if (parsed === undefined) throw new Error(id)
    const market: Market = {
      ...{ id, venue: VENUE, symbol: parsed.symbol, base, quote, venueSymbol: `${base}${quote}` },
      ...{ tickSize: '0.01', lotSize: '0.0001' },
    }
    store.describe(market)
    const continuity = new Continuity({
      ...{ market: id, ids: 'contiguous', newGapId: () => 1, onMeaningless: () => {} },
    })
    data.open(market, continuity, new Set())
  }
  if (how !== 'none')
    for (const expr of how === 'waiting' ? usualExpressions() : thousandExpressions()) {
      const saved = alerts.save(undefined, {
        ...{ name: '', expr, severity: 'info', rearm: 'auto', expiresAt: null },
        cooldownMs: how === 'notify' ? 1_000 : 60_000,
        channels: ['desktop'],
      })
      if (!saved.ok) throw new Error(saved.failure.message)
      alerts.arm(saved.value.id, true)
    }
  const received = new Map<number, number>()
  const delays: number[] = []
  new Background({
    desktop: {
      notify: ({ events }) => {
        firings += events.length
        const now = preciseNow()
        for (const { time } of events) {
          const at = received.get(time)
          if (at !== undefined) delays.push(now - at)
        }
      },
      tray: () => {},
      badge: () => {},
    },
    attach: (port) =>
      serve(
        port,
        {
          call: async () => ok(null),
          topic: (name) =>
            ok((name === 'alerts.fired' ? deliveries.fired : quiet(name)) as TopicSource),
          onBug: String,
        },
        { ...clock },
      ),
    ...{ words: shellWords(['en']), app: '', clock, preciseNow, logger: silent },
    timeOf: String,
    open: () => {},
    quit: () => {},
  }).start()
  const stopTicks = clock.every(250, () => alerts.tick())
  await wait(500)

  const trades = Number(count)
  const listener = data.listener(VENUE)
  const prints = new Prints()
  const rows = Uint32Array.from({ length: CHUNK }, (_, i) => i)
  const began = performance.now()
  const startsAt = clock.now()
  const warm = Math.floor(trades / 5)
  let cpu = process.cpuUsage()
  let done = 0
  for (const each of synthetic(trades, { stretch: 11 })) {
    const { market, id, ticks, lots, buy } = each
    const { priceDecimals = 0, lotDecimals = 0 } = MARKETS[market] ?? {}
    const name = MARKET_IDS[market]
    if (name === undefined) continue
    const paced = how === 'notify'
    if (paced) while (done * 1_000 > (performance.now() - began) * RATE) await wait(1)
    // Windows hold what they hold in a usual hour; paced, the time tells which trade fired.
    const time = startsAt + (paced ? done / (RATE / 1_000) : each.time)
    const receivedAt = paced ? preciseNow() : time
    prints.add(0, {
      ...{ id: String(id), side: buy ? 'buy' : 'sell', time: Math.floor(time), extra: undefined },
      price: decimalText((ticks * (1 + (paced && done % 3 === 0 ? 0.001 : 0))) | 0, priceDecimals),
      qty: decimalText(lots, lotDecimals),
    })
    if (paced) received.set(Math.floor(time), receivedAt)
    listener.trades(name, prints, rows, 1, receivedAt)
    listener.handed?.()
    listener.folded?.(receivedAt, receivedAt, receivedAt)
    prints.clear()
    done += 1
    if (done === warm) cpu = process.cpuUsage()
    // Sockets give way as well, and the store must not be left behind.
    if (!paced && done % 16_384 === 0) await store.flushed()
  }
  data.flush()
  await store.flushed()
  const { user, system } = process.cpuUsage(cpu)
  if (how === 'notify') await wait(500)
  stopTicks()
  say('recorded', {
    ...{ trades, firings },
    nanosPerTrade: ((user + system) * 1_000) / (trades - warm),
    notifiedP99Ms: delays.length === 0 ? null : percentile(delays, 0.99),
  } satisfies Recorded)
  await store.close()
})
process.exit(0)
