import type { CommandName, Commands } from '../../src/shared/contract/contract.ts'
import type { BarsAnswer } from '../../src/shared/contract/history.ts'
import type {
  AppInfo,
  MarketSummary,
  Settings,
  TapeFrame,
} from '../../src/shared/contract/status.ts'
import { TAPE_FRAME_TRADES } from '../../src/shared/contract/status.ts'
import type { MarketId, VenueId } from '../../src/shared/domain/market.ts'
import { parseMarketId } from '../../src/shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../src/shared/domain/outcome.ts'
import { NO_LIMITS } from '../../src/shared/domain/storage.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import type { Trade } from '../../src/shared/domain/trade.ts'
import type { RpcHandlers, TopicSource } from '../../src/shared/rpc/server.ts'
import { FakeAlerts } from './fake-alerts.ts'
import { FakeAnalyses } from './fake-analyses.ts'
import { FakeExports } from './fake-exports.ts'
import { FakeLab } from './fake-lab.ts'
import { FakeLedger, silentStretches } from './fake-ledger.ts'
import { type Character, FakePast } from './fake-past.ts'
import { FakeReplay } from './fake-replay.ts'
import { fakeStorage } from './fake-storage.ts'
import { FakeMarket, VENUES } from './market.ts'
import type { Scenario } from './scenarios.ts'
import { engineStatus, stageReports, venueStatuses, venuesOf } from './statuses.ts'

const LABELS: Readonly<Record<string, string>> = {
  binance: 'Binance',
  okx: 'OKX',
  bybit: 'Bybit',
  gate: 'Gate',
  kraken: 'Kraken',
  coinbase: 'Coinbase',
  kucoin: 'KuCoin',
  htx: 'HTX',
  upbit: 'Upbit',
  bitget: 'Bitget',
  'binance-usdm': 'Binance USD-M',
  'bybit-linear': 'Bybit linear',
  deribit: 'Deribit',
  hyperliquid: 'Hyperliquid',
}
const STEP = 100
const CATALOGUE = 42
const NO_BARS: BarsAnswer = { resolution: '1m', candles: [], cover: [] }

type Push = (value: unknown) => void

/** The contract with made-up markets behind it. A test fixture: nothing of it is in the app. */
export class FakeEngine {
  readonly #all: readonly FakeMarket[]
  readonly #watched: FakeMarket[]
  readonly #ledger: FakeLedger
  readonly #lab = new FakeLab()
  readonly #listeners = new Map<string, Set<Push>>()
  readonly #started = Date.now()
  readonly scenario: Scenario
  demo: boolean
  silent = false
  readonly #past: FakePast
  readonly #replay: FakeReplay
  readonly #alerts: FakeAlerts
  readonly #exports: FakeExports
  readonly #analyses: FakeAnalyses
  #settings: Settings = {
    markets: [],
    batchSize: 500,
    batchMs: 500,
    latencyWindowSeconds: 60,
    catchUpHours: 24,
    maxAttempts: null,
    pollSeconds: 5,
    proxy: { mode: 'system', url: '' },
    venues: {},
    load: { cpuPercent: null, memoryMegabytes: null },
    storage: NO_LIMITS,
  }
  #tick = 0
  readonly #coverage = new Map<MarketId, number | null>()
  readonly #onMode: (demo: boolean) => void

  constructor(scenario: Scenario, onMode: (demo: boolean) => void) {
    this.scenario = scenario
    this.demo = scenario.demo === true
    this.#onMode = onMode
    const past = scenario.venues !== 'down' && scenario.venues !== 'connecting'
    const kind = scenario.ledger ?? 'gaps'
    this.#all = Array.from(
      { length: CATALOGUE },
      (_, i) => new FakeMarket(i, this.#started, past, silentStretches(kind, i, this.#started)),
    )
    this.#watched = this.#all.slice(0, scenario.markets)
    this.#ledger = new FakeLedger(
      past ? kind : 'early',
      this.#watched.map(({ id }) => id),
      this.#started,
    )
    this.#past = new FakePast(this.#started, (market) =>
      this.#ledger.gaps(10_000).filter((gap) => gap.market === market),
    )
    const push = (key: string, value: unknown): void => this.#push(key, value)
    this.#replay = new FakeReplay(
      this.#past,
      (market) => this.#find(market)?.character,
      (market) => this.#summaries().find((each) => each.market === market),
      push,
    )
    this.#exports = new FakeExports(scenario.exports, push)
    this.#alerts = new FakeAlerts(scenario.alerts ?? 'some', this.#started, push)
    this.#analyses = new FakeAnalyses(
      scenario.analysis,
      this.#watched.map(({ id }) => id),
      (market) => {
        const summary = this.#summaries().find((each) => each.market === market)
        return { last: Number(summary?.last ?? 61_204.5), decimals: summary?.priceDecimals ?? 2 }
      },
      push,
    )
    setInterval(() => this.#step(), STEP)
  }

  handlers(): RpcHandlers {
    return {
      call: async (name, input) =>
        this.scenario.mute === true
          ? new Promise<never>(() => {})
          : this.#call(name as CommandName, input),
      topic: (name, params) => ok(this.#source(name, params as { market: MarketId })),
      onBug: (error) => {
        console.error(error)
        return 'preview'
      },
    }
  }

  async #call(name: CommandName, input: unknown): Promise<Outcome<unknown>> {
    switch (name) {
      case 'app.info':
        return ok(this.#info())
      case 'app.mode':
        this.demo = (input as Commands['app.mode']['input']).demo
        setTimeout(() => this.#onMode(this.demo), 400)
        return ok(null)
      case 'markets.search':
        return ok(this.#search((input as Commands['markets.search']['input']).text))
      case 'markets.watch':
        return this.#watch((input as Commands['markets.watch']['input']).market)
      case 'markets.unwatch': {
        const { market } = input as Commands['markets.unwatch']['input']
        this.#watched.splice(
          this.#watched.findIndex(({ id }) => id === market),
          1,
        )
        this.#push('markets.summary', this.#summaries())
        return ok(null)
      }
      case 'venues.retry':
        return ok(null)
      case 'history.candles':
        return this.#candles(input as Commands['history.candles']['input'])
      case 'history.trades': {
        if (this.scenario.historyFails === true)
          return fail('storage-corrupt', 'The file is damaged.')
        const { market, limit } = input as Commands['history.trades']['input']
        return ok(this.#find(market)?.trades(limit, Date.now()) ?? [])
      }
      case 'history.bars': {
        const query = input as Commands['history.bars']['input']
        return this.#pastOf(query.market, NO_BARS, (who) => this.#past.bars(who, query))
      }
      case 'history.around': {
        const query = input as Commands['history.around']['input']
        return this.#pastOf(query.market, [], (who) => ok(this.#past.around(who, query)))
      }
      case 'alerts.save':
        return this.#alerts.save(input as Commands['alerts.save']['input'])
      case 'alerts.arm':
        return this.#alerts.arm(input as Commands['alerts.arm']['input'])
      case 'alerts.remove':
        return this.#alerts.remove(input as Commands['alerts.remove']['input'])
      case 'alerts.log':
        return this.scenario.historyFails === true
          ? fail('storage-corrupt', 'The file is damaged.')
          : ok(this.#alerts.log(input as Commands['alerts.log']['input']))
      case 'alerts.notified':
        return ok(null)
      case 'alerts.seen':
        this.#alerts.seen()
        return ok(null)
      case 'alerts.pause':
        this.#alerts.pause((input as Commands['alerts.pause']['input']).until)
        return ok(null)
      case 'alerts.delivery':
        return ok(this.#alerts.delivery())
      case 'alerts.deliver':
        this.#alerts.deliver(input as Commands['alerts.deliver']['input'])
        return ok({ kept: true })
      case 'alerts.try':
        return (input as Commands['alerts.try']['input']).channel === 'webhook'
          ? ok({ ms: 184 })
          : fail('unavailable', 'HTTP 403 from api.example.org. Check the address.')
      case 'alerts.rehearse':
        return this.#alerts.rehearse(input as Commands['alerts.rehearse']['input'])
      case 'alerts.rehearse.cancel':
        this.#alerts.cancel()
        return ok(null)
      case 'replay.start':
        return this.#replay.start(input as Commands['replay.start']['input'])
      case 'replay.act':
        return this.#replay.act(input as Commands['replay.act']['input'])
      case 'export.start':
        return this.#exports.start(input as Commands['export.start']['input'])
      case 'export.cancel':
        this.#exports.cancel()
        return ok(null)
      case 'ledger.minutes': {
        if (this.scenario.historyFails === true)
          return fail('storage-corrupt', 'The file is damaged.')
        const { market, from, to } = input as Commands['ledger.minutes']['input']
        return ok(this.#ledger.minutes(market, from, to))
      }
      case 'ledger.gaps':
        return this.#gaps(input as Commands['ledger.gaps']['input'])
      case 'ledger.retry':
        this.#ledger.set((input as { gap: number }).gap, ['lost', 'cancelled'], 'open')
        this.#push('ledger.status', this.#ledger.status())
        return ok(null)
      case 'ledger.cancel':
        this.#ledger.set((input as { gap?: number }).gap, ['open', 'filling'], 'cancelled')
        this.#push('ledger.status', this.#ledger.status())
        return ok(null)
      case 'lab.start': {
        const { market, ways } = input as Commands['lab.start']['input']
        this.#lab.start(market, ways)
        this.#push('lab.status', this.#lab.status())
        return ok(null)
      }
      case 'lab.stop':
        this.#lab.stop()
        this.#push('lab.status', this.#lab.status())
        return ok(null)
      case 'latency.screen':
        return ok(null)
      case 'network.try':
        return ok({ websocketMs: 84, restMs: 61 })
      case 'network.password':
        return ok({ kept: true })
      case 'storage.report': {
        const kind = this.scenario.storage ?? 'plain'
        const markets = this.#watched.map(({ id }) => id)
        return ok(fakeStorage(kind, markets, this.#settings.storage, Date.now()))
      }
      case 'storage.preview': {
        const { budgetBytes, keepDays } = input as Commands['storage.preview']['input']
        const goes = budgetBytes !== null || keepDays !== null
        return ok(
          goes
            ? { trades: 184_220_301, bytes: 812_000_000, markets: 9 }
            : { trades: 0, bytes: 0, markets: 0 },
        )
      }
      case 'analysis.run':
      case 'analysis.cancel':
      case 'analysis.figures':
      case 'analysis.dry':
      case 'analysis.log':
      case 'analysis.scores':
      case 'analysis.spending':
      case 'analysis.configure':
      case 'analysis.key':
      case 'analysis.models':
        return this.scenario.historyFails === true && name !== 'analysis.figures'
          ? fail('storage-corrupt', 'The file is damaged.')
          : this.#analyses.call(name, input)
      case 'settings.get':
        return ok(this.#settings)
      case 'settings.set':
        this.#settings = { ...this.#settings, ...(input as Partial<Settings>) }
        return ok(this.#settings)
    }
  }

  #gaps({ market, from, to, limit }: Commands['ledger.gaps']['input']): Outcome<unknown> {
    const all = this.#ledger
      .gaps(10_000)
      .filter((gap) => market === undefined || gap.market === market)
    const inside = all.filter(
      (gap) => gap.to >= (from ?? 0) && gap.from < (to ?? Number.POSITIVE_INFINITY),
    )
    return ok(inside.slice(0, limit))
  }

  async #pastOf(
    market: MarketId,
    empty: unknown,
    answer: (who: Character) => Outcome<unknown>,
  ): Promise<Outcome<unknown>> {
    const { past, historyFails } = this.scenario
    if (historyFails === true) return fail('storage-corrupt', 'The file is damaged.')
    if (typeof past === 'number') await new Promise((resolve) => setTimeout(resolve, past))
    const who = this.#find(market)?.character
    if (past === 'none' || who === undefined) return ok(empty)
    return answer(who)
  }

  #candles(query: Commands['history.candles']['input']): Outcome<unknown> {
    if (this.scenario.historyFails === true) return fail('storage-corrupt', 'The file is damaged.')
    const before = query.before ?? Number.POSITIVE_INFINITY
    return ok(this.#find(query.market)?.candles(query.interval, before, query.limit) ?? [])
  }

  #watch(text: string): Outcome<unknown> {
    const id = parseMarketId(text)?.id
    const market = this.#all.find((each) => each.id === id)
    if (market === undefined)
      return fail('unknown-market', `No venue lists ${text}.`, ['okx:ADA-USDT', 'okx:AVAX-USDT'])
    if (!this.#watched.includes(market)) this.#watched.push(market)
    setTimeout(() => this.#push('markets.summary', this.#summaries()), 50)
    return ok({ market: market.id })
  }

  #find = (id: MarketId): FakeMarket | undefined => this.#all.find((each) => each.id === id)

  #search(text: string): unknown {
    const words = text.toLowerCase().split(/\s+/)
    return this.#all
      .filter(({ id }) => words.every((word) => id.toLowerCase().includes(word)))
      .map((market) => ({
        market: market.id,
        venue: market.venue,
        symbol: market.symbol,
        watched: this.#watched.includes(market),
      }))
  }

  #info(): AppInfo {
    return {
      version: '0.1.0',
      demo: this.demo,
      shell: 'browser',
      platform: 'preview',
      dataDir: '/home/reader/.local/share/tapedeck',
      venues: venuesOf(this.scenario).map((venue) => ({
        venue,
        label: LABELS[venue] ?? venue,
        docs: '',
        hosts: [],
      })),
    }
  }

  #summaries(): MarketSummary[] {
    return this.#watched.map((market, index) =>
      market.summary(
        this.#stateOf(market.venue, index),
        this.#rate(index),
        this.#covered(market.id),
      ),
    )
  }

  #covered(market: MarketId): number | null {
    const known = this.#coverage.get(market)
    if (known !== undefined) return known
    const { minutes, complete, backfilled } = this.#ledger.coverage(market)
    const share = minutes === 0 ? null : (minutes * (complete + backfilled)) / 1_440
    this.#coverage.set(market, share)
    return share
  }

  #stateOf(venue: VenueId, index: number): MarketSummary['state'] {
    const { venues = 'up' } = this.scenario
    if (venues === 'down') return 'offline'
    if (venues === 'connecting') return 'pending'
    if (venues === 'mixed' && venue !== VENUES[0]) return 'offline'
    return index === 11 ? 'refused' : index === 8 ? 'quiet' : 'live'
  }

  #rate = (index: number): number =>
    index === 11 || this.scenario.venues === 'down' ? 0 : this.scenario.rate / (1 + index * 0.8)

  #step(): void {
    if (this.silent) return
    const now = Date.now()
    this.#tick += 1
    this.#watched.forEach((market, index) => {
      const due = (this.#rate(index) * STEP) / 1_000
      let count = Math.floor(due) + (Math.random() < due % 1 ? 1 : 0)
      if (this.#stateOf(market.venue, index) !== 'live') count = 0
      if (count === 0) return
      const trades = Array.from({ length: count }, () => market.trade(now))
      this.#push(`market.tape ${market.id}`, this.#frame(market, trades))
    })
    this.#replay.tick()
    this.#exports.tick()
    if (this.#tick % 2 === 0) this.#alerts.tick()
    if (this.#tick % 2 === 0) this.#analyses.tick()
    if (this.scenario.alerts === 'firing' && this.#tick % 50 === 0) this.#alerts.fire(now)
    if (this.#tick % 2 === 0) this.#push('markets.summary', this.#summaries())
    if (this.#tick % 10 === 0) {
      this.#ledger.step()
      this.#push('ledger.status', this.#ledger.status())
      this.#push('lab.status', this.#lab.status())
      this.#push('venues.status', venueStatuses(this.scenario, this.#started, now))
      this.#push('engine.status', engineStatus(this.scenario, this.#started, now))
      this.#push('latency.stages', stageReports(this.scenario, now))
    }
  }

  #frame(market: FakeMarket, trades: readonly Trade[]): TapeFrame {
    return {
      market: market.id,
      trades: trades.slice(-TAPE_FRAME_TRADES),
      skipped: Math.max(0, trades.length - TAPE_FRAME_TRADES),
      candles: { '1s': market.current('1s'), '1m': market.current('1m') },
      foldedAt: trades.length === 0 ? null : Date.now(),
    }
  }

  #push(key: string, value: unknown): void {
    for (const push of this.#listeners.get(key) ?? []) push(value)
  }

  #source(name: string, params: { market: MarketId }): TopicSource {
    const tape = name === 'market.tape' || name === 'replay.tape'
    const key = tape ? `${name} ${params.market}` : name
    const snapshots: Readonly<Record<string, () => unknown>> = {
      'venues.status': () => venueStatuses(this.scenario, this.#started, Date.now()),
      'engine.status': () => engineStatus(this.scenario, this.#started, Date.now()),
      'markets.summary': () => this.#summaries(),
      'lab.status': () => this.#lab.status(),
      'ledger.status': () => this.#ledger.status(),
      'latency.stages': () => stageReports(this.scenario, Date.now()),
      'alerts.state': () => this.#alerts.state(),
      'alerts.fired': () => [],
      'alerts.rehearsal': () => this.#alerts.rehearsal(),
      'analysis.status': () => this.#analyses.status(),
      'export.status': () => this.#exports.status(),
      'replay.status': () => this.#replay.status(),
      'replay.tape': () => {
        const at = this.#replay.status().at ?? epochMs(0)
        return this.#replay.frame(params.market, [], at, at)
      },
      'market.tape': () => {
        const market = this.#find(params.market)
        return market === undefined ? null : this.#frame(market, [])
      },
    }
    return {
      minIntervalMs: 100,
      snapshot: () => snapshots[name]?.(),
      merge: (previous, next) =>
        tape
          ? mergeFrames(previous as TapeFrame, next as TapeFrame)
          : name === 'alerts.fired'
            ? [...(previous as unknown[]), ...(next as unknown[])]
            : next,
      listen: (push) => {
        const listeners = this.#listeners.get(key) ?? new Set<Push>()
        this.#listeners.set(key, listeners.add(push))
        return () => listeners.delete(push)
      },
    }
  }
}

function mergeFrames(previous: TapeFrame, next: TapeFrame): TapeFrame {
  const trades = [...previous.trades, ...next.trades]
  return {
    market: next.market,
    trades: trades.slice(-TAPE_FRAME_TRADES),
    skipped: previous.skipped + next.skipped + Math.max(0, trades.length - TAPE_FRAME_TRADES),
    candles: {
      '1s': newest([...previous.candles['1s'], ...next.candles['1s']]),
      '1m': newest([...previous.candles['1m'], ...next.candles['1m']]),
    },
    foldedAt: next.foldedAt ?? previous.foldedAt,
  }
}

const newest = (bars: TapeFrame['candles']['1s']): TapeFrame['candles']['1s'] => [
  ...new Map(bars.map((bar) => [bar.openTime, bar])).values(),
]
