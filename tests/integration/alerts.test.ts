import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createApp } from '../../src/main/app.ts'
import { createJobs } from '../../src/main/jobs/jobs.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import type { AiProvider } from '../../src/main/ports.ts'
import { SettingsService } from '../../src/main/services/settings.ts'
import { openStore } from '../../src/main/store/store-client.ts'
import type { Venue } from '../../src/main/venues/venue.ts'
import type { AlertEvent } from '../../src/shared/contract/alerts.ts'
import { fail, ok } from '../../src/shared/domain/outcome.ts'
import { Prints } from '../../src/shared/domain/prints.ts'
import { createClient } from '../../src/shared/rpc/client.ts'
import { portPair } from '../../src/shared/rpc/port.ts'
import { serve } from '../../src/shared/rpc/server.ts'
import {
  FakeFeed,
  market,
  memoryFile,
  noProvider,
  noThreads,
  silent,
} from '../unit/services/fakes.ts'

// The whole way with a real store and a real thread for what is evaluated afterwards.
const BTC = market('okx', 'BTC')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alerts-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function launch(provider: AiProvider = noProvider) {
  const path = join(folder, 'tape.db')
  const store = await openStore(
    { path, maxWaitingTrades: 10_000 },
    { clock: systemClock, log: silent },
  )
  if (!store.ok) throw new Error(store.failure.message)
  let feed: FakeFeed | undefined
  const app = createApp({
    ...noThreads,
    provider,
    clock: systemClock,
    log: silent,
    store: store.value,
    tapePath: path,
    jobs: createJobs({ log: silent, clock: systemClock }),
    maxWaitingTrades: 10_000,
    settings: new SettingsService(memoryFile('{}').file, silent, [], { batchMs: 50 }),
    venues: [
      { id: 'okx', label: 'OKX', docs: '', stream: { url: 'wss://x', ids: 'contiguous' } },
    ] as unknown as readonly Venue[],
    createFeed: (venue, listener) => {
      feed = new FakeFeed(venue.id, listener, [BTC])
      return feed
    },
    gauge: () => ({ rssBytes: 1, heapBytes: 1, cpuMs: 0, loopDelayP99Ms: 0 }),
    info: { version: '0', demo: false, shell: 'browser', platform: 'test', dataDir: folder },
    onMode: () => {},
    onNetwork: () => {},
    network: {
      try: async () => fail('unavailable', 'not in this test'),
      password: async () => ok({ kept: false }),
      post: async () => ok({ status: 200 }),
    },
    connectRelay: () => ({ close: async () => {} }),
    markets: [BTC.id],
    onlyTheseMarkets: true,
  })
  app.start()
  const [client, server] = portPair()
  serve(server, { ...app.handlers, onBug: String }, systemClock)
  const api = createClient(client)
  await vi.waitFor(() => expect(feed?.watched.has(BTC.id)).toBe(true))
  const spoken = feed as FakeFeed
  const trade = (id: number, price: number): number => {
    const prints = new Prints()
    const time = Date.now()
    prints.add(0, {
      ...{ id: String(id), price: String(price), qty: '1', side: 'buy', time },
      extra: undefined,
    })
    const { listener } = spoken
    listener.trades(BTC.id, prints, Uint32Array.of(0), 1, time)
    listener.handed?.()
    listener.folded?.(time, time, time)
    return time
  }
  const log = async (): Promise<readonly AlertEvent[]> => {
    const answer = await api.call('alerts.log', { limit: 100 })
    if (!answer.ok) throw new Error(answer.failure.message)
    return answer.value
  }
  return { app, api, feed: spoken, trade, log }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('fired live, found in what was filled, kept over a restart, told to clients', async () => {
  const first = await launch()
  const { api, feed, trade, log } = first
  const fired: AlertEvent[] = []
  api.subscribe('alerts.fired', {}, (events) => void fired.push(...events))
  const saved = await api.call('alerts.save', {
    draft: {
      ...{ name: 'High', expr: `${BTC.id} price > 105`, severity: 'info', cooldownMs: 0 },
      ...{ rearm: 'auto', expiresAt: null, channels: ['desktop'] },
    },
  })
  if (!saved.ok) throw new Error(saved.failure.message)
  expect(saved.value).toMatchObject({ armed: false, state: 'off' })
  const { id } = saved.value
  expect(await api.call('alerts.arm', { id, armed: true })).toMatchObject({ ok: true })
  expect(await api.call('markets.unwatch', { market: BTC.id })).toMatchObject({ ok: false })

  feed.listener.began(BTC.id)
  for (const number of [1, 2, 3]) trade(number, 100)
  await wait(20)
  const missed = Date.now()
  await wait(20)
  // 4 and 5 did not come, and nothing after them was above the threshold.
  feed.onRefill = (page) => {
    const row = { qty: '1', side: 'buy' } as const
    page([
      { ...row, id: '4', price: '110', time: missed },
      { ...row, id: '5', price: '100', time: missed + 1 },
    ])
    return ok({ whole: true, final: true })
  }
  trade(6, 101)
  await vi.waitFor(async () => expect(await log()).toHaveLength(1), { timeout: 15_000 })
  expect(await log()).toMatchObject([
    { alert: id, at: missed, price: 110, late: { cause: 'back-filled' } },
  ])
  const at = trade(7, 120)
  await vi.waitFor(async () => expect(await log()).toHaveLength(2))
  expect((await log())[0]).toMatchObject({ at, price: 120, late: null, market: BTC.id })
  await vi.waitFor(() => expect(fired).toHaveLength(2))
  expect((await log())[0]?.deliveries).toMatchObject([{ channel: 'desktop', state: 'sent' }])
  trade(8, 100)
  await first.app.stop()

  const second = await launch()
  await vi.waitFor(async () => expect(await second.log()).toHaveLength(2))
  second.feed.listener.began(BTC.id)
  second.trade(9, 100)
  second.trade(10, 130)
  await vi.waitFor(async () => expect(await second.log()).toHaveLength(3), { timeout: 5_000 })
  expect((await second.log())[0]).toMatchObject({ price: 130, late: null })
  expect(
    await second.api.call('alerts.save', {
      draft: {
        ...{ name: '', expr: `${BTC.id} price >> 105`, severity: 'info', cooldownMs: 0 },
        ...{ rearm: 'auto', expiresAt: null, channels: [] },
      },
    }),
  ).toMatchObject({ ok: false, failure: { code: 'invalid' } })
  await second.app.stop()
}, 60_000)

test('an alert that fires asks a model, and the verdict of a model fires an alert', async () => {
  const reason = 'Far from its mean.'
  const text = JSON.stringify({
    ...{ reason, anomalous: true, deviationPercent: null, volatilityPercent: null },
  })
  const { app, api, feed, trade, log } = await launch({
    ...noProvider,
    ask: async () => ({
      ok: true,
      value: {
        ...{ text, finish: 'stop', refusal: null, firstByteMs: 1, totalMs: 2 },
        usage: { promptTokens: 1, completionTokens: 1 },
      },
    }),
  })
  const on = { on: true, model: 'gpt-4.1' }
  const schedule = { kinds: ['anomaly'], everyMs: null, everyTrades: null, onAlert: true } as const
  const configured = await api.call('analysis.configure', {
    baseUrl: 'http://127.0.0.1:9/v1',
    kinds: { anomaly: on, sentiment: on, signal: on },
    schedules: { [BTC.id]: schedule },
  })
  expect(configured).toMatchObject({ ok: true })
  for (const expr of [`${BTC.id} price > 105`, `${BTC.id} ai anomaly`]) {
    const saved = await api.call('alerts.save', {
      draft: {
        ...{ name: expr, expr, severity: 'info', cooldownMs: 3_600_000, rearm: 'auto' },
        ...{ expiresAt: null, channels: [] },
      },
    })
    if (!saved.ok) throw new Error(saved.failure.message)
    await api.call('alerts.arm', { id: saved.value.id, armed: true })
  }
  feed.listener.began(BTC.id)
  trade(1, 100)
  await wait(300)
  trade(2, 120)
  await vi.waitFor(async () => expect(await log()).toHaveLength(2), { timeout: 15_000 })
  expect((await log()).map(({ expr }) => expr)).toEqual([
    `${BTC.id} ai anomaly`,
    `${BTC.id} price > 105`,
  ])
  // Once: what a verdict fired asks for no other.
  await wait(500)
  expect(await api.call('analysis.log', { limit: 10 })).toMatchObject({
    value: [{ trigger: 'alert', kind: 'anomaly', state: 'done', reason }],
  })
  await app.stop()
})
