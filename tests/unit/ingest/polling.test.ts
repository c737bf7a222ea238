import { describe, expect, it } from 'vitest'
import type { FeedOptions } from '../../../src/main/ingest/feed-options.ts'
import type { StreamSpec, Venue } from '../../../src/main/venues/venue.ts'
import { marketOf, TestFeed } from './fake-venue-side.ts'
import { failOnce, opened, TIME, trade, venueWith } from './session-lab.ts'

/** A venue whose newest trades REST tells as a list of ids. */
function polled(ids: StreamSpec['ids'] = 'increasing'): Venue {
  const venue = venueWith({ ids })
  return {
    ...venue,
    rest: {
      ...venue.rest,
      trades: {
        recent: {
          weight: 1,
          rows: 100,
          path: ({ symbol }) => `/trades?${symbol}`,
          read: (body) =>
            (body as number[]).map((id) => ({
              id: String(id),
              price: '1.5',
              qty: '2',
              side: 'buy',
              time: TIME + id,
            })),
        },
      },
    },
  }
}

function withTrades(more: Partial<FeedOptions> = {}, ids?: StreamSpec['ids']) {
  const venue = polled(ids)
  const test = new TestFeed(venue, {}, more)
  let newest: number[] | null = []
  test.answers.set('/trades', async () => {
    if (newest === null) throw new Error('connect ECONNREFUSED')
    return { status: 200, retryAfter: null, text: JSON.stringify(newest) }
  })
  test.feed.start()
  test.feed.watch(marketOf(venue, 'BTC-USDT'))
  const tell = (...rows: number[]) => {
    newest = rows
  }
  const fail = () => {
    newest = null
  }
  const polls = () => test.fetched.filter((path) => path.startsWith('/trades')).length
  return { test, tell, fail, polls, ids: () => test.trades.map(({ id }) => id) }
}

describe('where no socket can be had', () => {
  it('polls after three attempts that came to nothing, each trade once, and says how often', async () => {
    const { test, tell, polls, ids } = withTrades()
    tell(1, 2)
    failOnce(test)
    failOnce(test)
    await test.clock.pass(0)
    expect(polls()).toBe(0)
    test.socket.cut('refused')
    await test.clock.pass(0)
    expect(test.feed.status()).toMatchObject({
      state: 'degraded',
      reason: 'refused; trades are polled by REST every 5 s',
    })
    expect(test.marketStates()).toEqual({ 'BTC-USDT': 'confirmed' })
    tell(4, 3, 2)
    await test.clock.pass(5_000)
    expect(ids()).toEqual(['1', '2', '3', '4'])
    expect(test.story).toEqual(['okx:BTC-USDT began'])
  })

  it('hands what was made before anything was known over as replayed, later trades as live', async () => {
    const { test, tell } = withTrades({ network: { transport: 'rest' } })
    tell(1, 2)
    await test.clock.pass(0)
    tell(2, 3)
    await test.clock.pass(5_000)
    expect(test.trades.map(({ extra }) => extra)).toEqual([
      { snapshot: true },
      { snapshot: true },
      undefined,
    ])
  })

  it('says that trades may be missing when a page does not reach back to the one before', async () => {
    const { test, tell } = withTrades({ network: { transport: 'rest' } })
    tell(1, 2)
    await test.clock.pass(0)
    tell(2, 3)
    await test.clock.pass(5_000)
    expect(test.broken).toEqual([])
    tell(7, 8)
    await test.clock.pass(5_000)
    expect(test.story.slice(1)).toEqual(['okx:BTC-USDT outage', 'okx:BTC-USDT began'])
    expect(test.trades.at(-1)?.id).toBe('8')
  })

  it('knows by the numbers that nothing is missing between two pages that only touch', async () => {
    const { test, tell } = withTrades({ network: { transport: 'rest' } }, 'contiguous')
    tell(1, 2)
    await test.clock.pass(0)
    tell(3, 4)
    await test.clock.pass(5_000)
    expect(test.broken).toEqual([])
    tell(6)
    await test.clock.pass(5_000)
    expect(test.broken).toEqual(['okx:BTC-USDT'])
  })

  it('goes on trying sockets, and ends without a break when one confirms', async () => {
    const { test, tell, polls, ids } = withTrades()
    tell(1, 2)
    for (let n = 0; n < 3; n += 1) failOnce(test)
    await test.clock.pass(0)
    expect(test.state()).toBe('degraded')
    opened(test)
    test.socket.say(trade('BTC-USDT', 5))
    tell(2, 3, 4, 5)
    await test.clock.pass(6_000)
    const after = polls()
    expect(test.state()).toBe('live')
    expect([...ids()].sort()).toEqual(['1', '2', '3', '4', '5'])
    expect(test.story).toEqual(['okx:BTC-USDT began'])
    await test.clock.pass(8_000)
    expect(polls()).toBe(after)
  })

  it('says what may be missing when the last poll does not join on', async () => {
    const { test, tell } = withTrades()
    tell(1, 2)
    for (let n = 0; n < 3; n += 1) failOnce(test)
    await test.clock.pass(0)
    opened(test)
    tell(8, 9)
    await test.clock.pass(6_000)
    expect(test.story.slice(1)).toEqual(['okx:BTC-USDT outage', 'okx:BTC-USDT began'])
  })

  it('opens no socket at all when it is set to REST', async () => {
    const { test, tell } = withTrades({ network: { transport: 'rest' } })
    tell(1)
    await test.clock.pass(60_000)
    expect(test.sockets).toHaveLength(0)
    expect(test.feed.status()).toMatchObject({
      state: 'degraded',
      reason: 'set to use REST only; trades are polled by REST every 5 s',
      sockets: 0,
    })
  })

  it('polls as often as the settings say, and no more than the budget allows', async () => {
    const { test, tell, polls } = withTrades({
      network: { transport: 'rest' },
      limits: { pollSeconds: 2 },
    })
    tell(1)
    await test.clock.pass(10_000)
    expect(polls()).toBe(6)
    test.feed.configure({ pollSeconds: 0.01 })
    await test.clock.pass(10_000)
    // OKX: 10 requests in 2 s, of which polling takes half.
    expect(polls()).toBeLessThanOrEqual(6 + 26)
    expect(polls()).toBeGreaterThan(6 + 20)
  })

  it('says so when REST fails too', async () => {
    const { test, fail } = withTrades()
    fail()
    for (let n = 0; n < 3; n += 1) failOnce(test)
    await test.clock.pass(0)
    test.socket.cut('refused')
    expect(test.feed.status().state).not.toBe('degraded')
    expect(test.feed.status().reason).toContain('REST fails too')
    expect(test.marketStates()).toEqual({ 'BTC-USDT': 'pending' })
  })

  it('leaves no timer after a stop', async () => {
    const { test, tell } = withTrades({ network: { transport: 'rest' } })
    tell(1)
    await test.clock.pass(7_000)
    await test.feed.stop()
    expect(test.clock.pending).toBe(0)
    expect(test.state()).toBe('stopped')
  })
})
