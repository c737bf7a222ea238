import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { parseMarketId } from '../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { Port } from '../../shared/rpc/port.ts'
import { serve } from '../../shared/rpc/server.ts'
import { type App, type AppPorts, createApp } from '../app.ts'
import { createFeed } from '../ingest/feed-session.ts'
import { fetchJson } from '../ingest/fetch-json.ts'
import { watchNetwork } from '../ingest/network-watch.ts'
import { connectWebSocket } from '../ingest/ws-connect.ts'
import { createJobs } from '../jobs/jobs.ts'
import { startReplayThread } from '../jobs/replay-thread.ts'
import { databasePath, exportsPath } from '../platform/data-files.ts'
import { exportFolder } from '../platform/export-folder.ts'
import { createLogger } from '../platform/log.ts'
import { createProcessGauge } from '../platform/process-gauge.ts'
import { environmentProxy } from '../platform/proxy-agents.ts'
import { createSecretStore } from '../platform/secret-store.ts'
import { settingsFile } from '../platform/settings-file.ts'
import { systemClock } from '../platform/system-clock.ts'
import type { Logger, SecretStore } from '../ports.ts'
import type { EngineConfig } from '../services/engine-config.ts'
import { SettingsService } from '../services/settings.ts'
import { openStore } from '../store/store-client.ts'
import { venues } from '../venues/index.ts'
import { holdSecrets } from './held-secrets.ts'
import { Network } from './network.ts'
import type { EngineStart, FromEngine, ToEngine } from './protocol.ts'
import { providerOnDemand } from './provider-on-demand.ts'
import { connectRelay } from './relay-connection.ts'
import { startMarkets } from './start-markets.ts'
import { SystemProxies } from './system-proxies.ts'

/** Trades that may wait in memory while the store does not take them; about 400 MB. */
const MAX_WAITING_TRADES = 2_000_000

/** The engine's thread: real clock, sockets, files and store around the application. */
async function run(host: MessagePort, { config, held }: EngineStart): Promise<void> {
  const post = (message: FromEngine): void => host.postMessage(message)
  const log = createLogger(config.logLevel, (line) => post({ t: 'log', line }))
  const proxies = new SystemProxies(config.systemProxies, environmentProxy)
  const secrets = holdSecrets(createSecretStore(log.info), held, (name, secret) =>
    post({ t: 'held', name, secret }),
  )
  const built = await build(
    config,
    log,
    { proxies, secrets },
    {
      onMode: (demo) => post({ t: 'mode', demo }),
      onNetwork: () => post({ t: 'restart' }),
    },
  )
  if (!built.ok) {
    post({ t: 'failed', ...built.failure })
    return
  }
  const app = built.value
  const onBug = (error: unknown): string => {
    const id = randomUUID().slice(0, 8)
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    log.error('bug', { id, message: text.slice(0, 2_000) })
    return id
  }
  process.on('unhandledRejection', onBug)
  host.on('message', (message: ToEngine) => {
    if (message.t === 'client') {
      serve(portOf(message.port), { ...app.handlers, onBug }, { ...systemClock })
      return
    }
    if (message.t === 'wake') {
      log.info('woken')
      app.wake()
      return
    }
    if (message.t === 'proxies') {
      if (!proxies.replace(message.proxies)) return
      log.info('system-proxies-changed')
      app.wake()
      return
    }
    unwatch()
    void app.stop().then((result) => post({ t: 'stopped', ...result }))
  })
  const unwatch = watchNetwork({
    clock: systemClock,
    interfaces: networkInterfaces,
    changed: () => {
      log.info('network-changed')
      app.wake()
      post({ t: 'network' })
    },
  })
  app.start()
  post({ t: 'ready' })
}

async function build(
  config: EngineConfig,
  log: Logger,
  { proxies, secrets }: { readonly proxies: SystemProxies; readonly secrets: SecretStore },
  asks: Pick<AppPorts, 'onMode' | 'onNetwork'>,
): Promise<Outcome<App>> {
  try {
    mkdirSync(config.dataDir, { recursive: true })
  } catch (error) {
    return fail('unavailable', `The data folder ${config.dataDir} cannot be made: ${String(error)}`)
  }
  const path = databasePath(config.dataDir, config.demo)
  const store = await openStore(
    { path, maxWaitingTrades: MAX_WAITING_TRADES },
    { clock: systemClock, log },
  )
  if (!store.ok) return store
  const chosen = venues.filter(({ id }) => {
    const address = config.venues[id]
    return config.demo ? address !== undefined : address?.enabled !== false
  })
  const { batchSize, batchMs, latencyWindowSeconds, load, storage } = config
  const settings = new SettingsService(
    settingsFile(join(config.dataDir, config.demo ? 'demo-settings.json' : 'settings.json')),
    log,
    startMarkets(chosen.map(({ id }) => id)).flatMap((text) => parseMarketId(text)?.id ?? []),
    {
      ...(batchSize === undefined ? {} : { batchSize }),
      ...(batchMs === undefined ? {} : { batchMs }),
      ...(latencyWindowSeconds === undefined ? {} : { latencyWindowSeconds }),
      ...(load === undefined ? {} : { load }),
      ...(storage === undefined ? {} : { storage }),
    },
  )
  const network = new Network({
    settings: () => settings.current,
    secrets,
    systemProxy: (url) => proxies.of(url),
    connect: connectWebSocket,
    fetchJson,
    clock: systemClock,
    addresses: config.venues,
  })
  await network.load()
  return ok(
    createApp({
      clock: systemClock,
      log,
      store: store.value,
      tapePath: path,
      jobs: createJobs({ log, clock: systemClock }),
      exportJobs: createJobs({ log, clock: systemClock, workers: 1 }),
      startReplay: startReplayThread,
      exportFolder: exportFolder(exportsPath(config.dataDir)),
      maxWaitingTrades: MAX_WAITING_TRADES,
      settings,
      venues: chosen,
      createFeed: (venue, listener) =>
        createFeed({
          venue,
          listener,
          address: config.venues[venue.id] ?? {},
          ...network.of(venue),
          limits: settings.current,
          clock: systemClock,
          random: Math.random,
          connect: connectWebSocket,
          fetchJson,
          log,
        }),
      gauge: createProcessGauge(),
      info: {
        version: config.version,
        demo: config.demo,
        shell: config.shell,
        platform: process.platform,
        dataDir: config.dataDir,
      },
      ...asks,
      network,
      provider: providerOnDemand(async () => {
        const { createAiProvider } = await import('../platform/ai-provider.ts')
        return createAiProvider({ agentFor: (url) => network.agentFor(url), clock: systemClock })
      }),
      secrets,
      connectRelay,
      markets: config.markets,
      onlyTheseMarkets: config.onlyTheseMarkets,
    }),
  )
}

/** A client's end of the channel, as the rpc server wants it. */
function portOf(channel: MessagePort): Port {
  return {
    send: (message) => channel.postMessage(message),
    onMessage: (listener) => channel.on('message', listener),
    onClose: (listener) => channel.on('close', listener),
    close: () => channel.close(),
  }
}

if (parentPort !== null) void run(parentPort, workerData as EngineStart)
