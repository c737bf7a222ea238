import type { CommandName, TopicName } from '../shared/contract/contract.ts'
import { commandSchemas, topicSchemas } from '../shared/contract/schemas.ts'
import type { AppInfo } from '../shared/contract/status.ts'
import type { MarketId, VenueId } from '../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../shared/domain/outcome.ts'
import type { RpcHandlers, TopicSource } from '../shared/rpc/server.ts'
import { createCommands, runCommand } from './app-commands.ts'
import type { Feed, FeedListener } from './ingest/feed.ts'
import type { Jobs } from './jobs/jobs.ts'
import type { StartReplayThread } from './jobs/replay-thread.ts'
import type { AiProvider, Clock, ExportFolder, Logger, ProcessGauge, SecretStore } from './ports.ts'
import { Alerts } from './services/alerts/alerts.ts'
import { Deliveries } from './services/alerts/deliveries.ts'
import { Analyses } from './services/analysis/analyses.ts'
import { Completeness } from './services/completeness/completeness.ts'
import { Diagnostics } from './services/diagnostics.ts'
import { TapeExports } from './services/export/tape-exports.ts'
import { History } from './services/history.ts'
import { Lab } from './services/lab/lab.ts'
import type { ConnectRelay } from './services/lab/relay-way.ts'
import { Latency } from './services/latency.ts'
import { Load } from './services/load.ts'
import { PACES, type Paces, paced } from './services/load-paces.ts'
import { MarketData } from './services/market-data/market-data.ts'
import { VenueBars } from './services/market-data/venue-bars.ts'
import { Watchlist } from './services/market-data/watchlist.ts'
import type { NetworkPort } from './services/network-port.ts'
import { Playback } from './services/replay/playback.ts'
import { Rehearsal } from './services/replay/rehearsal.ts'
import type { SettingsService } from './services/settings.ts'
import { Topic } from './services/topic.ts'
import type { AnalysisStore } from './store/analysis-store.ts'
import type { TradeStore } from './store/store.ts'
import type { Venue } from './venues/venue.ts'

/** Everything the application needs from outside. */
export interface AppPorts {
  readonly clock: Clock
  readonly log: Logger
  readonly store: TradeStore & AnalysisStore
  /** Path of its database, for work that reads it in another thread. */
  readonly tapePath: string
  readonly jobs: Jobs
  readonly startReplay: StartReplayThread
  /** For exports, which may take long: late alerts are not to wait for a thread until they end. */
  readonly exportJobs: Jobs
  /** Where exported files go. */
  readonly exportFolder: ExportFolder
  /** The most trades that may wait in memory for it. */
  readonly maxWaitingTrades: number
  readonly settings: SettingsService
  readonly venues: readonly Venue[]
  readonly createFeed: (venue: Venue, listener: FeedListener) => Feed
  readonly gauge: () => ProcessGauge
  readonly info: Omit<AppInfo, 'venues'>
  /** Asks the shell to restart the engine on the other tape. */
  readonly onMode: (demo: boolean) => void
  readonly network: NetworkPort
  readonly provider: AiProvider
  /** For addresses that hold secrets, and keys. */
  readonly secrets: SecretStore
  readonly connectRelay: ConnectRelay
  /** Asks the shell to restart the engine: it is to reach the venues another way. */
  readonly onNetwork: () => void
  /** Markets watched from the start, besides the saved ones. */
  readonly markets: readonly string[]
  /** Leaves the saved list alone. */
  readonly onlyTheseMarkets: boolean
}

export interface App {
  readonly handlers: Omit<RpcHandlers, 'onBug'>
  start(): void
  /** The machine woke or its network changed. */
  wake(): void
  /** Sockets closed, buffers flushed, database checkpointed. */
  stop(): Promise<{ readonly trades: number; readonly unwritten: number }>
}

/** How often news is made that is never left out, milliseconds. Programs that follow the tape want it at once. */
const FEED_MS = 10
const VENUES_MS = 250
const STATUS_MS = 1_000
const LEDGER_MS = 250

/** The composition root: makes the services and joins them. No effect of its own but timers. */
export function createApp(ports: AppPorts): App {
  const { clock, log, store, settings } = ports
  const { batchSize, batchMs, latencyWindowSeconds } = settings.current
  const feeds = new Map<VenueId, Feed>()
  const idsOf = new Map(ports.venues.map(({ id, stream }) => [id, stream.ids]))
  const completeness = new Completeness({
    clock,
    log,
    feeds,
    store,
    ids: (venue) => idsOf.get(venue) ?? 'opaque',
    catchUpHours: () => settings.current.catchUpHours,
    put: (market, trades) => data.backfill(market, trades),
    gap: (gap) => alerts.gap(gap),
    flush: () => data.flush(),
    note: () => data.note(),
    covered: (market, share) => {
      const slot = data.slots.get(market)
      if (slot !== undefined) slot.coverage = share
    },
    shed: () => load.level,
  })
  const latency = new Latency({ clock, store, windowMs: latencyWindowSeconds * 1_000 })
  const deliveries = new Deliveries({
    clock,
    log,
    secrets: ports.secrets,
    post: (url, body) => ports.network.post(url, body),
    note: (change) => alerts.note(change),
  })
  const alerts = new Alerts({
    clock,
    log,
    store,
    flush: () => data.flush(),
    evaluate: (request, signal) =>
      ports.jobs.run(
        { t: 'evaluate', path: ports.tapePath, request },
        signal === undefined ? {} : { signal },
      ),
    heard: () => heardOf(feeds.values()),
    deliver: deliveries,
    fired: (market) => analyses.alertFired(market),
  })
  const data = new MarketData({
    clock,
    store,
    ledger: completeness,
    alerts,
    batchSize,
    batchMs,
    latency,
  })
  const load = new Load({
    clock,
    log,
    store,
    caps: () => settings.current.load,
    maxWaitingTrades: ports.maxWaitingTrades,
    shedTrades: () => data.shedTrades,
    apply: (level) => {
      if (level >= 4) completeness.rest()
      data.shed({ rows: level >= 3, trades: level >= 4 })
    },
  })
  const changed = new Set<VenueId>()
  const bars = new VenueBars(clock, log)
  const watchlist = new Watchlist({
    clock,
    log,
    feeds,
    store,
    data,
    bars,
    openTape: (market, resume) => completeness.open(market, resume),
    closeTape: (market) => completeness.close(market),
    save: (markets) => {
      if (!ports.onlyTheseMarkets) settings.set({ markets })
    },
  })
  for (const venue of ports.venues) {
    const trades = data.listener(venue.id)
    const listener: FeedListener = {
      ...trades,
      began: (market) => {
        trades.began(market)
        completeness.began(venue.id)
      },
      changed: () => {
        const feed = feeds.get(venue.id)
        if (feed === undefined) return
        latency.setClock(venue.id, feed.status().clock)
        watchlist.refresh(venue.id)
        changed.add(venue.id)
      },
    }
    feeds.set(venue.id, ports.createFeed(venue, listener))
  }
  const history = new History({
    clock,
    store,
    flush: () => data.flush(),
    venueBars: (market) => bars.of(market),
  })
  const written = (): Promise<void> => history.written()
  const analyses = new Analyses({
    ...{ clock, log, store, settings, written },
    provider: ports.provider,
    secrets: ports.secrets,
    tradesOf: (market) => data.slots.get(market)?.trades ?? 0,
    verdict: (market, word, value) => alerts.verdict(market, word, value),
  })
  const playback = new Playback({
    path: ports.tapePath,
    startThread: ports.startReplay,
    alerts: () => alerts.views,
    written,
  })
  const rehearsal = new Rehearsal({ clock, jobs: ports.jobs, path: ports.tapePath, written })
  const exports = new TapeExports({
    ...{ clock, jobs: ports.exportJobs, path: ports.tapePath, written },
    ...{ demo: ports.info.demo, folder: ports.exportFolder },
  })
  const diagnostics = new Diagnostics({
    clock,
    feeds,
    store,
    counters: () => data,
    latency: (venue) => latency.venue(venue),
    gauge: ports.gauge,
    load: () => load.status(),
    backfill: (venue) => completeness.backfillOf(venue),
  })

  const venuesStatus = new Topic(VENUES_MS, () => diagnostics.venues())
  const engineStatus = new Topic(VENUES_MS, () => diagnostics.engine())
  const ledgerStatus = new Topic(STATUS_MS, () => completeness.status())
  const stages = new Topic(STATUS_MS, () => latency.stages())
  const lab = new Lab({
    clock,
    createFeed: ports.createFeed,
    connectRelay: ports.connectRelay,
    changed: () => labStatus.refresh(),
  })
  const labStatus = new Topic(PACES.lab[0], () => lab.status())
  const summary = new Topic(PACES.summary[0], () => watchlist.summaries())
  const topics = (name: TopicName, market: MarketId | undefined): Outcome<TopicSource> => {
    if (name === 'venues.status') return ok(venuesStatus as TopicSource)
    if (name === 'engine.status') return ok(engineStatus as TopicSource)
    if (name === 'latency.stages') return ok(stages as TopicSource)
    if (name === 'markets.summary') return ok(summary as TopicSource)
    if (name === 'ledger.status') return ok(ledgerStatus as TopicSource)
    if (name === 'lab.status') return ok(labStatus as TopicSource)
    if (name === 'alerts.state') return ok(alerts.state as TopicSource)
    if (name === 'alerts.fired') return ok(deliveries.fired as TopicSource)
    if (name === 'alerts.rehearsal') return ok(rehearsal.status as TopicSource)
    if (name === 'export.status') return ok(exports.status as TopicSource)
    if (name === 'replay.status') return ok(playback.status as TopicSource)
    if (name === 'analysis.status') return ok(analyses.status as TopicSource)
    if (name === 'replay.tape') return playback.tape(market as MarketId) as Outcome<TopicSource>
    const slot = market === undefined ? undefined : data.slots.get(market)
    if (slot === undefined) return fail('not-found', `${market ?? ''} is not on the watchlist.`)
    return ok((name === 'market.trades' ? slot.feed.topic : slot.tape) as TopicSource)
  }
  const commands = createCommands({
    clock,
    info: {
      ...ports.info,
      venues: ports.venues.map(({ id, label, docs, stream }) => ({
        venue: id,
        label,
        docs,
        hosts: [stream.url, ...(stream.alternatives ?? [])].map(hostOf),
      })),
    },
    settings,
    onMode: ports.onMode,
    data,
    latency,
    feeds,
    history,
    watchlist,
    store,
    completeness,
    lab,
    alerts,
    deliveries,
    analyses,
    playback,
    rehearsal,
    exports,
    venues: ports.venues,
    network: ports.network,
    onNetwork: ports.onNetwork,
    publishList: () => summary.publish(watchlist.summaries()),
  })

  const spared = (paces: Paces, run: () => void) => paced(clock, paces, () => load.level, run)
  const timers: (() => void)[] = []
  const start = (): void => {
    store.onHealth(() => engineStatus.refresh())
    store.limit(settings.current.storage)
    for (const feed of feeds.values()) feed.start()
    timers.push(
      clock.every(FEED_MS, () => {
        for (const slot of data.slots.values()) slot.feed.publish()
      }),
      spared(PACES.tape, () => {
        for (const slot of data.slots.values()) slot.publish()
      }),
      spared(PACES.summary, () => summary.refresh()),
      spared(PACES.stages, () => stages.refresh()),
      spared(PACES.lab, () => {
        if (lab.running) labStatus.refresh()
      }),
      clock.every(VENUES_MS, () => {
        if (changed.size === 0) return
        changed.clear()
        venuesStatus.refresh()
      }),
      clock.every(LEDGER_MS, () => {
        completeness.tick()
        alerts.tick()
        analyses.tick()
      }),
      clock.every(STATUS_MS, () => {
        ledgerStatus.refresh()
        for (const feed of feeds.values()) latency.setClock(feed.venue, feed.status().clock)
        load.tick(diagnostics.tick())
        engineStatus.refresh()
        venuesStatus.refresh()
      }),
    )
    const saved = ports.onlyTheseMarkets ? [] : settings.current.markets
    void deliveries.load()
    // Alerts first: they are told of each gap, and what fills it.
    void alerts.start().then(() => watchlist.restore([...new Set([...ports.markets, ...saved])]))
    void analyses.start()
  }
  const stop = async (): Promise<{ trades: number; unwritten: number }> => {
    for (const cancel of timers.splice(0)) cancel()
    bars.stop()
    latency.stop()
    completeness.stop()
    await lab.stop()
    await playback.stop()
    await exports.stop()
    await Promise.all([ports.jobs.close(), ports.exportJobs.close()])
    await Promise.all([...feeds.values()].map((feed) => feed.stop()))
    deliveries.stop()
    analyses.stop()
    alerts.stop()
    data.flush()
    const { unwritten } = await store.close()
    return { trades: data.trades, unwritten: unwritten + data.shedTrades }
  }

  return {
    start,
    stop,
    wake: () => {
      for (const feed of feeds.values()) feed.wake()
    },
    handlers: {
      call: async (name, input, signal) => {
        if (!Object.hasOwn(commandSchemas, name))
          return fail('invalid', `There is no command ${name.slice(0, 80)}.`)
        const command = name as CommandName
        const parsed = commandSchemas[command].safeParse(input)
        if (!parsed.success) return fail('invalid', `${command}: ${firstIssue(parsed.error)}`)
        return await runCommand(commands, command, parsed.data, signal)
      },
      topic: (name, params) => {
        if (!Object.hasOwn(topicSchemas, name))
          return fail('invalid', `There is no topic ${name.slice(0, 80)}.`)
        const parsed = topicSchemas[name as TopicName].safeParse(params)
        if (!parsed.success) return fail('invalid', `${name}: ${firstIssue(parsed.error)}`)
        return topics(name as TopicName, (parsed.data as { market?: MarketId }).market)
      },
    },
  }
}

/** When each venue said something last; what of it were trades is known anyway. */
function* heardOf(feeds: Iterable<Feed>): Generator<readonly [venue: string, at: number]> {
  for (const feed of feeds) {
    const { lastMessageAt } = feed.status()
    if (lastMessageAt !== null) yield [feed.venue, lastMessageAt]
  }
}

const hostOf = (address: string): string =>
  URL.canParse(address) ? new URL(address).host : address

const firstIssue = (error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]
}): string => {
  const issue = error.issues[0]
  return issue === undefined
    ? 'not as agreed'
    : `${issue.path.map(String).join('.') || 'input'}: ${issue.message}`
}
