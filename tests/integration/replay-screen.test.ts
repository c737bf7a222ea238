import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { replayTape } from '../../src/main/jobs/replay-tape.ts'
import { AlertEvaluator } from '../../src/main/pipeline/alerts/alert-evaluator.ts'
import { alertEvaluation } from '../../src/main/pipeline/replay/alert-evaluation.ts'
import type { ReplayFiring } from '../../src/main/pipeline/replay/evaluator.ts'
import { Replay } from '../../src/main/pipeline/replay/replay.ts'
import { databasePath } from '../../src/main/platform/data-files.ts'
import { startSimulator } from '../../src/main/simulator/index.ts'
import { openReader } from '../../src/main/store/reader.ts'
import { binance } from '../../src/main/venues/binance.ts'
import { okx } from '../../src/main/venues/okx.ts'
import type { AlertDraft, RehearsalStatus } from '../../src/shared/contract/alerts.ts'
import type { Api } from '../../src/shared/contract/contract.ts'
import type {
  ReplayRequest,
  ReplayStatus,
  ReplayTapeFrame,
} from '../../src/shared/contract/replay.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import type { Trade } from '../../src/shared/domain/trade.ts'
import { compiled } from '../unit/pipeline/replay/alert-kit.ts'
import { unwrap } from '../unit/store/store-kit.ts'
import { startApp, summaries } from './app-here.ts'
import { until } from './command.ts'

// The whole application records from venues over real sockets, and meanwhile replays what it recorded.
const parent = mkdtempSync(join(tmpdir(), 'tapedeck-playback-'))
afterAll(() => rmSync(parent, { recursive: true, force: true }))

const VENUES = [binance, okx]
const MARKETS = VENUES.flatMap(({ id }) => [`${id}:BTC-USDT`, `${id}:ETH-USDT`]) as MarketId[]
const [A, B] = MARKETS as [MarketId, MarketId]
const TRADES = 3_000
/** Judged at trades and judged by instants; wide enough apart that none is on all the time. */
const ON_THE_WAY_MS = 500
const RULES = [
  `${A} move 1s > 0.01%`,
  `${A} trade value > 3000`,
  `${B} imbalance 500ms > 0.3 and ${B} trades 500ms > 5`,
  `${B} rsi(3, 250ms) < 40`,
  `spread(${MARKETS[2]}, ${A}) beyond 0.01%`,
  `${A} volume 200ms zscore 2s > 1`,
  `${A} latency > 100ms`,
]

/** What a topic said last, and the way to leave it. */
function following<T>(subscribe: (listener: (value: T) => void) => () => void) {
  const seen: T[] = []
  const leave = subscribe((value) => void seen.push(value))
  return { seen, leave, last: () => seen.at(-1) }
}

async function start() {
  const folder = mkdtempSync(join(parent, 'tape-'))
  const simulator = await startSimulator({
    venues: VENUES.map(({ id }) => id as 'okx'),
    ...{ rate: 500, seed: 11, timeScale: 20, faults: ['delay:p=0.05,by=200ms'] },
  })
  const addresses = new Map<string, { ws: string; rest: string }>(
    simulator.addresses.map(({ venue, ws, rest }) => [venue, { ws, rest }]),
  )
  const { app, api } = await startApp(folder, { venues: VENUES, markets: MARKETS, addresses })
  const counted = async () => (await summaries(api)).reduce((sum, { trades }) => sum + trades, 0)
  return { simulator, app, api, counted, path: databasePath(folder, false) }
}

/** All live trades of the markets, as programs get them. */
const listen = (api: Api) =>
  MARKETS.map((market) => ({
    market,
    ...following<{ readonly trades: readonly Trade[]; readonly skipped: number }>((listener) =>
      api.subscribe('market.trades', { market }, listener),
    ),
  }))

it('replays for the screen what is recorded while recording goes on', async () => {
  const { simulator, app, api, counted, path } = await start()
  await until('trades', async () => (await counted()) > TRADES, 40)
  const recorded = await summaries(api)
  const to = Math.min(...recorded.map(({ lastTradeAt }) => lastTradeAt ?? 0))
  const status = following<ReplayStatus>((listener) => api.subscribe('replay.status', {}, listener))
  expect(await api.call('replay.act', { do: 'play' })).toMatchObject({
    failure: { code: 'not-found' },
  })
  const request: ReplayRequest = {
    ...{ markets: [A, B], from: epochMs(to - 600_000), to: epochMs(to), order: 'received' },
    alerts: false,
  }
  unwrap(await api.call('replay.start', request))
  await until('it waits', () => status.last()?.state === 'paused')
  expect(status.last()).toMatchObject({ request, at: request.from, trades: 0 })
  expect(status.last()?.summaries.map(({ market }) => market)).toEqual([A, B].sort())
  const tape = following<ReplayTapeFrame>((listener) =>
    api.subscribe('replay.tape', { market: A }, listener),
  )
  const act = async (action: Parameters<typeof api.call<'replay.act'>>[1]) =>
    unwrap(await api.call('replay.act', action))

  await act({ do: 'step', by: 'trade' })
  await until('a step', () => status.last()?.trades === 1)
  await act({ do: 'pace', pace: 'max' })
  await act({ do: 'play' })
  await until('its end', () => status.last()?.state === 'ended')
  const whole = status.last()?.trades ?? 0
  const reader = unwrap(openReader(path))
  const stored = [...reader.trades(request)].filter(({ origin }) => origin !== 'snapshot')
  expect(whole).toBe(stored.length)
  const shown = () =>
    tape.seen.reduce((sum, { trades, skipped }) => sum + trades.length + skipped, 0)
  const ofA = stored.filter(({ market }) => market === A).length
  await until('the last frame', () => shown() >= ofA - 1)

  const middle = stored[Math.floor(stored.length / 2)]?.exchangeTime ?? epochMs(0)
  await act({ do: 'seek', to: middle })
  await until('a seek', () => status.last()?.at === middle)
  expect(status.last()).toMatchObject({ state: 'paused', trades: 0 })
  await until('a frame that begins anew', () => tape.last()?.anew === true)
  const before = stored.filter(({ market, exchangeTime }) => market === A && exchangeTime < middle)
  const summary = status.last()?.summaries.find(({ market }) => market === A)
  expect(summary?.last).toBe(Number(before.at(-1)?.price))

  const live = await counted()
  await act({ do: 'pace', pace: 2 })
  await act({ do: 'play' })
  await until('it goes on', () => (status.last()?.trades ?? 0) > 0)
  await until('recording goes on behind it', async () => (await counted()) > live + 100)
  await act({ do: 'pause' })
  await until('a pause', () => status.last()?.state === 'paused')

  const refused = await api.call('replay.start', { ...request, to: request.from })
  expect(refused).toMatchObject({ failure: { code: 'invalid' } })
  await until('it says so', () => status.last()?.state === 'failed')
  const draft: AlertDraft = {
    ...{ name: 'any', expr: `${A} trade size > 0`, severity: 'info', cooldownMs: 60_000 },
    ...{ rearm: 'auto', expiresAt: null, channels: [] },
  }
  const { id } = unwrap(await api.call('alerts.save', { draft }))
  unwrap(await api.call('alerts.arm', { id, armed: true }))
  unwrap(await api.call('replay.start', { ...request, markets: [A], alerts: true }))
  await until('another', () => status.last()?.state === 'paused')
  await act({ do: 'step', by: 'trade' })
  await until('an armed alert fires', () => status.last()?.firings.length === 1)
  expect(status.last()?.firings).toMatchObject([{ alert: id, name: 'any', market: A }])
  await act({ do: 'stop' })
  await until('it is gone', () => status.last()?.state === 'none')
  reader.close()
  await app.stop()
  await simulator.close()
}, 120_000)

it('fires alerts at the moments at which a live evaluator fired them, and rehearses them', async () => {
  const { simulator, app, api, counted, path } = await start()
  await until('the markets', async () => {
    const watched = await summaries(api)
    return MARKETS.every((market) => watched.some((one) => one.market === market && one.trades > 0))
  })
  const heard = listen(api)
  await until('trades', async () => (await counted()) > TRADES, 40)
  simulator.pause()
  let counts = -1
  await until('nothing more comes', async () => {
    const now = await counted()
    const still = now === counts
    counts = now
    await new Promise((resolve) => setTimeout(resolve, 400))
    return still
  })
  const all = heard.flatMap(({ seen }) => seen.flatMap((frame) => frame.trades))
  // Some came before anybody listened: from here on none did.
  const begun = Math.max(...MARKETS.map((market) => firstOf(all, market))) + 2_000
  const trades = all.filter(({ exchangeTime }) => exchangeTime >= begun)
  expect(heard.flatMap(({ seen }) => seen).every(({ skipped }) => skipped === 0)).toBe(true)
  for (const { leave } of heard) leave()
  const [from, to] = [begun, Math.max(...trades.map(({ exchangeTime }) => exchangeTime)) + 1]

  await until('all of it is on the disk', () => {
    const reader = unwrap(openReader(path))
    const stored = [...reader.trades({ from: epochMs(from), to: epochMs(to) })].length
    reader.close()
    return stored >= trades.length
  })
  const reader = unwrap(openReader(path))
  // A replay begins with windows that know what was before, as live did.
  const before = [...reader.trades({ to: epochMs(from) })].filter(
    ({ origin }) => origin === 'stream',
  )
  const fired: ReplayFiring[] = []
  feedLive([...before, ...trades], (firing) => fired.push(firing))
  const played: ReplayFiring[] = []
  const replay = new Replay(replayTape(reader), {
    ...{ markets: MARKETS, from, to, order: 'received' },
    evaluator: alertEvaluation(RULES.map((rule) => compiled(rule))),
    onFiring: (firing) => played.push(firing),
  })
  replay.run(Number.POSITIVE_INFINITY)
  expect(replay.trades).toBe(trades.length)
  for (const rule of RULES) {
    const of = (list: readonly ReplayFiring[]) =>
      // What was matched before the stretch and heard in it is in the windows of a replay, not in the stretch.
      moments(list.filter(({ alert, at }) => alert === rule && at >= from + ON_THE_WAY_MS))
    expect(of(played), rule).toEqual(of(fired))
    expect(of(fired).length, `${rule} fired`).toBeGreaterThan(0)
  }

  const status = following<RehearsalStatus>((listener) =>
    api.subscribe('alerts.rehearsal', {}, listener),
  )
  const exchanged: ReplayFiring[] = []
  const inOrder = new Replay(replayTape(reader), {
    ...{ markets: MARKETS, from, to, order: 'exchange' },
    evaluator: alertEvaluation([compiled(RULES[0] ?? '')]),
    onFiring: (firing) => exchanged.push(firing),
  })
  inOrder.run(Number.POSITIVE_INFINITY)
  const draft: AlertDraft = {
    ...{ name: '', expr: RULES[0] ?? '', severity: 'info', cooldownMs: 0, rearm: 'auto' },
    ...{ expiresAt: null, channels: [] },
  }
  unwrap(await api.call('alerts.rehearse', { draft, from: epochMs(from), to: epochMs(to) }))
  await until('a rehearsal', () => status.last()?.state === 'done')
  expect(status.last()).toMatchObject({ progress: 1, count: exchanged.length })
  expect(status.last()?.firings.map(({ at, price }) => [at, price])).toEqual(
    exchanged.map(({ at, price }) => [at, price]),
  )
  const wrong = { draft: { ...draft, expr: 'nonsense' }, from: epochMs(from), to: epochMs(to) }
  expect(await api.call('alerts.rehearse', wrong)).toMatchObject({ failure: { code: 'invalid' } })
  reader.close()
  await app.stop()
  await simulator.close()
}, 120_000)

const firstOf = (trades: readonly Trade[], wanted: MarketId): number =>
  Math.min(
    ...trades.filter(({ market }) => market === wanted).map(({ exchangeTime }) => exchangeTime),
  )

const moments = (firings: readonly ReplayFiring[]) =>
  firings.map(({ at, time, price, values }) => ({
    ...{ at, time, price },
    // The RSI remembers all closes since it began, each the less the older it is.
    values: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, Number(value.toPrecision(5))]),
    ),
  }))

/** As the engine hands trades to its evaluator: an instant a time of receipt, markets by name, each in tape order. */
function feedLive(trades: readonly Trade[], out: (firing: ReplayFiring) => void): void {
  const evaluator = new AlertEvaluator(
    RULES.map((rule) => compiled(rule)),
    out,
  )
  const instants = new Map<number, Trade[]>()
  for (const trade of trades)
    instants.set(trade.receiveTime, [...(instants.get(trade.receiveTime) ?? []), trade])
  for (const [at, list] of [...instants].sort(([a], [b]) => a - b)) {
    evaluator.open(at)
    for (const market of [...MARKETS].sort()) {
      const own = list
        .filter((trade) => trade.market === market)
        .sort((a, b) => a.exchangeTime - b.exchangeTime || Number(a.id) - Number(b.id))
      const rows = {
        time: Float64Array.from(own, ({ exchangeTime }) => exchangeTime),
        price: Float64Array.from(own, ({ price }) => Number(price)),
        qty: Float64Array.from(own, ({ qty }) => Number(qty)),
        side: Uint8Array.from(own, ({ side }) => (side === 'buy' ? 0 : 1)),
      }
      evaluator.rows(evaluator.slot(market), rows, 0, own.length)
    }
    evaluator.close(at)
  }
}
