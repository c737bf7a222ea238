import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FrameSink } from '../../../src/main/venues/venue.ts'
import { opened, started, trade, venueWith } from './session-lab.ts'

const DAY = 86_400_000
/** When a socket's replacement begins, with the even random number of these tests. */
const DUE = DAY * 0.925

describe('planned rotation', () => {
  const rotating = venueWith({}, { lifetimeMs: DAY, silenceMs: 10 * DAY })

  it('begins at 90 to 95 % of the lifetime that the venue gives a socket', () => {
    for (const random of [0, 0.5, 0.999]) {
      const test = started(
        rotating,
        ['BTC-USDT'],
        { noTradeMs: 10 * DAY },
        { random: () => random },
      )
      opened(test)
      const due = DAY * (0.9 + 0.05 * random)
      test.clock.advance(due - 1)
      expect(test.sockets).toHaveLength(1)
      test.clock.advance(1)
      expect(test.sockets).toHaveLength(2)
    }
  })

  it('loses nothing: both sockets overlap, each trade is told once, and nothing is called broken', () => {
    const pause = fc.integer({ min: 1, max: 900 })
    const lags = fc.record({ old: fc.nat(1_500), young: fc.nat(1_500) })
    fc.assert(
      fc.property(fc.array(pause, { minLength: 20, maxLength: 60 }), lags, (pauses, lag) => {
        const venue = venueWith({}, { lifetimeMs: 30_000, silenceMs: 10 * DAY })
        const test = opened(started(venue, ['BTC-USDT']))
        const [first] = test.sockets
        // Each match is sent on every subscribed socket, later on one than on the other.
        const send = (id: number): void => {
          for (const socket of test.sockets) {
            if (socket !== first && socket.requests().length === 0) continue
            const late = socket === first ? lag.old : lag.young
            test.clock.after(late, () => socket.say(trade('BTC-USDT', id)))
          }
        }
        let id = 0
        for (const gap of [...pauses, ...pauses, ...pauses]) {
          test.clock.advance(gap)
          if (test.sockets.length === 2 && test.sockets[1]?.sent.length === 0) opened(test)
          id += 1
          send(id)
        }
        test.clock.advance(5_000)
        const seen = test.trades.map((row) => Number(row.id)).sort((a, b) => a - b)
        // A third socket may have been begun; what the first two brought must be whole.
        if (test.sockets.length === 2) expect(seen).toEqual([...Array(id).keys()].map((n) => n + 1))
        expect(new Set(seen).size).toBe(seen.length)
        expect(test.broken).toEqual([])
        expect(test.began).toEqual(['okx:BTC-USDT'])
      }),
      { numRuns: 60 },
    )
  })

  it('listens to the old socket for two seconds more, then closes it', () => {
    const test = opened(started(rotating, ['BTC-USDT'], { noTradeMs: 10 * DAY }))
    const [first] = test.sockets
    test.clock.advance(DUE)
    opened(test)
    first?.say(trade('BTC-USDT', 7))
    test.socket.say(trade('BTC-USDT', 7))
    expect(test.trades).toHaveLength(1)
    expect(test.feed.status().sockets).toBe(2)
    test.clock.advance(2_000)
    expect(first?.closed).toBe(true)
    expect(test.feed.status()).toMatchObject({ sockets: 1, reconnects: 1, state: 'live' })
    expect(test.broken).toEqual([])
  })

  it('tries again when the successor comes to nothing, and rotates the successor in its turn', () => {
    const test = opened(started(rotating, ['BTC-USDT'], { noTradeMs: 10 * DAY }))
    test.clock.advance(DUE)
    expect(test.sockets).toHaveLength(2)
    test.socket.cut('refused')
    test.clock.advance(10_000)
    expect(test.sockets).toHaveLength(3)
    opened(test)
    test.clock.advance(DUE)
    expect(test.sockets).toHaveLength(4)
    expect(test.broken).toEqual([])
  })

  it('waits for the welcome of the successor where the venue sends one', () => {
    const venue = venueWith({ waitsForReady: true }, { lifetimeMs: DAY, silenceMs: 10 * DAY })
    const ready = {
      ...venue,
      stream: {
        ...venue.stream,
        read: (frame: string, out: FrameSink): void => {
          if (frame === 'welcome') out.ready()
          else venue.stream.read(frame, out)
        },
      },
    }
    const test = started(ready, ['BTC-USDT'], { noTradeMs: 10 * DAY })
    test.socket.open()
    test.socket.say('welcome')
    opened(test)
    test.clock.advance(DUE)
    const [first] = test.sockets
    test.socket.open()
    test.clock.advance(3_000)
    expect(test.socket.sent).toEqual([])
    expect(first?.closed).toBe(false)
    test.socket.say('welcome')
    opened(test)
    test.clock.advance(2_000)
    expect(first?.closed).toBe(true)
    expect(test.broken).toEqual([])
  })

  it('gives a silent successor its three seconds', () => {
    const venue = venueWith({ acknowledges: 'silent' }, { lifetimeMs: DAY, silenceMs: 10 * DAY })
    const test = started(venue, ['BTC-USDT'], { noTradeMs: 10 * DAY })
    test.socket.open()
    test.socket.say(trade('BTC-USDT', 1))
    test.clock.advance(DUE)
    const [first] = test.sockets
    test.socket.open()
    test.clock.advance(100)
    test.socket.alive()
    test.clock.advance(2_000)
    first?.say(trade('BTC-USDT', 2))
    test.clock.advance(3_500)
    expect(first?.closed).toBe(true)
    expect(test.trades.map(({ id }) => id)).toEqual(['1', '2'])
    expect(test.broken).toEqual([])
  })
})

describe('one market alone falls silent', () => {
  it('replaces the socket under it, breaks that market off and no other', () => {
    const test = opened(started(venueWith({}), ['BTC-USDT', 'ETH-USDT']))
    let id = 0
    const second = (both: boolean) => {
      test.clock.advance(1_000)
      id += 1
      test.sockets[0]?.say(trade('BTC-USDT', id))
      if (both) test.sockets[0]?.say(trade('ETH-USDT', id))
    }
    for (let n = 0; n < 120; n += 1) second(true)
    for (let n = 0; n < 40 && test.sockets.length === 1; n += 1) second(false)
    expect(test.sockets).toHaveLength(2)
    expect(test.state()).toBe('live')
    expect(test.broken).toEqual([])
    opened(test)
    expect(test.story.slice(2)).toEqual(['okx:ETH-USDT stall', 'okx:ETH-USDT began'])
  })

  it('says so of that market while it lasts', () => {
    const test = opened(started(venueWith({}), ['BTC-USDT', 'ETH-USDT']))
    for (let n = 1; n < 52; n += 1) {
      test.clock.advance(1_000)
      test.socket.say(trade('BTC-USDT', n))
    }
    expect(test.feed.markets().map(({ reason }) => reason)).toEqual([
      undefined,
      expect.stringContaining('silent for longer'),
    ])
  })
})
