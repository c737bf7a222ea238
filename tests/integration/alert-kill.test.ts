import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Firing } from '../../src/main/pipeline/alerts/firing.ts'
import { startSimulator } from '../../src/main/simulator/index.ts'
import type { KeptAlert } from '../../src/main/store/alert-changes.ts'
import type { AlertDraft } from '../../src/shared/contract/alerts.ts'
import type { Trade } from '../../src/shared/domain/trade.ts'
import { drawFrom } from '../bench/harness/synthetic.ts'
import {
  armIn,
  asked,
  count,
  type Logged,
  logIn,
  metIn,
  reachedIn,
  storedIn,
  tradesIn,
} from './alert-tape.ts'
import { type Running, tapedeckIn, until } from './command.ts'
import { NO_KEYCHAIN, type OpenKeychain, privateKeychain } from './keychain.ts'

// `record` as a whole with armed alerts, killed without warning again and again: in the midst of trading, while a hole is
// fetched, while a webhook is on its way. What the conditions say of the tape that is there at last, computed by a slow
// evaluation that shares no code with the program's, must be in the log, and must have been told.
const SEED = Number(process.env.KILL_SEED ?? 5)
const BTC = 'binance:BTC-USDT'
const ETH = 'binance:ETH-USDT'
const OKX = 'okx:BTC-USDT'
const STALE = `${BTC} stale > 1600ms`
const PEER = fileURLToPath(new URL('keychain-peer.ts', import.meta.url))
/** Live goes by the receipt, so that a silence may end before its time is up; milliseconds. */
const RECEIPT_MS = 500
/** One firing may have two instants where it is judged by receipt live and by match afterwards. */
const SAME_MS = 1_000

const folder = mkdtempSync(join(tmpdir(), 'tapedeck-alert-kill-'))
const keychain = NO_KEYCHAIN === null ? privateKeychain() : null
let open: OpenKeychain | null = null
let recorder: Running | null = null
beforeAll(async () => {
  open = (await keychain?.open()) ?? null
})
afterAll(async () => {
  recorder?.child.kill('SIGKILL')
  await open?.close()
  keychain?.remove()
  rmSync(folder, { recursive: true, force: true })
})

const draft = (expr: string, more: Partial<AlertDraft> = {}): AlertDraft => ({
  ...{ name: '', expr, severity: 'info', cooldownMs: 0, rearm: 'auto', expiresAt: null },
  channels: keychain === null ? [] : ['webhook'],
  ...more,
})

/** Around the prices at which the venues begin, and of the sizes that they make. */
const draftsAt = (price: (market: string) => number): readonly AlertDraft[] => {
  const near = (market: string, percent: number) =>
    (price(market) * (1 + percent / 100)).toPrecision(9)
  return [
    draft(`${BTC} price crosses above ${near(BTC, 0.005)}`, { hysteresis: 0.00002 }),
    draft(`${BTC} price > ${near(BTC, 0.01)}`, { hysteresis: 0.0001 }),
    draft(`${OKX} price < ${near(OKX, -0.005)}`, { cooldownMs: 1_500 }),
    draft(`${ETH} price > ${near(ETH, -0.01)}`, { rearm: 'once' }),
    draft(`${BTC} trade size > 0.012`),
    draft(`${OKX} trade value > 1500`, { cooldownMs: 700 }),
    draft(`${BTC} move 2s > 0.01%`),
    draft(`${ETH} volume 2s > 5`, { cooldownMs: 400 }),
    draft(`${OKX} trades 1s > 75`),
    draft(`${BTC} imbalance 1s < -0.4 and ${BTC} price < ${near(BTC, 0.02)}`),
    draft(`${ETH} deviation vwap(2s) beyond 0.01%`),
    draft(`${BTC} volume 1s zscore 5s > 2`),
    draft(`${ETH} rsi(3, 1s) < 25`),
    draft(STALE),
    draft(`${BTC} stale > 1300ms and ${OKX} stale > 1400ms`),
  ]
}

/** Takes firings by HTTP; now and then it cannot, and it tells when something is on its way. */
class Hook {
  /** Ids of the firings that it took. */
  readonly taken = new Map<number, number>()
  arrived: () => void = () => {}
  posts = 0
  refused = 0
  private readonly server = createServer((request, answer) => void this.take(request, answer))

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private async take(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    let text = ''
    // Whoever is killed while it sends ends in the midst of it.
    const whole = await (async () => {
      for await (const chunk of request) text += String(chunk)
      return true
    })().catch(() => false)
    if (!whole) return
    this.posts += 1
    this.arrived()
    if (this.posts % 9 === 4) {
      this.refused += 1
      answer.writeHead(503).end()
      return
    }
    const { events } = JSON.parse(text) as { events: readonly { id: number }[] }
    for (const { id } of events) this.taken.set(id, (this.taken.get(id) ?? 0) + 1)
    answer.writeHead(200).end()
  }
}

/** What the log does not say of what was met, in words. */
function untold(met: readonly Firing[], log: readonly Logged[], alerts: readonly KeptAlert[]) {
  const byAlert = Map.groupBy(log, ({ alert }) => alert)
  return met.flatMap(({ alert: id, at, market, time }) => {
    const alert = alerts.find((each) => each.id === id)
    if (alert === undefined) return `no alert ${id}`
    const isTold = (byAlert.get(id) ?? []).some((event) => {
      if (event.at === at && event.market === market) return true
      if (event.at <= at && at < event.at + alert.cooldownMs) return true
      if (alert.rearm === 'once' && event.at <= at) return true
      if (!alert.expr.includes('stale')) return false
      return event.time === time || Math.abs(event.at - at) <= SAME_MS
    })
    return isTold ? [] : [`${alert.expr} at ${at}, trade of ${time}`]
  })
}

/** Silences that lasted long enough for whoever hears of trades a moment after they were made. */
function clearOnly(met: readonly Firing[], trades: readonly Trade[], alerts: readonly KeptAlert[]) {
  const soon = (expr: string, at: number): boolean =>
    trades.some(
      ({ market, exchangeTime }) =>
        expr.includes(market) && exchangeTime >= at && exchangeTime < at + RECEIPT_MS,
    )
  return met.filter(({ alert, at }) => {
    const expr = alerts.find(({ id }) => id === alert)?.expr ?? ''
    return !expr.includes('stale') || !soon(expr, at)
  })
}

async function story() {
  const draw = drawFrom(SEED)
  const between = (from: number, to: number): number => Math.round(from + draw() * (to - from))
  const hook = new Hook()
  const address = await hook.listen()
  const environment = open?.environment ?? {}
  if (open !== null) {
    const secret = JSON.stringify({ address, chat: '' })
    const kept = spawnSync(process.execPath, [PEER, 'set', 'alerts webhook', secret], {
      env: { ...process.env, ...environment },
    })
    expect(JSON.parse(String(kept.stdout))).toMatchObject({ kept: true })
  }
  const simulator = await startSimulator({
    venues: ['binance', 'okx'],
    ...{ markets: ['BTC-USDT', 'ETH-USDT'], rate: 110, seed: SEED, timeScale: 5 },
  })
  const price = (market: string): number =>
    Number(simulator.printed().find((each) => each.market === market)?.price)
  await until('first prices', () => [BTC, ETH, OKX].every((market) => price(market) > 0))
  const alerts = await armIn(folder, draftsAt(price))
  const config = join(folder, 'config.json')
  const venues = simulator.addresses.map(({ venue, ws, rest }) => [venue, { ws, rest }])
  writeFileSync(
    config,
    JSON.stringify({
      ...{ markets: [BTC, ETH, OKX], batch: { size: 200, ms: 60 } },
      venues: Object.fromEntries(venues),
    }),
  )
  const start = async (): Promise<Running> => {
    const process = tapedeckIn(environment, 'record', '--data-dir', folder, '--config', config)
    recorder = process
    await process.event('ready')
    return process
  }
  const stored = (): number => storedIn(folder)
  const trading = async (more: number): Promise<void> => {
    const before = stored()
    await until('trades are stored', () => stored() > before + more)
  }
  const posted = (): Promise<void> =>
    keychain === null
      ? wait(between(300, 900))
      : Promise.race([wait(5_000), new Promise<void>((resolve) => (hook.arrived = resolve))])

  /** The moments at which it is killed. */
  const moments: readonly (() => Promise<void>)[] = [
    async () => {
      await trading(100)
      await wait(between(0, 900))
    },
    // What was missed is being fetched, or has just come.
    async () => {
      await trading(60)
      simulator.cut('binance')
      await wait(between(150, 1_200))
    },
    // The webhook is on its way, and nobody knows yet what became of it.
    async () => {
      await trading(60)
      await posted()
    },
    // A stretch that came afterwards waits to be judged, or is.
    async () => {
      const waits = until('what was missed', () => count(folder, 'alert_stretch') > 0, 4)
      await waits.catch(() => {})
      await wait(between(0, 60))
    },
    // Silence, noticed by the clock.
    async () => {
      await trading(30)
      simulator.pause()
      await wait(between(2_000, 2_400))
      simulator.resume()
      await wait(between(0, 400))
    },
    async () => wait(between(0, 300)),
  ]
  for (const moment of moments) {
    const process = await start()
    await moment()
    process.child.kill('SIGKILL')
    await process.ended
    await wait(between(100, 900))
  }
  // Nobody is there in a silence.
  simulator.pause()
  await wait(2_200)
  simulator.resume()
  await wait(between(100, 600))

  const began = Date.now()
  let last = await start()
  // With its first trade a market knows what it missed.
  await until('every market trades', () => reachedIn(folder) > began + 500, 20)
  const isWhole = (): boolean =>
    count(folder, `gap WHERE state IN ('open', 'filling')`) + count(folder, 'alert_stretch') === 0
  await until('all that was missed is there and judged', isWhole, 20)
  simulator.pause()
  await wait(500)
  await until('all that was missed is there and judged', isWhole, 20)
  last.child.kill('SIGTERM')
  expect((await last.ended).code).toBe(0)
  // What is told together at the end of a minute is told by the next run at once.
  last = await start()
  const isTold = (): boolean => isWhole() && count(folder, 'alert_event WHERE open = 1') === 0
  await until('all is told', isTold, 20)
  last.child.kill('SIGTERM')
  expect((await last.ended).code).toBe(0)
  const printed = simulator.printed()
  await simulator.close()
  await hook.close()
  return { alerts, hook, printed }
}

const without = NO_KEYCHAIN === null ? '' : ` (webhooks are not looked at: ${NO_KEYCHAIN})`
it(`what was met is in the log, once, and told, though the recorder is killed again and again${without}`, async () => {
  const { alerts, hook, printed } = await story()
  const trades = tradesIn(folder)
  const log = logIn(folder)

  // All that was traded since the first that was recorded is there.
  const lost = asked<object>(folder, `SELECT * FROM gaps WHERE state <> 'filled'`)
  expect(lost).toEqual([])
  for (const market of [BTC, ETH]) {
    const ids = new Set(trades.filter((each) => each.market === market).map(({ id }) => id))
    const begin = printed.findIndex((each) => each.market === market && ids.has(each.id))
    const made = printed.slice(begin).filter((each) => each.market === market)
    expect(made.filter(({ id }) => !ids.has(id))).toEqual([])
  }

  const met = clearOnly(metIn(folder, alerts), trades, alerts)
  expect(untold(met, log, alerts)).toEqual([])
  expect(log.filter(({ cause }) => cause === null).length, 'fired live').toBeGreaterThan(10)
  expect(log.filter(({ cause }) => cause !== null).length, 'found late').toBeGreaterThan(10)
  expect(new Set(log.map(({ alert }) => alert)).size, 'kinds').toBeGreaterThan(9)

  const keys = log.map(({ alert, at, market }) => `${alert} ${at} ${market}`)
  expect(new Set(keys).size).toBe(keys.length)
  // A silence is told once, whatever was judged meanwhile.
  const byClock = alerts.find(({ expr }) => expr === STALE)?.id
  const silences = log.filter(({ alert }) => alert === byClock)
  expect(silences.length).toBeGreaterThan(0)
  const again = Map.groupBy(silences, ({ alert, time }) => `${alert} ${time}`)
  expect([...again.values()].filter((all) => all.length > 1)).toEqual([])
  if (keychain === null) return
  const open = log.filter(({ deliveries }) =>
    deliveries.some(({ state, at }) => !['sent', 'grouped'].includes(state) || at === null),
  )
  expect(open).toEqual([])
  expect(log.filter(({ id }) => !hook.taken.has(id))).toEqual([])
}, 120_000)
