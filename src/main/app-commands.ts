import type { CommandName, Commands } from '../shared/contract/contract.ts'
import type { AppInfo, Way } from '../shared/contract/status.ts'
import { type Market, type MarketId, parseMarketId, type VenueId } from '../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../shared/domain/outcome.ts'
import type { Feed } from './ingest/feed.ts'
import type { Clock } from './ports.ts'
import { marketsIn } from './services/alerts/alert-list.ts'
import type { Alerts } from './services/alerts/alerts.ts'
import type { Deliveries } from './services/alerts/deliveries.ts'
import type { Analyses } from './services/analysis/analyses.ts'
import { analysisCommands } from './services/analysis/commands.ts'
import type { Completeness } from './services/completeness/completeness.ts'
import type { TapeExports } from './services/export/tape-exports.ts'
import type { History } from './services/history.ts'
import type { Lab } from './services/lab/lab.ts'
import type { Latency } from './services/latency.ts'
import type { MarketData } from './services/market-data/market-data.ts'
import { searchMarkets } from './services/market-data/market-search.ts'
import type { Watchlist } from './services/market-data/watchlist.ts'
import type { NetworkPort } from './services/network-port.ts'
import type { Playback } from './services/replay/playback.ts'
import type { Rehearsal } from './services/replay/rehearsal.ts'
import type { SettingsService } from './services/settings.ts'
import type { TradeStore } from './store/store.ts'
import type { Venue } from './venues/venue.ts'

export type CommandTable = {
  readonly [Name in CommandName]: (
    input: Commands[Name]['input'],
    signal: AbortSignal,
  ) => Outcome<Commands[Name]['output']> | Promise<Outcome<Commands[Name]['output']>>
}

/** What the commands work on. */
export interface CommandRooms {
  readonly clock: Clock
  readonly info: AppInfo
  readonly settings: SettingsService
  /** Asks the shell to restart the engine on the other tape. */
  readonly onMode: (demo: boolean) => void
  readonly data: MarketData
  readonly latency: Pick<Latency, 'screen' | 'configure'>
  readonly feeds: ReadonlyMap<VenueId, Feed>
  readonly history: History
  readonly exports: TapeExports
  readonly watchlist: Watchlist
  readonly store: Pick<TradeStore, 'ledger' | 'gaps' | 'limit' | 'storage' | 'rollOff'>
  readonly completeness: Completeness
  readonly lab: Lab
  readonly alerts: Alerts
  readonly deliveries: Deliveries
  readonly analyses: Analyses
  readonly playback: Playback
  readonly rehearsal: Rehearsal
  readonly venues: readonly Venue[]
  readonly network: NetworkPort
  /** Asks the shell to restart the engine: it is to reach the venues another way. */
  readonly onNetwork: () => void
  /** Sends the watchlist to every client now. */
  readonly publishList: () => void
}

/** What each command does; its input has been checked by then. */
export function createCommands(rooms: CommandRooms): CommandTable {
  const { info, settings, data, feeds, history, watchlist, publishList } = rooms
  return {
    'app.info': () => ok(info),
    'app.mode': ({ demo }) => {
      if (demo !== info.demo) rooms.onMode(demo)
      return ok(null)
    },
    'markets.search': async ({ text, limit }) => {
      const lists = await Promise.all(
        [...feeds.values()].map((feed) => withinPatience(rooms.clock, feed.instruments())),
      )
      return ok(searchMarkets(lists.flat(), watchlist.markets, text, limit))
    },
    'markets.watch': async ({ market }) => {
      const outcome = await watchlist.watch(market)
      publishList()
      return outcome
    },
    'markets.unwatch': ({ market }) => {
      if (rooms.alerts.markets().has(market))
        return fail('invalid', `An armed alert looks at ${market}: disarm it first.`)
      const outcome = watchlist.unwatch(market)
      publishList()
      return outcome
    },
    'venues.retry': ({ venue }) => {
      const feed = feeds.get(venue)
      if (feed === undefined) return fail('not-found', `There is no venue ${venue}.`)
      feed.retry()
      return ok(null)
    },
    'history.candles': (query) => history.candles(query),
    'history.trades': ({ market, limit }) => history.trades(market, limit),
    'history.bars': (query) => history.bars(query),
    'history.around': (query) => history.around(query),
    'export.start': (request) => rooms.exports.start(request),
    'export.cancel': () => {
      rooms.exports.cancel()
      return ok(null)
    },
    'ledger.minutes': ({ market, from, to }) => rooms.store.ledger(market, from, to),
    'ledger.gaps': (query) => rooms.store.gaps(query),
    'ledger.retry': ({ gap }) => rooms.completeness.retry(gap),
    'ledger.cancel': ({ gap }) => rooms.completeness.cancel(gap),
    'lab.start': ({ market, ways }) => startLab(rooms, market, ways),
    'lab.stop': async () => {
      await rooms.lab.stop()
      return ok(null)
    },
    'latency.screen': (measured) => {
      rooms.latency.screen(measured)
      return ok(null)
    },
    'network.try': ({ venue, network, password }) => {
      const found = rooms.venues.find(({ id }) => id === venue)
      if (found === undefined) return fail('not-found', `There is no venue ${venue}.`)
      return rooms.network.try(found, network, password)
    },
    'network.password': ({ url, password }) => rooms.network.password(url, password),
    'storage.report': () => rooms.store.storage(),
    'storage.preview': (limits) => rooms.store.rollOff(limits),
    ...alertCommands(rooms),
    ...analysisCommands(rooms.analyses),
    'alerts.rehearse': (request) => rooms.rehearsal.start(request),
    'alerts.rehearse.cancel': () => {
      rooms.rehearsal.cancel()
      return ok(null)
    },
    'replay.start': (request) => rooms.playback.start(request),
    'replay.act': (action) => rooms.playback.act(action),
    'settings.get': () => ok(settings.current),
    'settings.set': (patch) => {
      const outcome = settings.set(patch)
      const { batchSize, batchMs, latencyWindowSeconds, maxAttempts, pollSeconds } =
        settings.current
      for (const feed of feeds.values()) feed.configure({ maxAttempts, pollSeconds })
      if (patch.storage !== undefined) rooms.store.limit(settings.current.storage)
      if (patch.proxy !== undefined || patch.venues !== undefined) rooms.onNetwork()
      data.configure({ batchSize, batchMs })
      rooms.latency.configure(latencyWindowSeconds * 1_000)
      return outcome
    },
  }
}

type AlertCommands = Pick<
  CommandTable,
  | 'alerts.save'
  | 'alerts.arm'
  | 'alerts.remove'
  | 'alerts.log'
  | 'alerts.seen'
  | 'alerts.pause'
  | 'alerts.notified'
  | 'alerts.delivery'
  | 'alerts.deliver'
  | 'alerts.try'
>

function alertCommands({ alerts, deliveries, watchlist, data, publishList }: CommandRooms) {
  return {
    'alerts.save': async ({ id, draft }) => {
      // An alert on a market that is not recorded would wait for ever.
      for (const market of marketsIn(draft.expr)) {
        if (data.slots.has(market)) continue
        const watched = await watchlist.watch(market)
        if (!watched.ok) return watched
        publishList()
      }
      return alerts.save(id, draft)
    },
    'alerts.arm': ({ id, armed }) => alerts.arm(id, armed),
    'alerts.remove': ({ id }) => alerts.remove(id),
    'alerts.log': (query) => alerts.log(query),
    'alerts.seen': () => alerts.seen(),
    'alerts.pause': ({ until }) => alerts.pause(until),
    'alerts.notified': ({ shown }) => {
      for (const { id, at } of shown) deliveries.notified(id, at)
      return ok(null)
    },
    'alerts.delivery': () => ok(deliveries.settings()),
    'alerts.deliver': ({ channel, address, chat }) => deliveries.setAddress(channel, address, chat),
    'alerts.try': ({ channel }) => deliveries.try(channel),
  } satisfies AlertCommands
}

async function startLab(
  { feeds, venues, lab }: CommandRooms,
  market: MarketId,
  ways: readonly Way[],
): Promise<Outcome<null>> {
  const parsed = parseMarketId(market)
  const venue = venues.find(({ id }) => id === parsed?.venue)
  const feed = parsed && feeds.get(parsed.venue)
  if (parsed === undefined || venue === undefined || feed === undefined)
    return fail('unknown-market', `${market} is no market of a venue that runs.`)
  const found = await feed.resolve(parsed.symbol)
  if (!found.ok) return found
  feed.measureClock()
  return lab.start(found.value, venue, feed, ways)
}

/** A search shows what is there; the list of a venue that does not answer comes with the next one. */
const SEARCH_PATIENCE_MS = 1_500

function withinPatience(
  clock: Clock,
  list: Promise<readonly Market[]>,
): Promise<readonly Market[]> {
  return new Promise((resolve) => {
    const cancel = clock.after(SEARCH_PATIENCE_MS, () => resolve([]))
    void list.then((markets) => {
      cancel()
      resolve(markets)
    })
  })
}

/** The table's type ties each name to its input; the schema has just made the input so. */
export const runCommand = <Name extends CommandName>(
  table: CommandTable,
  name: Name,
  input: Commands[Name]['input'],
  signal: AbortSignal,
): Outcome<unknown> | Promise<Outcome<unknown>> => table[name](input, signal)
