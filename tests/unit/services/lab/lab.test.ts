import { describe, expect, it } from 'vitest'
import type { RecentTrades } from '../../../../src/main/ingest/feed.ts'
import { Lab } from '../../../../src/main/services/lab/lab.ts'
import type { ConnectRelay } from '../../../../src/main/services/lab/relay-way.ts'
import { matchKeys } from '../../../../src/main/services/lab/ways.ts'
import type { RestTrade, Venue } from '../../../../src/main/venues/venue.ts'
import type { Way } from '../../../../src/shared/contract/status.ts'
import type { VenueId } from '../../../../src/shared/domain/market.ts'
import { ok } from '../../../../src/shared/domain/outcome.ts'
import type { Trade } from '../../../../src/shared/domain/trade.ts'
import { told } from '../../ingest/print-kit.ts'
import { FakeFeed, manualClock, market, START } from '../fakes.ts'

const OKX = 'okx' as VenueId
const BTC = market('okx', 'BTC')

const venue = (weightPerSecond = 1_000): Venue =>
  ({
    id: OKX,
    label: 'OKX',
    stream: { ids: 'contiguous' },
    rest: {
      budget: { weight: weightPerSecond, perMs: 1_000 },
      trades: { recent: { weight: 10 } },
    },
  }) as unknown as Venue

function bench(exchange = venue()) {
  const time = manualClock()
  const listener = { trades() {}, newest() {}, changed() {}, began() {}, broken() {} }
  const own = new FakeFeed(OKX, listener, [BTC])
  const clock = {
    offsetMs: 100,
    rttMs: 4,
    readings: 3,
    resolutionMs: 1,
    uncertaintyMs: 3,
    driftPpm: null,
  }
  own.current = { ...own.current, clock: { ...clock, measuredAt: time.clock.now() } }
  const sockets: FakeFeed[] = []
  const relays: Parameters<ConnectRelay>[2][] = []
  const lab = new Lab({
    clock: time.clock,
    createFeed: (_venue, each) => {
      const feed = new FakeFeed(OKX, each, [BTC])
      sockets.push(feed)
      return feed
    },
    connectRelay: (_url, _market, events) => {
      relays.push(events)
      return { close: async () => {} }
    },
    changed: () => {},
  })
  const start = (ways: readonly Way[]) => lab.start(BTC, exchange, own, ways)
  return { time, own, sockets, relays, lab, start }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

const answer = (at: number, trades: readonly RestTrade[]): RecentTrades => ({
  trades,
  askedAt: at - 20,
  answeredAt: at,
  bytes: 300,
  weight: 10,
})

const rest = (id: string, time: number): RestTrade => ({
  id,
  price: '1',
  qty: '1',
  side: 'buy',
  time,
})

const WAYS: readonly Way[] = [
  { id: 'socket', kind: 'websocket' },
  { id: 'poll', kind: 'rest', intervalMs: 1_000 },
]

describe('the lab', () => {
  it('shows delays by the venue clock, losses exactly, and what each way cost', async () => {
    const { time, own, sockets, lab, start } = bench()
    own.newest = ok(answer(START, []))
    await start(WAYS)
    sockets[0]?.listener.began(BTC.id)
    await settled()
    const { listener } = sockets[0] ?? expect.fail()
    // Our clock is 100 ms behind the venue's: made at 1,000 by the venue's is 900 by ours.
    told(listener)(BTC.id, '7', '1', '1', 'buy', START + 1_100, START + 1_030, { matches: 2 })
    told(listener)(BTC.id, '9', '1', '1', 'buy', START + 1_200, START + 1_140, undefined)
    const polled = [rest('6', START + 1_100), rest('7', START + 1_100), rest('8', START + 1_150)]
    own.newest = ok(answer(START + 1_400, polled))
    time.advance(1_000)
    await settled()
    time.advance(10_000)
    await settled()
    const { union, ways, leads } = lab.status()
    expect(union).toBe(4) // 6, 7, 8, 9: the print of two matches is two
    expect(ways).toMatchObject([
      { trades: 3, missed: 1, completeness: 0.75, delay: { min: 30, max: 40 }, uncertaintyMs: 3 },
      { trades: 3, missed: 1, completeness: 0.75, delay: { min: 350, max: 400 }, bytes: 900 },
    ])
    expect(ways[1]).toMatchObject({ requests: 3, weight: 30 })
    expect(leads).toMatchObject([
      { ahead: 'socket', behind: 'poll', lead: { count: 2, min: 370, max: 370 } },
    ])
  })

  it('slows its polls down to keep half of the budget for the tape, and says so', async () => {
    const { time, own, lab, start } = bench(venue(10))
    own.newest = ok(answer(START, []))
    await start([{ id: 'poll', kind: 'rest', intervalMs: 1_000 }])
    await settled()
    for (let second = 0; second < 10; second += 1) {
      time.advance(1_000)
      await settled()
    }
    expect(lab.status().ways[0]?.requests).toBe(6) // every 2 s, not every second
    expect(lab.status().notes[0]).toMatch(/2\.0 times slower/)
  })

  it('a relay passes on the same trades; back-filled ones are not its merit', async () => {
    const { time, sockets, relays, lab, start } = bench()
    await start([
      { id: 'socket', kind: 'websocket' },
      { id: 'relay', kind: 'relay', url: 'ws://127.0.0.1:1/ws' },
    ])
    sockets[0]?.listener.began(BTC.id)
    relays[0]?.opened()
    const trade = { id: '5', matches: 1, exchangeTime: START + 500, origin: 'stream' } as Trade
    const late = { ...trade, id: '6', origin: 'backfill' } as Trade
    if (sockets[0] === undefined) throw new Error('no socket')
    told(sockets[0].listener)(BTC.id, '5', '1', '1', 'buy', START + 500, START + 410, undefined)
    time.advance(450)
    relays[0]?.trades({ market: BTC.id, trades: [trade, late], skipped: 0 }, 120)
    time.advance(10_000)
    expect(lab.status()).toMatchObject({
      union: 1,
      ways: [{ delay: { max: 10 } }, { delay: { max: 50 }, bytes: 120 }],
    })
  })

  it('goes on without a way that does not run, and names it', async () => {
    const { time, sockets, relays, lab, start } = bench()
    await start([
      { id: 'socket', kind: 'websocket' },
      { id: 'relay', kind: 'relay', url: 'ws://127.0.0.1:1/ws' },
    ])
    sockets[0]?.listener.began(BTC.id)
    relays[0]?.closed('connection refused')
    time.advance(20_000)
    expect(lab.status()).toMatchObject({
      ways: [{ state: 'running' }, { state: 'failed', reason: 'connection refused' }],
      notes: ['relay did not run at the start: connection refused'],
    })
  })

  it('refuses ways that cannot be, with the reason', async () => {
    const { start } = bench()
    const message = async (ways: readonly Way[]): Promise<string> => {
      const outcome = await start(ways)
      return outcome.ok ? 'taken' : outcome.failure.message
    }
    expect(await message([{ id: 'a', kind: 'rest' }])).toMatch(/how often/)
    expect(await message([{ id: 'a', kind: 'relay', url: 'http://x' }])).toMatch(/ws:\/\//)
    expect(await message([WAYS[0], WAYS[0]].filter((way) => way !== undefined))).toMatch(
      /same name/,
    )
  })

  it('after a stop nothing moves any more', async () => {
    const { time, own, sockets, lab, start } = bench()
    own.newest = ok(answer(START, []))
    await start(WAYS)
    sockets[0]?.listener.began(BTC.id)
    await settled()
    time.advance(3_000)
    await lab.stop()
    const before = lab.status()
    expect(before.state).toBe('stopped')
    time.advance(10_000)
    await settled()
    expect(lab.status()).toEqual(before)
    expect(time.pending()).toBe(0)
  })
})

describe('names of matches', () => {
  it('a print of several is its single matches; ids that prove nothing stand for themselves', () => {
    expect(matchKeys(true, '123', undefined, 3)).toEqual(['121', '122', '123'])
    expect(matchKeys(true, 'x', 55, 1)).toEqual(['55'])
    expect(matchKeys(false, '2290000000050703789', undefined, 1)).toEqual(['2290000000050703789'])
    expect(matchKeys(true, 'uuid', undefined, 1)).toEqual(['uuid'])
  })
})
