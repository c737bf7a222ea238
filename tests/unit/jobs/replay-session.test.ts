import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { FromReplay, ToReplay } from '../../../src/main/jobs/replay-protocol.ts'
import { ReplaySession } from '../../../src/main/jobs/replay-session.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import type { ReplayRequest, ReplayStatus } from '../../../src/shared/contract/replay.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { createTestFolder } from '../cli/test-folder.ts'
import { alertOf } from '../pipeline/replay/alert-kit.ts'
import {
  BTC,
  batchOf,
  ETH,
  ManualClock,
  openInline,
  T0,
  trade,
  unwrap,
} from '../store/store-kit.ts'

const path = join(mkdtempSync(join(createTestFolder(), 'tape-')), 'tape.db')
/** A trade a second in each of two markets, for ten minutes; prices of BTC rise by 1 a second. */
const SECONDS = 600

beforeAll(async () => {
  const { store } = await openInline(path)
  const trades = Array.from({ length: 2 * SECONDS }, (_, i) =>
    trade({
      ...{ id: String(i), market: i % 2 === 0 ? BTC : ETH, price: String(100 + (i >> 1)) },
      exchangeTime: epochMs(T0 + (i >> 1) * 1_000),
      receiveTime: epochMs(T0 + (i >> 1) * 1_000 + 20),
    }),
  )
  store.append(batchOf(trades))
  unwrap(await store.flushed())
  await store.close()
})

const usual: ReplayRequest = {
  ...{ markets: [BTC, ETH], from: epochMs(T0), to: epochMs(T0 + SECONDS * 1_000) },
  ...{ order: 'received', alerts: false },
}

function opened(request: Partial<ReplayRequest> = {}, start: Partial<ToReplay> = {}) {
  const clock = new ManualClock()
  clock.advance(T0 + 86_400_000 - clock.now())
  const said: Extract<FromReplay, { t: 'news' }>[] = []
  const outcome = ReplaySession.open(
    { clock, openReader, post: (message) => message.t === 'news' && said.push(message) },
    { t: 'start', path, alerts: [], request: { ...usual, ...request }, ...(start as object) },
  )
  const pass = (ms: number): void => {
    for (let i = 0; i < ms / 10; i += 1) clock.advance(10)
  }
  return { outcome, said, pass, clock }
}

function playing(request: Partial<ReplayRequest> = {}, start: Partial<ToReplay> = {}) {
  const { outcome, said, pass } = opened(request, start)
  const session = unwrap(outcome)
  const status = (): ReplayStatus => session.status()
  return { session, said, pass, status }
}

describe('a replay on the screen', () => {
  it('waits at its beginning, plays by the clock, and ends', () => {
    const { session, pass, status } = playing()
    expect(status()).toMatchObject({ state: 'paused', at: T0, pace: 1, trades: 0, firings: [] })
    session.act({ do: 'play' })
    pass(5_100)
    expect(status()).toMatchObject({ state: 'playing', trades: 12 })
    expect(status().summaries.map(({ market, last, trades }) => [market, last, trades])).toEqual(
      [ETH, BTC].sort().map((market) => [market, 105, 6]),
    )
    session.act({ do: 'pace', pace: 'max' })
    pass(100)
    expect(status()).toMatchObject({ state: 'ended', trades: 2 * SECONDS, pace: 'max' })
    session.close()
  })

  it('steps by a trade and by a bar, and seeks', () => {
    const { session, status } = playing()
    session.act({ do: 'step', by: 'trade' })
    expect(status()).toMatchObject({ state: 'paused', trades: 1 })
    session.act({ do: 'step', by: 'bar' })
    const bar = (Math.floor((T0 + 20) / 60_000) + 1) * 60_000
    expect(status()).toMatchObject({ state: 'paused', at: bar })
    session.act({ do: 'seek', to: epochMs(T0 + 300_000) })
    expect(status()).toMatchObject({ state: 'paused', at: T0 + 300_000, trades: 0 })
    expect(status().summaries[0]?.last, 'what was before is in the figures').toBe(399)
    session.act({ do: 'seek', to: epochMs(T0 + 100_000) })
    expect(status()).toMatchObject({ at: T0 + 100_000 })
    expect(status().summaries[0]?.last).toBe(199)
    session.close()
  })

  it('tells news one at a time, and nothing of what nobody looks at', () => {
    const { session, said, pass } = playing()
    session.act({ do: 'play' })
    pass(1_000)
    expect(said, 'the first was not taken').toHaveLength(1)
    session.taken()
    pass(1_000)
    expect(said).toHaveLength(2)
    expect(said[1]?.frames).toEqual([])
    session.watch(BTC, true)
    session.taken()
    pass(100)
    const [frame] = said[2]?.frames ?? []
    expect(frame).toMatchObject({ market: BTC, anew: true })
    expect(frame?.candles['1s'].length).toBeGreaterThan(1)
    session.taken()
    pass(5_000)
    expect(said, 'the rest is gathered').toHaveLength(4)
    session.taken()
    pass(100)
    const after = said.at(-1)?.frames[0]
    expect(after?.trades.map(({ id }) => Number(id) % 2)).toEqual(after?.trades.map(() => 0))
    expect(after?.trades.length).toBeGreaterThan(3)
    expect(after?.anew).toBeUndefined()
    session.act({ do: 'pause' })
    session.act({ do: 'seek', to: epochMs(T0 + 300_000) })
    session.taken()
    pass(100)
    expect(said.at(-1)?.frames[0]).toMatchObject({ anew: true, trades: [] })
    session.act({ do: 'play' })
    session.watch(BTC, false)
    session.taken()
    pass(2_000)
    session.taken()
    pass(200)
    expect(said.at(-1)?.frames).toEqual([])
    session.close()
    const count = said.length
    pass(1_000)
    expect(said).toHaveLength(count)
  })

  it('says which bars it ran past', () => {
    const { session, said, pass } = playing()
    session.watch(BTC, true)
    session.taken()
    session.act({ do: 'pace', pace: 'max' })
    session.taken()
    session.act({ do: 'play' })
    session.taken()
    pass(500)
    session.taken()
    pass(500)
    const corrected = said
      .map(({ frames }) => frames[0]?.corrected)
      .find((one) => one !== undefined)
    expect(corrected?.from).toBe(T0)
    expect(corrected?.to).toBeGreaterThanOrEqual(T0 + 599_000)
    session.close()
  })

  it('evaluates alerts whose markets are all played, anew after a seek', () => {
    const alerts = [
      alertOf(`${BTC} price crosses above 150`, { name: 'high' }),
      alertOf(`${BTC} price > 1 and okx:DOGE-USDT stale > 1s`),
    ]
    const { session, pass, status } = playing({ alerts: true }, { alerts } as never)
    session.act({ do: 'pace', pace: 'max' })
    session.act({ do: 'play' })
    pass(100)
    const fired = { name: 'high', market: BTC, price: 151, at: T0 + 51_000 }
    expect(status().firings).toMatchObject([fired])
    session.act({ do: 'seek', to: epochMs(T0 + 100_000) })
    expect(status().firings).toEqual([])
    session.act({ do: 'seek', to: epochMs(T0) })
    session.act({ do: 'play' })
    pass(100)
    expect(status().firings).toMatchObject([fired])
    session.close()
    const none = playing({ alerts: false }, { alerts } as never)
    none.session.act({ do: 'pace', pace: 'max' })
    none.session.act({ do: 'play' })
    none.pass(100)
    expect(none.status()).toMatchObject({ state: 'ended', firings: [] })
    none.session.close()
  })

  it.each([
    [{ to: usual.from }, 'invalid', /stretch is empty/],
    [{ from: epochMs(T0 + 2e9), to: epochMs(T0 + 3e9) }, 'invalid', /in the future/],
    [
      { markets: [BTC, 'okx:DOGE-USDT'] },
      'not-found',
      /Nothing of okx:DOGE-USDT was ever recorded/,
    ],
    [{ from: epochMs(1), to: epochMs(2) }, 'not-found', /Nothing was recorded of these markets/],
  ])('refuses %j', (request, code, message) => {
    const { outcome } = opened(request as Partial<ReplayRequest>)
    expect(outcome).toMatchObject({ ok: false, failure: { code } })
    expect(outcome.ok ? '' : outcome.failure.message).toMatch(message)
  })
})
