import { mkdirSync } from 'node:fs'
import { createApp } from '../../src/main/app.ts'
import { createFeed } from '../../src/main/ingest/feed-session.ts'
import { fetchJson } from '../../src/main/ingest/fetch-json.ts'
import { connectWebSocket } from '../../src/main/ingest/ws-connect.ts'
import { createJobs } from '../../src/main/jobs/jobs.ts'
import { startReplayThread } from '../../src/main/jobs/replay-thread.ts'
import { databasePath, exportsPath } from '../../src/main/platform/data-files.ts'
import { exportFolder } from '../../src/main/platform/export-folder.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import { SettingsService } from '../../src/main/services/settings.ts'
import { openStore } from '../../src/main/store/store-client.ts'
import type { Venue } from '../../src/main/venues/venue.ts'
import type { Api } from '../../src/shared/contract/contract.ts'
import type { MarketSummary, TapeFrame } from '../../src/shared/contract/status.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { fail, ok } from '../../src/shared/domain/outcome.ts'
import { createClient } from '../../src/shared/rpc/client.ts'
import { portPair } from '../../src/shared/rpc/port.ts'
import { serve } from '../../src/shared/rpc/server.ts'
import { memoryFile, noProvider, silent } from '../unit/services/fakes.ts'
import { unwrap } from '../unit/store/store-kit.ts'

export interface AppOptions {
  readonly venues: readonly Venue[]
  readonly markets: readonly MarketId[]
  readonly addresses: ReadonlyMap<string, { readonly ws: string; readonly rest: string }>
}

/** The whole application in this process. The venues tell no day of their own: live begins with nothing, too. */
export async function startApp(folder: string, { venues, markets, addresses }: AppOptions) {
  mkdirSync(folder, { recursive: true })
  const store = await openStore(
    { path: databasePath(folder, false), maxWaitingTrades: 100_000 },
    { clock: systemClock, log: silent },
  )
  const app = createApp({
    clock: systemClock,
    log: silent,
    store: unwrap(store),
    maxWaitingTrades: 100_000,
    settings: new SettingsService(memoryFile().file, silent, [], {}),
    venues,
    createFeed: (venue, listener) => {
      const feed = createFeed({
        venue,
        listener,
        address: addresses.get(venue.id) ?? {},
        clock: systemClock,
        random: Math.random,
        connect: connectWebSocket,
        fetchJson,
        log: silent,
      })
      const nothing = async () => fail('unavailable', 'not in this test')
      return Object.assign(feed, { minutes: nothing, day: nothing })
    },
    gauge: () => ({ rssBytes: 1, heapBytes: 1, cpuMs: 0, loopDelayP99Ms: 0 }),
    info: { version: '0', demo: false, shell: 'browser', platform: 'test', dataDir: folder },
    onMode: () => {},
    onNetwork: () => {},
    network: {
      try: async () => fail('unavailable', 'not in this test'),
      password: async () => ok({ kept: false }),
      post: async () => fail('unavailable', 'not in this test'),
    },
    provider: noProvider,
    secrets: {
      get: async () => undefined,
      isHeld: () => false,
      set: async () => ({ kept: false }),
    },
    connectRelay: () => ({ close: async () => {} }),
    tapePath: databasePath(folder, false),
    jobs: createJobs({ log: silent, clock: systemClock }),
    exportJobs: createJobs({ log: silent, clock: systemClock, workers: 1 }),
    startReplay: startReplayThread,
    exportFolder: exportFolder(exportsPath(folder)),
    markets,
    onlyTheseMarkets: true,
  })
  app.start()
  const [client, server] = portPair()
  serve(server, { ...app.handlers, onBug: (error) => String(error) }, systemClock)
  return { app, api: createClient(client) }
}

export const first = <T>(subscribe: (listener: (value: T) => void) => () => void): Promise<T> =>
  new Promise((resolve) => {
    const end: { stop: () => void } = { stop: () => {} }
    end.stop = subscribe((value) => {
      resolve(value)
      queueMicrotask(() => end.stop())
    })
  })
export const summaries = (api: Api): Promise<readonly MarketSummary[]> =>
  first((listener) => api.subscribe('markets.summary', {}, listener))
export const frameOf = (api: Api, market: MarketId): Promise<TapeFrame> =>
  first((listener) => api.subscribe('market.tape', { market }, listener))
