import { describe, expect, it } from 'vitest'
import type { FrameSink, PongClock, Venue } from '../../../src/main/venues/venue.ts'
import { marketOf } from './fake-venue-side.ts'
import { asked, opened, started, trade, venueWith } from './session-lab.ts'

interface Special {
  readonly $: string
  readonly id: number
  readonly symbols: readonly string[]
  readonly symbol: string
  readonly seq: number
  readonly time: number
  readonly clock: PongClock
}

/** OKX's frames, and a few that only some venues have. */
function withFrames(venue: Venue): Venue {
  const read = (frame: string, out: FrameSink): void => {
    if (frame === 'welcome') out.ready()
    else if (frame.startsWith('{"$')) special(JSON.parse(frame), out)
    else venue.stream.read(frame, out)
  }
  const special = (message: Special, out: FrameSink): void => {
    if (message.$ === 'listed') out.accepted(String(message.id), message.symbols)
    if (message.$ === 'newest') out.newest(message.symbol, message.seq, message.time)
    if (message.$ === 'reply') out.reply('back')
    if (message.$ === 'pong') out.pong(message.clock)
  }
  return { ...venue, stream: { ...venue.stream, read } }
}

describe('ways to subscribe', () => {
  it('asks for the whole set each time where a request replaces all before it (Upbit)', () => {
    const venue = venueWith({ replaces: true, acknowledges: 'silent' })
    const test = started(venue, ['A-USDT', 'B-USDT'])
    test.socket.open()
    test.clock.advance(1_000)
    test.feed.watch(marketOf(venue, 'C-USDT'))
    test.clock.advance(1_000)
    test.feed.unwatch(marketOf(venue, 'A-USDT').id)
    test.clock.advance(1_000)
    expect(asked(test.socket)).toEqual([
      ['A-USDT', 'B-USDT'],
      ['A-USDT', 'B-USDT', 'C-USDT'],
      ['B-USDT', 'C-USDT'],
    ])
    expect(test.socket.requests().every(({ op }) => op === 'subscribe')).toBe(true)
  })

  it('takes a silent venue to have subscribed at the first trade, or after three living seconds', () => {
    const test = started(venueWith({ acknowledges: 'silent' }), ['A-USDT', 'B-USDT'])
    test.socket.open()
    expect(test.socket.pings).toBe(1)
    test.clock.advance(500)
    test.socket.say(trade('B-USDT', 1))
    expect(test.marketStates()).toEqual({ 'A-USDT': 'pending', 'B-USDT': 'confirmed' })
    test.clock.advance(2_000)
    expect(test.marketStates()['A-USDT']).toBe('pending')
    test.clock.advance(1_000)
    expect(test.marketStates()['A-USDT']).toBe('confirmed')
  })

  it('takes nothing for granted on a socket that shows no life', () => {
    const test = started(venueWith({ acknowledges: 'silent' }), ['A-USDT'])
    test.socket.open()
    test.clock.advance(9_000)
    expect(test.marketStates()['A-USDT']).toBe('pending')
  })

  it('refuses with a plain reason what the answer leaves out (Deribit)', () => {
    const test = started(withFrames(venueWith({ acknowledges: 'listed' })), ['A-USDT', 'NO-USDT'])
    test.socket.open()
    test.socket.say({ $: 'listed', id: 1, symbols: ['A-USDT'] })
    expect(test.marketStates()).toEqual({ 'A-USDT': 'confirmed', 'NO-USDT': 'refused' })
    expect(test.feed.markets()[1]?.reason).toContain('does not know this market')
  })

  it('sends its hello first, and counts its number (Deribit)', () => {
    const hello = (request: number) => JSON.stringify({ op: 'hello', id: request })
    const test = started(venueWith({ hello }), ['A-USDT'])
    test.socket.open()
    expect(test.socket.requests().map(({ op, id }) => [op, id])).toEqual([
      ['hello', 1],
      ['subscribe', '2'],
    ])
  })

  it('sends nothing before the welcome, and gives up without one (KuCoin)', () => {
    const venue = withFrames(venueWith({ waitsForReady: true }))
    const test = started(venue, ['A-USDT'])
    test.socket.open()
    test.clock.advance(5_000)
    expect(test.socket.sent).toEqual([])
    test.socket.say('welcome')
    expect(asked(test.socket)).toEqual([['A-USDT']])
    const other = started(venue, ['A-USDT'])
    other.socket.open()
    other.clock.advance(15_000)
    expect(other.feed.status().reason).toBe('no welcome within 15 s')
  })

  it('streams nothing before the list is there where an unknown market ends the socket', async () => {
    const venue = venueWith({ listedOnly: true })
    const test = started(venue, [])
    const row = (instId: string) => {
      const [baseCcy, quoteCcy] = instId.split('-')
      return { instId, baseCcy, quoteCcy, tickSz: '1', lotSz: '1', state: 'live' }
    }
    let there = false
    test.answers.set('/api/v5/public/instruments', async () => {
      if (!there) throw new Error('connect ECONNREFUSED')
      return {
        status: 200,
        retryAfter: null,
        text: JSON.stringify({ code: '0', data: [row('A-USDT')] }),
      }
    })
    for (const symbol of ['A-USDT', 'NO-USDT']) test.feed.watch(marketOf(venue, symbol))
    await test.clock.pass(1_000)
    expect(test.sockets).toHaveLength(0)
    expect(test.feed.markets()[0]).toMatchObject({
      state: 'pending',
      reason: 'waiting for the list of markets',
    })
    there = true
    await test.clock.pass(10_000)
    expect(test.sockets).toHaveLength(1)
    opened(test)
    expect(asked(test.socket)).toEqual([['A-USDT']])
    expect(test.marketStates()).toEqual({ 'A-USDT': 'confirmed', 'NO-USDT': 'refused' })
  })
})

describe('a perpetual', () => {
  it('is spelled as one, and not streamed before the list says how much a contract is', async () => {
    const test = started(venueWith({}), [])
    const resolved = test.feed.resolve('btc-usdt-perp')
    await test.clock.pass(10_000)
    const outcome = await resolved
    expect(outcome).toMatchObject({
      ok: true,
      value: { id: 'okx:BTC-USDT-PERP', kind: 'perpetual', base: 'BTC', quote: 'USDT' },
    })
    if (!outcome.ok) return
    test.feed.watch(outcome.value)
    await test.clock.pass(1_000)
    expect(test.sockets).toHaveLength(0)
    expect(test.feed.markets()[0]?.reason).toBe('waiting for the list of markets')
  })
})

describe('a ticket before each connect (KuCoin)', () => {
  const ticketed = venueWith({
    ticket: {
      weight: 1,
      path: () => '/ticket',
      body: ({ connectId }) => JSON.stringify({ connectId }),
      read: (body) => (body as { url: string }).url,
    },
  })
  const withTicket = (ok: () => boolean, address = {}) => {
    const test = started(ticketed, [], {}, { address: { rest: 'http://venue.test', ...address } })
    test.answers.set('/ticket', async () => ({
      status: ok() ? 200 : 500,
      retryAfter: null,
      text: JSON.stringify({ url: 'wss://other.test/endpoint?token=abc' }),
    }))
    test.feed.watch(marketOf(ticketed, 'A-USDT'))
    return test
  }

  it('asks for the address and opens it', async () => {
    const test = withTicket(() => true)
    await test.clock.pass(0)
    expect(test.sockets.map(({ url }) => url)).toEqual(['wss://other.test/endpoint?token=abc'])
    opened(test)
    expect(test.state()).toBe('live')
  })

  it('uses the token on the address that a config gave', async () => {
    const test = withTicket(() => true, { ws: 'ws://here.test/x' })
    await test.clock.pass(0)
    expect(test.socket.url).toBe('ws://here.test/x?token=abc')
  })

  it('takes a failure of it for a failed attempt', async () => {
    let ok = false
    const test = withTicket(() => ok)
    await test.clock.pass(0)
    expect(test.sockets).toHaveLength(0)
    expect(test.feed.status()).toMatchObject({ state: 'waiting', attempt: 1 })
    expect(test.feed.status().reason).toContain('no ticket to connect')
    ok = true
    await test.clock.pass(2_000)
    expect(test.sockets).toHaveLength(1)
  })

  it('opens nothing for a ticket that comes after the stop', async () => {
    const test = withTicket(() => true)
    const stopped = test.feed.stop()
    await test.clock.pass(1_000)
    await stopped
    expect(test.sockets).toHaveLength(0)
    expect(test.clock.pending).toBe(0)
  })
})

describe('frames', () => {
  it('hands the newest match of a market on', () => {
    const test = opened(started(withFrames(venueWith({})), ['A-USDT']))
    test.socket.say({ $: 'newest', symbol: 'A-USDT', seq: 9, time: 1_750_000_000_000 })
    test.socket.say({ $: 'newest', symbol: 'B-USDT', seq: 9, time: 1_750_000_000_000 })
    expect(test.newest).toEqual([['okx:A-USDT', 9, 1_750_000_000_000]])
  })

  it('counts replies to the venue within its budget of messages', () => {
    const limits = { messages: [{ count: 5, perMs: 1_000 }] }
    const test = opened(started(withFrames(venueWith({}, limits)), ['A-USDT']))
    test.clock.advance(5_000)
    const before = test.socket.sent.length
    for (let n = 0; n < 12; n += 1) test.socket.say({ $: 'reply' })
    expect(test.socket.sent.length - before).toBe(5)
    test.clock.advance(1_100)
    expect(test.socket.sent.length - before).toBe(10)
  })

  it('keeps the first frame that nobody could read, and the socket, when one cannot be unpacked', () => {
    const test = opened(started(venueWith({}), ['A-USDT']))
    test.socket.garble('a compressed frame that cannot be unpacked', '1f8b00')
    test.socket.say('not json')
    expect(test.feed.status()).toMatchObject({
      state: 'live',
      unreadable: 2,
      unreadableExample: {
        frame: '1f8b00',
        reason: 'a compressed frame that cannot be unpacked',
      },
    })
    expect(test.sockets).toHaveLength(1)
  })

  it('multiplies contracts into base units, exactly', async () => {
    const test = started(venueWith({}), [])
    const list = [{ ...marketOf(venueWith({}), 'A-USDT'), contractSize: '0.001' }]
    const [market] = list
    if (market === undefined) return
    test.feed.watch(market)
    opened(test)
    const frame = trade('A-USDT', 1)
    test.socket.say({ ...frame, data: [{ ...frame.data[0], sz: '12345678901234567890.5' }] })
    expect(test.trades[0]?.qty).toBe('12345678901234567.8905')
  })

  it('measures the clock by the answers on the socket where they tell it', () => {
    const test = opened(started(withFrames(venueWith({})), ['A-USDT']))
    const inMicros = (test.clock.now() + 20_000 + 7_000) * 1_000
    test.clock.advance(20_000) // the ping leaves
    test.clock.advance(40)
    test.socket.say({
      $: 'pong',
      clock: { request: '2', inMicros, outMicros: inMicros + 20_000 },
    })
    expect(test.feed.status().clock).not.toBeNull()
  })
})
