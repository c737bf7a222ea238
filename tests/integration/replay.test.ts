import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { compiledAlerts } from '../../src/main/jobs/compiled-alerts.ts'
import { replayTape } from '../../src/main/jobs/replay-tape.ts'
import { alertEvaluation } from '../../src/main/pipeline/replay/alert-evaluation.ts'
import { Replay, type ReplayOptions } from '../../src/main/pipeline/replay/replay.ts'
import { databasePath } from '../../src/main/platform/data-files.ts'
import { startSimulator } from '../../src/main/simulator/index.ts'
import { openReader } from '../../src/main/store/reader.ts'
import { binance } from '../../src/main/venues/binance.ts'
import { bybit } from '../../src/main/venues/bybit.ts'
import { okx } from '../../src/main/venues/okx.ts'
import type { AlertDraft } from '../../src/shared/contract/alerts.ts'
import type { TapeFrame } from '../../src/shared/contract/status.ts'
import type { Candle } from '../../src/shared/domain/candle.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { unwrap } from '../unit/store/store-kit.ts'
import { frameOf, startApp, summaries } from './app-here.ts'
import { jsonLines, runCli } from './cli-process.ts'
import { until } from './command.ts'

// What the engine recorded from venues over real sockets, some of it fetched after a break, and the same played
// again: trades, bars and figures must be those that were shown live.
const folder = mkdtempSync(join(tmpdir(), 'tapedeck-replay-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const VENUES = [binance, okx, bybit]
const MARKETS = VENUES.flatMap(({ id }) => [`${id}:BTC-USDT`, `${id}:ETH-USDT`]) as MarketId[]
const TRADES = 4_000

/** On what was broken off nothing that looks back: live is told of a gap a moment after it is known. */
const EXPRESSIONS = [
  ...['binance', 'bybit'].flatMap((venue) => [
    `${venue}:BTC-USDT move 1s > 0.0005%`,
    `${venue}:BTC-USDT trades 500ms > 20`,
    `${venue}:ETH-USDT imbalance 1s > 0.2 or ${venue}:ETH-USDT imbalance 1s < -0.2`,
    `${venue}:ETH-USDT deviation vwap(2s) beyond 0.001%`,
  ]),
  ...['binance', 'okx'].flatMap((venue) => [
    `${venue}:BTC-USDT trade value > 3000`,
    `${venue}:ETH-USDT trade size > 0.4`,
  ]),
  'spread(binance:BTC-USDT, bybit:BTC-USDT) beyond 0.001%',
  'binance:BTC-USDT move 1s > 0% and bybit:BTC-USDT move 1s > 0%',
  'bybit:ETH-USDT stale > 1s',
]
const draftOf = (expr: string): AlertDraft => ({
  ...{ name: '', expr, severity: 'info', cooldownMs: 200, rearm: 'auto', expiresAt: null },
  channels: [],
})

async function armAll(api: Awaited<ReturnType<typeof startApp>>['api']): Promise<void> {
  for (const expr of EXPRESSIONS) {
    const { id } = unwrap(await api.call('alerts.save', { draft: draftOf(expr) }))
    unwrap(await api.call('alerts.arm', { id, armed: true }))
  }
}

interface Moment {
  readonly alert: string
  readonly at: number
  readonly market: string
  readonly price: number
  readonly values: Readonly<Record<string, number>>
}
const momentsOf = (all: readonly Moment[]): readonly Moment[] =>
  all
    .map(({ alert, at, market, price, values }) => ({ alert, at, market, price, values }))
    .sort((a, b) => a.at - b.at || (a.alert < b.alert ? -1 : 1))

/** Recording began and broke off within them, which the tape alone does not tell a replay. */
const plain = ({ partial: _partial, ...bar }: Candle) => ({
  ...bar,
  // Sums of doubles depend on their order, by far less than this.
  volume: Number(bar.volume.toPrecision(9)),
  buyVolume: Number(bar.buyVolume.toPrecision(9)),
})

async function record() {
  const simulator = await startSimulator({
    venues: VENUES.map(({ id }) => id as 'okx'),
    ...{ rate: 700, seed: 5, timeScale: 20, faults: ['delay:p=0.05,by=200ms', 'duplicate:p=0.05'] },
  })
  // Alerts are armed before anything comes: what they see is what is on the tape.
  simulator.pause()
  const addresses = new Map(simulator.addresses.map(({ venue, ws, rest }) => [venue, { ws, rest }]))
  const { app, api } = await startApp(folder, {
    ...{ venues: VENUES, markets: MARKETS, addresses },
  })
  await armAll(api)
  simulator.resume()
  const count = async () => (await summaries(api)).reduce((sum, { trades }) => sum + trades, 0)
  await until('half of the trades', async () => (await count()) > TRADES / 2, 30)
  simulator.cut('okx')
  await until('all trades', async () => (await count()) > TRADES, 30)
  simulator.pause()
  const open = async () => {
    const gaps = unwrap(await api.call('ledger.gaps', { limit: 1_000 }))
    return gaps.filter(({ state }) => state === 'open' || state === 'filling').length
  }
  await until('what broke off was fetched', async () => (await open()) === 0, 20)
  let before = -1
  await until(
    'nothing more comes',
    async () => {
      const now = await count()
      const still = now === before
      before = now
      await new Promise((resolve) => setTimeout(resolve, 500))
      return still
    },
    20,
  )
  const shown = await summaries(api)
  const frames = new Map<MarketId, TapeFrame>()
  for (const market of MARKETS) frames.set(market, await frameOf(api, market))
  const log = unwrap(await api.call('alerts.log', { limit: 1_000 }))
  const endedAt = Date.now()
  await app.stop()
  await simulator.close()
  return { shown, frames, log, endedAt }
}

it('a replay of what was recorded has the trades, bars, figures and alerts that were shown live', async () => {
  const { shown, frames, log, endedAt } = await record()
  const reader = unwrap(openReader(databasePath(folder, false)))
  const stored = reader.stats()
  const from = Math.min(...stored.map((one) => one.first ?? Number.NaN))
  // What the clock alone brought about after the last trade is part of it.
  const to = endedAt
  const fired: Moment[] = []
  const options: ReplayOptions = {
    ...{ markets: MARKETS, from, to, order: 'received' },
    digest: () => createHash('sha256'),
    evaluator: alertEvaluation(unwrap(compiledAlerts(reader.alerts()))),
    onFiring: (firing) => fired.push(firing),
  }
  const replay = new Replay(replayTape(reader), options)
  const minutes = new Map<MarketId, Map<number, Candle>>()
  while (!replay.done) {
    replay.run(Number.POSITIVE_INFINITY, 100)
    for (const { market, minutes: bars } of replay.markets) {
      const kept = minutes.get(market) ?? new Map<number, Candle>()
      for (const bar of bars.drain()) kept.set(bar.openTime, bar)
      minutes.set(market, kept)
    }
  }
  expect(replay.trades).toBe(shown.reduce((sum, { trades }) => sum + trades, 0))
  const late = reader.gaps({}).reduce((sum, { recovered }) => sum + recovered, 0)
  expect(late, 'trades were fetched afterwards').toBeGreaterThan(0)
  for (const one of replay.markets) {
    const live = shown.find(({ market }) => market === one.market)
    const frame = frames.get(one.market)
    expect(one.trades, one.market).toBe(live?.trades)
    expect(one.seconds.newest(120).map(plain)).toEqual(frame?.candles['1s'].map(plain))
    expect(one.minutes.newest(5).map(plain)).toEqual(frame?.candles['1m'].map(plain))
    const bars = reader.candlesBetween(one.market, from as never, to as never, '1m')
    expect([...(minutes.get(one.market)?.values() ?? [])].map(plain)).toEqual(bars.map(plain))
    const { day, last } = one.figures(replay.at)
    expect(last).toBe(live?.last)
    expect(day.volume).toBeCloseTo(live?.day.volume ?? Number.NaN, 8)
    expect(day.quoteVolume / (live?.day.quoteVolume ?? Number.NaN)).toBeCloseTo(1, 9)
    for (const figure of ['high', 'low', 'open', 'change'] as const)
      expect(day[figure], `${one.market} ${figure}`).toBe(live?.day[figure])
  }
  // The tape does not know that somebody listened before its first trade.
  const live = log.filter(({ late, at }) => late === null && at >= from)
  expect(live.length, 'alerts fired').toBeGreaterThan(20)
  expect(new Set(live.map(({ alert }) => alert)).size).toBeGreaterThan(EXPRESSIONS.length / 2)
  expect(momentsOf(fired)).toEqual(momentsOf(live))

  const hash = replay.hash()
  replay.seek(from)
  replay.run(Number.POSITIVE_INFINITY)
  expect(replay.hash()).toBe(hash)
  reader.close()

  // In processes of their own, and at another speed (numbers of threads: replay-threads.test.ts).
  const words = ['replay', '--data-dir', folder, '--from', String(from), '--to', String(to)]
  const asked = [...words, ...MARKETS.flatMap((market) => ['--market', market]), '--hash']
  for (const more of [[], ['--speed', '1000']]) {
    const run = runCli([...asked, '--alerts', 'database', ...more])
    expect(await run.code, run.err()).toBe(0)
    expect(jsonLines(run.out())).toEqual([
      { trades: replay.trades, alerts: live.length, hash, elapsedMs: expect.any(Number) },
    ])
  }
}, 120_000)
