import { describe, expect, it } from 'vitest'
import { binance } from '../../../src/main/venues/binance.ts'
import { bybit } from '../../../src/main/venues/bybit.ts'
import { coinbase } from '../../../src/main/venues/coinbase.ts'
import { okx } from '../../../src/main/venues/okx.ts'
import type { Venue } from '../../../src/main/venues/venue.ts'
import { marketOf, TestFeed } from './fake-venue-side.ts'

const TIME = 1_750_000_000_000
const okxTrade = (symbol: string, id: number) => ({
  arg: { channel: 'trades', instId: symbol },
  data: [
    { instId: symbol, tradeId: String(id), px: '1.5', sz: '2', side: 'buy', ts: String(TIME) },
  ],
})
const okxAck = (symbol: string, id: string) => ({
  event: 'subscribe',
  id,
  arg: { channel: 'trades', instId: symbol },
})
const bybitTrade = (symbol: string, id: string) => ({
  topic: `publicTrade.${symbol}`,
  ts: TIME,
  type: 'snapshot',
  data: [{ i: id, T: TIME, p: '1.5', v: '2', S: 'Buy', s: symbol }],
})
const bybitAnswer = (req_id: unknown, success: boolean, ret_msg: string) => ({
  success,
  ret_msg,
  conn_id: 'x',
  req_id,
  op: 'subscribe',
})

function started(venue: Venue, symbols: readonly string[], settings = {}): TestFeed {
  const test = new TestFeed(venue, settings)
  test.feed.start()
  for (const symbol of symbols) test.feed.watch(marketOf(venue, symbol))
  return test
}

/** OKX with its markets confirmed on an open socket. */
function live(symbols = ['BTC-USDT'], settings = {}): TestFeed {
  const test = started(okx, symbols, settings)
  open(test)
  return test
}
function open(test: TestFeed): void {
  const { socket } = test
  socket.open()
  test.clock.advance(0)
  for (const request of socket.requests())
    if (request.op === 'subscribe')
      for (const { instId } of request.args as { instId: string }[])
        socket.say(okxAck(instId, String(request.id)))
}

describe('session', () => {
  it('stays idle and opens no socket while nothing is watched', () => {
    const test = started(okx, [])
    test.clock.advance(60_000)
    expect(test.sockets).toHaveLength(0)
    expect(test.state()).toBe('idle')
  })

  it('does nothing before start', () => {
    const test = new TestFeed(okx)
    test.feed.watch(marketOf(okx, 'BTC-USDT'))
    expect(test.sockets).toHaveLength(0)
    test.feed.start()
    expect(test.sockets).toHaveLength(1)
  })

  it('queues subscriptions until the socket is open and sends them as one frame', () => {
    const test = started(okx, ['BTC-USDT', 'ETH-USDT'])
    expect(test.state()).toBe('connecting')
    expect(test.socket.sent).toEqual([])
    test.socket.open()
    expect(test.socket.requests()).toEqual([
      {
        id: '1',
        op: 'subscribe',
        args: [
          { channel: 'trades', instId: 'BTC-USDT' },
          { channel: 'trades', instId: 'ETH-USDT' },
        ],
      },
    ])
    expect(test.marketStates()).toEqual({ 'BTC-USDT': 'pending', 'ETH-USDT': 'pending' })
  })

  it('sends no more symbols in a frame than the venue takes, and pauses between frames', () => {
    const symbols = Array.from({ length: 23 }, (_, n) => `C${n}-USDT`)
    const test = started(bybit, symbols)
    test.socket.open()
    const sizes = () => test.socket.requests().map(({ args }) => (args as string[]).length)
    expect(sizes()).toEqual([10])
    test.clock.advance(bybit.stream.limits.requestPauseMs - 1)
    expect(sizes()).toEqual([10])
    test.clock.advance(1)
    expect(sizes()).toEqual([10, 10])
    test.clock.advance(bybit.stream.limits.requestPauseMs)
    expect(sizes()).toEqual([10, 10, 3])
  })

  it('confirms a market per answer and says that its stream begins', () => {
    const test = started(okx, ['BTC-USDT', 'ETH-USDT'])
    test.socket.open()
    test.socket.say(okxAck('ETH-USDT', '1'))
    expect(test.marketStates()).toEqual({ 'BTC-USDT': 'pending', 'ETH-USDT': 'confirmed' })
    expect(test.story).toEqual(['okx:ETH-USDT began'])
    expect(test.state()).toBe('live')
  })

  it('confirms a market whose trade comes before the answer', () => {
    const test = started(okx, ['BTC-USDT'])
    test.socket.open()
    test.socket.say(okxTrade('BTC-USDT', 7))
    expect(test.marketStates()).toEqual({ 'BTC-USDT': 'confirmed' })
    expect(test.story).toEqual(['okx:BTC-USDT began'])
    expect(test.trades).toMatchObject([
      { market: 'okx:BTC-USDT', id: '7', price: '1.5', qty: '2', side: 'buy', time: TIME },
    ])
    test.socket.say(okxAck('BTC-USDT', '1'))
    expect(test.story).toHaveLength(1)
  })

  it('subscribes and unsubscribes on a socket that is open', () => {
    const test = live()
    test.clock.advance(1_000)
    test.feed.watch(marketOf(okx, 'ETH-USDT'))
    test.feed.watch(marketOf(okx, 'SOL-USDT'))
    test.clock.advance(0)
    test.feed.unwatch(marketOf(okx, 'BTC-USDT').id)
    test.clock.advance(1_000)
    expect(test.sockets).toHaveLength(1)
    expect(test.socket.requests().slice(1)).toMatchObject([
      { op: 'subscribe', args: [{ instId: 'ETH-USDT' }, { instId: 'SOL-USDT' }] },
      { op: 'unsubscribe', args: [{ instId: 'BTC-USDT' }] },
    ])
    test.socket.say(okxTrade('BTC-USDT', 8))
    expect(test.trades).toHaveLength(0)
  })

  it('does not take the answer to an unsubscribe for one to a subscribe', () => {
    const test = live(['BTC-USDT', 'ETH-USDT'])
    test.clock.advance(1_000)
    test.feed.unwatch(marketOf(okx, 'BTC-USDT').id)
    test.clock.advance(1_000)
    test.feed.watch(marketOf(okx, 'BTC-USDT'))
    test.clock.advance(1_000)
    const [, leave, join] = test.socket.requests()
    test.socket.say({ ...okxAck('BTC-USDT', String(leave?.id)), event: 'unsubscribe' })
    expect(test.marketStates()['BTC-USDT']).toBe('pending')
    test.socket.say(okxAck('BTC-USDT', String(join?.id)))
    expect(test.marketStates()['BTC-USDT']).toBe('confirmed')
  })

  it('closes the socket when the last market goes', () => {
    const test = live()
    test.feed.unwatch(marketOf(okx, 'BTC-USDT').id)
    expect(test.socket.closed).toBe(true)
    expect(test.state()).toBe('idle')
  })

  it('reports a refused market with its reason and asks for it only when told to', () => {
    const test = started(okx, ['BTC-USDT', 'NOPE-USDT'])
    test.socket.open()
    test.socket.say({
      event: 'error',
      code: '60018',
      id: '1',
      msg: "Wrong URL or channel:trades,instId:NOPE-USDT doesn't exist.",
    })
    test.socket.say(okxAck('BTC-USDT', '1'))
    expect(test.marketStates()).toEqual({ 'BTC-USDT': 'confirmed', 'NOPE-USDT': 'refused' })
    expect(test.feed.markets()[1]?.reason).toContain('60018')
    test.clock.advance(60_000)
    test.socket.cut()
    test.clock.advance(10_000)
    test.socket.open()
    expect(JSON.stringify(test.socket.requests())).not.toContain('NOPE')
    test.feed.watch(marketOf(okx, 'NOPE-USDT'))
    test.clock.advance(1_000)
    expect(JSON.stringify(test.socket.requests())).toContain('NOPE')
    expect(test.marketStates()['NOPE-USDT']).toBe('pending')
  })

  it('asks again without the market that spoiled the whole batch (Bybit)', () => {
    const test = started(bybit, ['BTC-USDT', 'NOPE-USDT', 'ETH-USDT'])
    test.socket.open()
    const reason = 'error:handler not found,topic:publicTrade.NOPEUSDT'
    test.socket.say(bybitAnswer('1', false, reason))
    test.clock.advance(1_000)
    expect(test.socket.requests()[1]?.args).toEqual(['publicTrade.BTCUSDT', 'publicTrade.ETHUSDT'])
    test.socket.say(bybitAnswer(test.socket.requests()[1]?.req_id, true, 'subscribe'))
    expect(test.marketStates()).toEqual({
      'BTC-USDT': 'confirmed',
      'NOPE-USDT': 'refused',
      'ETH-USDT': 'confirmed',
    })
  })

  it('asks one by one when a batch fails and nobody says why', () => {
    const test = started(bybit, ['BTC-USDT', 'NOPE-USDT', 'ETH-USDT'])
    test.socket.open()
    test.socket.say({ success: false, ret_msg: 'args size >10', conn_id: 'x', op: 'subscribe' })
    test.clock.advance(1_000)
    const alone = test.socket.requests().slice(1)
    expect(alone.map(({ args }) => args)).toEqual([
      ['publicTrade.BTCUSDT'],
      ['publicTrade.NOPEUSDT'],
      ['publicTrade.ETHUSDT'],
    ])
    test.socket.say(bybitAnswer(alone[0]?.req_id, true, ''))
    test.socket.say(bybitAnswer(alone[1]?.req_id, false, 'no such thing'))
    test.socket.say(bybitAnswer(alone[2]?.req_id, true, ''))
    expect(test.marketStates()).toEqual({
      'BTC-USDT': 'confirmed',
      'NOPE-USDT': 'refused',
      'ETH-USDT': 'confirmed',
    })
  })

  it('keeps a market that is already subscribed and asks again for the rest of its batch', () => {
    const test = started(bybit, ['BTC-USDT', 'ETH-USDT'])
    test.socket.open()
    test.socket.say(bybitAnswer('1', false, 'error:already subscribed,topic:publicTrade.BTCUSDT'))
    expect(test.marketStates()).toEqual({ 'BTC-USDT': 'confirmed', 'ETH-USDT': 'pending' })
    test.clock.advance(1_000)
    expect(test.socket.requests()[1]?.args).toEqual(['publicTrade.ETHUSDT'])
  })

  it('verifies by the full list of subscriptions where answers have no id (Coinbase)', () => {
    const test = started(coinbase, ['BTC-USD', 'NOPE-USD', 'ETH-USD'])
    test.socket.open()
    test.socket.say({
      type: 'error',
      message: 'Failed to subscribe',
      reason: 'NOPE-USD is not a valid product',
    })
    expect(test.marketStates()['NOPE-USD']).toBe('refused')
    test.clock.advance(1_000)
    expect(test.socket.requests()[1]?.product_ids).toEqual(['BTC-USD', 'ETH-USD'])
    test.socket.say({
      type: 'subscriptions',
      channels: [{ name: 'matches', product_ids: ['ETH-USD', 'BTC-USD'] }],
    })
    expect(test.state()).toBe('live')
    expect(test.marketStates()).toMatchObject({ 'BTC-USD': 'confirmed', 'ETH-USD': 'confirmed' })
  })

  it('subscribes at once on a venue that drops silent clients (Coinbase: 5 s)', () => {
    const test = started(coinbase, ['BTC-USD'])
    test.socket.open()
    expect(test.socket.requests()).toHaveLength(1)
  })

  it('confirms by the bare acknowledgement where nothing better comes (Binance)', () => {
    const test = started(binance, ['BTC-USDT'])
    test.socket.open()
    test.socket.say({ result: null, id: 1 })
    expect(test.feed.markets()).toMatchObject([{ state: 'confirmed', lastTradeAt: null }])
  })

  it('asks again when a request is not answered, and gives the socket up if nothing is', () => {
    const test = started(okx, ['BTC-USDT'], { answerMs: 10_000 })
    test.socket.open()
    const first = test.socket
    for (let second = 0; second < 9; second += 1) {
      test.clock.advance(1_000)
      first.say('pong')
    }
    expect(first.requests()).toHaveLength(1)
    test.clock.advance(1_500)
    expect(first.requests()).toHaveLength(2)
    for (let second = 0; second < 25; second += 1) {
      test.clock.advance(1_000)
      first.say('pong')
    }
    expect(first.closed).toBe(true)
    expect(test.feed.status().reason).toContain('not answered')
  })

  it('does not give up confirmed markets for one that is never answered', () => {
    const test = live(['BTC-USDT'], { noTradeMs: 3_600_000 })
    test.feed.watch(marketOf(okx, 'ODD-USDT'))
    for (let second = 0; second < 300; second += 1) {
      test.clock.advance(1_000)
      test.socket.say('pong')
    }
    expect(test.sockets).toHaveLength(1)
    const asked = test.socket.requests().filter((r) => JSON.stringify(r).includes('ODD'))
    expect(asked.length).toBeGreaterThan(2)
    expect(asked.length).toBeLessThan(7)
  })
})

describe('reconnecting', () => {
  it('waits with backoff, says when, and subscribes to everything again', () => {
    const test = live(['BTC-USDT', 'ETH-USDT'], { backoffBaseMs: 1_000 })
    test.broken.length = 0
    test.socket.cut('the connection was cut')
    expect(test.broken).toEqual(['okx:BTC-USDT', 'okx:ETH-USDT'])
    expect(test.marketStates()).toEqual({ 'BTC-USDT': 'pending', 'ETH-USDT': 'pending' })
    expect(test.feed.status()).toMatchObject({
      state: 'waiting',
      reason: 'the connection was cut',
      nextAttemptAt: test.clock.now() + 500,
    })
    test.clock.advance(499)
    expect(test.sockets).toHaveLength(1)
    test.clock.advance(1)
    expect(test.sockets).toHaveLength(2)
    expect(test.feed.status()).toMatchObject({ state: 'connecting', attempt: 1 })
    expect(test.feed.status().nextAttemptAt).toBeUndefined()
    open(test)
    expect(test.feed.status()).toMatchObject({ state: 'live', attempt: 0, reconnects: 1 })
    expect(test.began).toHaveLength(4)
  })

  it('backs off further while the venue is away and starts afresh after a connection that lived', () => {
    const test = started(okx, ['BTC-USDT'])
    const pauses: number[] = []
    for (let attempt = 0; attempt < 12; attempt += 1) {
      test.socket.cut('refused')
      const { nextAttemptAt } = test.feed.status()
      const pause = (nextAttemptAt ?? 0) - test.clock.now()
      pauses.push(pause)
      test.clock.advance(pause)
    }
    const keen = Array<number>(8).fill(1_500)
    expect(pauses).toEqual([500, 1_000, ...keen, 15_000, 15_000])
    expect(test.feed.status().attempt).toBe(13)
    open(test)
    for (let second = 0; second < 31; second += 1) {
      test.clock.advance(1_000)
      test.socket.say(okxTrade('BTC-USDT', second))
    }
    test.socket.cut()
    expect((test.feed.status().nextAttemptAt ?? 0) - test.clock.now()).toBe(500)
  })

  it('gives a handshake up that takes too long', () => {
    const test = started(okx, ['BTC-USDT'])
    test.clock.advance(15_000)
    expect(test.socket.closed).toBe(true)
    expect(test.feed.status()).toMatchObject({
      state: 'waiting',
      reason: 'no connection within 15 s',
    })
  })

  it('connects now when asked to', () => {
    const test = started(okx, ['BTC-USDT'])
    test.socket.cut('refused')
    test.feed.retry()
    expect(test.sockets).toHaveLength(2)
    test.clock.advance(5_000)
    expect(test.sockets).toHaveLength(2)
  })

  it('passes each trade on once, whatever is replayed after a reconnect', () => {
    const test = live()
    test.socket.say(okxTrade('BTC-USDT', 1))
    test.socket.say(okxTrade('BTC-USDT', 2))
    test.socket.cut()
    test.clock.advance(1_000)
    open(test)
    test.socket.say(okxTrade('BTC-USDT', 2))
    test.socket.say(okxTrade('BTC-USDT', 3))
    expect(test.trades.map(({ id }) => id)).toEqual(['1', '2', '3'])
    expect(test.feed.status().duplicates).toBe(1)
  })
})

describe('handover', () => {
  const notice = { event: 'notice', code: '64008', msg: 'The connection will soon be closed.' }
  function lived(): TestFeed {
    const test = live(['BTC-USDT', 'ETH-USDT'])
    for (let second = 0; second < 40; second += 1) {
      test.clock.advance(1_000)
      test.socket.say(okxTrade('BTC-USDT', 100 + second))
    }
    test.trades.length = 0
    test.broken.length = 0
    return test
  }

  it('has a second socket subscribed before a closing one ends, and loses nothing', () => {
    const test = lived()
    const first = test.socket
    first.say(notice)
    expect(test.sockets).toHaveLength(2)
    expect(test.state()).toBe('live')
    test.socket.open()
    test.socket.say(okxAck('BTC-USDT', '1'))
    expect(first.closed).toBe(false)
    first.say(okxTrade('BTC-USDT', 200))
    test.socket.say(okxTrade('BTC-USDT', 200))
    test.socket.say(okxTrade('BTC-USDT', 201))
    test.socket.say(okxAck('ETH-USDT', '1'))
    // What the old socket still has on its way counts too.
    expect(first.closed).toBe(false)
    test.clock.advance(1_999)
    first.say(okxTrade('BTC-USDT', 202))
    test.socket.say(okxTrade('BTC-USDT', 202))
    test.clock.advance(1)
    expect(first.closed).toBe(true)
    expect(test.trades.map(({ id }) => id)).toEqual(['200', '201', '202'])
    expect(test.broken).toEqual([])
    expect(test.feed.status()).toMatchObject({ state: 'live', reconnects: 1 })
    test.socket.cut()
    expect(test.broken).toEqual(['okx:BTC-USDT', 'okx:ETH-USDT'])
  })

  it('carries on with the second socket if the first ends too early, and says what broke', () => {
    const test = lived()
    const first = test.socket
    first.say(notice)
    test.socket.open()
    test.socket.say(okxAck('BTC-USDT', '1'))
    first.cut()
    expect(test.broken).toEqual(['okx:ETH-USDT'])
    expect(test.marketStates()).toEqual({ 'BTC-USDT': 'confirmed', 'ETH-USDT': 'pending' })
    test.socket.say(okxAck('ETH-USDT', '1'))
    expect(test.broken).toEqual(['okx:ETH-USDT'])
    expect(test.story.at(-1)).toBe('okx:ETH-USDT began')
    expect(test.sockets).toHaveLength(2)
  })

  it('takes over when the market it waited for is no longer wanted', () => {
    const test = lived()
    const first = test.socket
    first.say(notice)
    test.socket.open()
    test.socket.say(okxAck('BTC-USDT', '1'))
    expect(first.closed).toBe(false)
    test.feed.unwatch(marketOf(okx, 'ETH-USDT').id)
    test.clock.advance(2_000)
    expect(first.closed).toBe(true)
    expect(test.sockets[1]?.closed).toBe(false)
    expect(test.broken).toEqual([])
  })

  it('keeps the first socket when the second comes to nothing', () => {
    const test = lived()
    const first = test.socket
    first.say(notice)
    test.socket.cut('refused')
    expect(test.state()).toBe('live')
    first.say(okxTrade('BTC-USDT', 300))
    expect(test.trades).toHaveLength(1)
  })

  it('leaves a venue that says goodbye at once to the backoff', () => {
    const test = live()
    test.socket.say(notice)
    expect(test.sockets).toHaveLength(1)
  })

  it('opens the second socket at a server shutdown (Binance)', () => {
    const test = started(binance, ['BTC-USDT'])
    test.socket.open()
    test.socket.say({ result: null, id: 1 })
    for (let second = 0; second < 40; second += 1) {
      test.clock.advance(1_000)
      test.socket.alive()
    }
    test.socket.say({ e: 'serverShutdown', E: 1_770_123_456_789 })
    expect(test.sockets).toHaveLength(2)
  })
})

describe('silence', () => {
  it('sends the heartbeat that the venue wants', () => {
    const test = live()
    test.clock.advance(20_000)
    expect(test.socket.sent.at(-1)).toBe('ping')
    const other = started(bybit, ['BTC-USDT'])
    other.socket.open()
    other.clock.advance(20_000)
    expect(other.socket.requests().at(-1)).toMatchObject({ op: 'ping' })
  })

  it('probes a socket that brings nothing at all, and replaces it when the probe brings nothing', () => {
    const test = started(binance, ['BTC-USDT'], { noTradeMs: 3_600_000 })
    test.socket.open()
    test.socket.say({ result: null, id: 1 })
    test.clock.advance(44_000)
    expect(test.socket.pings).toBe(0)
    test.clock.advance(1_000)
    expect(test.socket.pings).toBe(1)
    expect(test.state()).toBe('stale')
    test.socket.alive()
    test.clock.advance(10_000)
    expect(test.socket.closed).toBe(false)
    test.clock.advance(35_000)
    expect(test.socket.pings).toBe(2)
    test.clock.advance(5_000)
    expect(test.socket.closed).toBe(true)
    expect(test.feed.status()).toMatchObject({ state: 'waiting', reason: 'nothing came for 50 s' })
  })

  it('calls an open socket without trades quiet, then stale, then replaces it', () => {
    const test = live(['BTC-USDT'], { quietMs: 15_000, noTradeMs: 60_000 })
    const states: string[] = []
    const first = test.socket
    for (let second = 1; second <= 60; second += 1) {
      test.clock.advance(1_000)
      first.say('pong')
      if (states.at(-1) !== test.state()) states.push(test.state())
    }
    expect(states).toEqual(['live', 'quiet', 'stale'])
    expect(test.sockets).toHaveLength(2)
    test.broken.length = 0
    open(test)
    test.clock.advance(2_000)
    expect(first.closed).toBe(true)
    // Nobody knows what a silent socket lost.
    expect(test.broken.length).toBeGreaterThan(0)
  })

  it('does not thrash a market that is truly quiet, and learns that it is', () => {
    const test = live(['BTC-USDT'], { noTradeMs: 60_000, noTradeCapMs: 3_600_000 })
    for (let second = 0; second < 3_600; second += 1) {
      test.clock.advance(1_000)
      if (test.socket.sent.length === 0) open(test)
      test.socket.say('pong')
    }
    expect(test.sockets.length).toBeGreaterThan(3)
    expect(test.sockets.length).toBeLessThan(8)
    const before = test.sockets.length
    test.socket.say(okxTrade('BTC-USDT', 1))
    for (let second = 0; second < 3_600; second += 1) {
      test.clock.advance(1_000)
      test.socket.say('pong')
    }
    expect(test.sockets).toHaveLength(before)
    expect(test.state()).toBe('quiet')
  })

  it('does not take trades replayed on subscribe for signs of a living market', () => {
    const test = started(coinbase, ['BTC-USD'], { quietMs: 5_000 })
    test.socket.open()
    const last = {
      type: 'last_match',
      trade_id: 5,
      side: 'sell',
      size: '1',
      price: '2',
      product_id: 'BTC-USD',
      time: '2025-06-15T15:06:40.000001Z',
    }
    test.clock.advance(4_000)
    test.socket.say(last)
    expect(test.state()).toBe('live')
    for (let second = 0; second < 6; second += 1) {
      test.clock.advance(1_000)
      test.socket.say({ ...last, trade_id: 6 + second })
    }
    expect(test.state()).toBe('quiet')
    expect(test.trades.every(({ extra }) => extra?.snapshot === true)).toBe(true)
  })
})

describe('bad frames', () => {
  it('counts a malformed frame, logs the first with a cut example, and loses nothing else', () => {
    const test = live()
    const bad = `{"arg":{"channel":"trades"},"data":[${'x'.repeat(5_000)}`
    test.socket.say(bad)
    test.socket.say(bad)
    test.socket.say(okxTrade('BTC-USDT', 9))
    expect(test.feed.status()).toMatchObject({ unreadable: 2, state: 'live' })
    expect(test.trades).toHaveLength(1)
    const logged = test.logs.filter(({ event }) => event === 'frame-unreadable')
    expect(logged).toHaveLength(1)
    expect(String(logged[0]?.fields.example).length).toBeLessThanOrEqual(300)
  })

  it('keeps the trades before a bad row', () => {
    const test = live()
    const good = okxTrade('BTC-USDT', 1)
    test.socket.say({
      ...good,
      data: [...good.data, { instId: 'BTC-USDT', tradeId: '2', px: null }],
    })
    expect(test.trades.map(({ id }) => id)).toEqual(['1'])
    expect(test.feed.status().unreadable).toBe(1)
  })

  it('takes frames that mean nothing for what they are', () => {
    const test = live()
    for (const frame of ['{}', 'null', '[]', '7', '{"event":"channel-conn-count"}'])
      test.socket.say(frame)
    expect(test.feed.status()).toMatchObject({ unreadable: 0, state: 'live' })
  })

  it('survives a listener that throws, and says so', () => {
    const test = live()
    test.onTrade = () => {
      throw new Error('a bug of the engine')
    }
    test.socket.say(okxTrade('BTC-USDT', 1))
    test.socket.say(okxTrade('BTC-USDT', 2))
    expect(test.trades).toHaveLength(2)
    expect(test.feed.status().unreadable).toBe(0)
    expect(
      test.logs.some(
        ({ event, fields }) =>
          event === 'listener-failed' && String(fields.message).includes('a bug of the engine'),
      ),
    ).toBe(true)
    expect(test.sockets).toHaveLength(1)
  })
})

describe('stop', () => {
  it.each(['connecting', 'live', 'waiting'])(
    'leaves no timer, socket or callback (%s)',
    async (state) => {
      const test = state === 'connecting' ? started(okx, ['BTC-USDT']) : live()
      if (state === 'waiting') test.socket.cut()
      expect(test.state()).toBe(state)
      const { changes, broken } = { changes: test.changes, broken: test.broken.length }
      await test.feed.stop()
      expect(test.state()).toBe('stopped')
      expect(test.clock.pending).toBe(0)
      expect(test.sockets.every(({ closed }) => closed || state === 'waiting')).toBe(true)
      await test.clock.pass(600_000)
      test.feed.watch(marketOf(okx, 'ETH-USDT'))
      test.feed.retry()
      test.feed.unwatch(marketOf(okx, 'BTC-USDT').id)
      expect(test.sockets).toHaveLength(1)
      expect(test.changes).toBe(changes)
      expect(test.broken).toHaveLength(broken)
    },
  )

  it('one venue that fails touches no other', () => {
    const good = live()
    const bad = started(bybit, ['BTC-USDT'])
    bad.socket.open()
    bad.socket.say('not json')
    bad.socket.cut('gone')
    good.socket.say(okxTrade('BTC-USDT', 1))
    expect(good.state()).toBe('live')
    expect(good.trades).toHaveLength(1)
    bad.socket.say(bybitTrade('BTCUSDT', '1'))
  })
})
