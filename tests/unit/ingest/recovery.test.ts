import { describe, expect, it } from 'vitest'
import { marketOf } from './fake-venue-side.ts'
import { failOnce, opened, started, trade, venueWith } from './session-lab.ts'

const okx = venueWith({})

describe('a venue that keeps us out', () => {
  it('waits as long as a refused handshake asks, and says so', () => {
    const test = started(okx, ['BTC-USDT'])
    test.socket.refuse(429, '30')
    expect(test.feed.status()).toMatchObject({
      state: 'blocked',
      reason: 'OKX limits our connections (HTTP 429)',
      nextAttemptAt: test.clock.now() + 30_000,
    })
    test.feed.retry()
    test.feed.wake()
    test.clock.advance(29_999)
    expect(test.sockets).toHaveLength(1)
    test.clock.advance(1)
    expect(test.sockets).toHaveLength(2)
    opened(test)
    expect(test.feed.status()).toMatchObject({ state: 'live', attempt: 0 })
  })

  it('waits a while after a 451 without a Retry-After, but not when a person tries again', () => {
    const test = started(okx, ['BTC-USDT'])
    test.socket.refuse(451)
    expect(test.state()).toBe('blocked')
    test.clock.advance(60_000)
    expect(test.sockets).toHaveLength(1)
    test.feed.retry()
    expect(test.sockets).toHaveLength(2)
  })

  it('tries the other hosts of the venue in turn and says which is in use', () => {
    const venue = venueWith({
      url: 'wss://a.test/ws',
      alternatives: ['wss://b.test/ws'],
    })
    const test = started(venue, ['BTC-USDT'], {}, { address: {} })
    failOnce(test)
    expect(test.feed.status().host).toBeUndefined()
    failOnce(test)
    expect(test.sockets.map(({ url }) => url)).toEqual([
      'wss://a.test/ws',
      'wss://a.test/ws',
      'wss://b.test/ws',
    ])
    opened(test)
    expect(test.feed.status()).toMatchObject({ state: 'live', host: 'b.test' })
  })

  it('keeps to the one host that the settings name', () => {
    const venue = venueWith({ url: 'wss://a.test/ws', alternatives: ['wss://b.test/ws'] })
    const test = started(venue, ['BTC-USDT'], {}, { address: {}, network: { host: 'b.test' } })
    for (let n = 0; n < 5; n += 1) failOnce(test)
    expect(new Set(test.sockets.map(({ url }) => url))).toEqual(new Set(['wss://b.test/ws']))
  })
})

describe('attempts that are capped', () => {
  const failing = (most: number | null) => {
    const test = started(okx, ['BTC-USDT'], {}, { limits: { maxAttempts: most } })
    for (let n = 0; n < 10 && test.state() !== 'failed'; n += 1) failOnce(test)
    return test
  }

  it('gives up after so many in a row, until somebody tries again', () => {
    const test = failing(3)
    expect(test.sockets).toHaveLength(3)
    expect(test.feed.status()).toMatchObject({
      state: 'failed',
      reason: 'refused; given up after 3 attempts',
    })
    test.feed.wake()
    test.clock.advance(3_600_000)
    expect(test.sockets).toHaveLength(3)
    test.feed.retry()
    expect(test.sockets).toHaveLength(4)
    opened(test)
    expect(test.feed.status()).toMatchObject({ state: 'live', attempt: 0 })
  })

  it('goes on when the setting is raised, and never gives up without one', () => {
    const test = failing(3)
    test.feed.configure({ maxAttempts: 3 })
    expect(test.sockets).toHaveLength(3)
    test.feed.configure({ maxAttempts: null })
    expect(test.sockets).toHaveLength(4)
    expect(failing(null).sockets.length).toBeGreaterThan(9)
  })

  it('counts anew after a connection that stood', () => {
    const test = started(okx, ['BTC-USDT'], {}, { limits: { maxAttempts: 2 } })
    for (let n = 0; n < 6; n += 1) {
      opened(test)
      failOnce(test)
    }
    expect(test.state()).not.toBe('failed')
  })
})

describe('waking', () => {
  it('probes at once, and is live again within five seconds when the socket had died', () => {
    const test = opened(started(okx, ['BTC-USDT']))
    test.clock.step(3_600_000) // the monotonic clock stood still
    test.clock.advance(1_000)
    expect(test.socket.sent.at(-1)).toBe('ping')
    test.clock.advance(2_000)
    expect(test.socket.closed).toBe(true)
    test.clock.advance(500)
    expect(test.sockets).toHaveLength(2)
    opened(test)
    expect(test.state()).toBe('live')
    expect(test.story).toEqual(['okx:BTC-USDT began', 'okx:BTC-USDT asleep', 'okx:BTC-USDT began'])
  })

  it('keeps a socket that answers: what was sent meanwhile was only late', () => {
    const test = opened(started(okx, ['BTC-USDT']))
    test.clock.step(3_600_000)
    test.clock.advance(1_000)
    test.socket.say(trade('BTC-USDT', 5))
    test.clock.advance(10_000)
    expect(test.sockets).toHaveLength(1)
    expect(test.broken).toEqual([])
  })

  it('cuts a pause short, and asks often while the network is not back yet', () => {
    const test = started(okx, ['BTC-USDT'], {}, { limits: { maxAttempts: 5 } })
    for (let n = 0; n < 3; n += 1) failOnce(test)
    test.socket.cut('its name is not found')
    const before = test.sockets.length
    test.feed.wake()
    expect(test.sockets).toHaveLength(before + 1)
    for (let n = 0; n < 10; n += 1) {
      test.socket.cut('its name is not found')
      test.clock.advance(500)
      expect(test.sockets).toHaveLength(before + 2 + n)
    }
    opened(test)
    expect(test.state()).toBe('live')
  })

  it('gives a handshake that hangs since before the sleep two seconds', () => {
    const test = started(okx, ['BTC-USDT'])
    test.clock.advance(1_000)
    test.feed.wake()
    test.clock.advance(2_500)
    expect(test.sockets).toHaveLength(2)
  })
})

describe('several sockets', () => {
  const venue = venueWith({}, { symbolsPerSocket: 2 })
  const symbols = ['A-USDT', 'B-USDT', 'C-USDT', 'D-USDT', 'E-USDT']

  it('spreads the markets, and is degraded while some sockets are missing', () => {
    const test = started(venue, symbols)
    expect(test.sockets).toHaveLength(3)
    for (const socket of test.sockets) opened(test, socket)
    expect(test.feed.status()).toMatchObject({ state: 'live', sockets: 3, reconnects: 0 })
    test.sockets[1]?.cut('the connection was cut')
    expect(test.feed.status()).toMatchObject({
      state: 'degraded',
      reason: '1 of 3 sockets missing: the connection was cut',
      sockets: 2,
    })
    expect(test.broken).toEqual(['okx:C-USDT', 'okx:D-USDT'])
    test.clock.advance(1_000)
    opened(test)
    expect(test.feed.status()).toMatchObject({ state: 'live', sockets: 3, reconnects: 1 })
  })

  it('closes a socket that has nothing left and fills it before a new one', () => {
    const test = started(venue, symbols)
    for (const socket of test.sockets) opened(test, socket)
    test.feed.unwatch(marketOf(venue, 'E-USDT').id)
    expect(test.sockets[2]?.closed).toBe(true)
    expect(test.state()).toBe('live')
    test.feed.watch(marketOf(venue, 'F-USDT'))
    expect(test.sockets).toHaveLength(4)
  })

  it('refuses what the venue has no room for', () => {
    const test = started(venueWith({}, { symbolsPerSocket: 1, sockets: 3 }), symbols)
    expect(Object.values(test.marketStates())).toEqual([
      'pending',
      'pending',
      'refused',
      'refused',
      'refused',
    ])
    expect(test.feed.markets()[2]?.reason).toContain('no more markets')
  })

  it('opens them no faster than the venue allows', () => {
    const limits = { symbolsPerSocket: 1, connects: { count: 2, perMs: 10_000 } }
    const test = started(venueWith({}, limits), symbols)
    expect(test.sockets).toHaveLength(2)
    expect(test.state()).toBe('blocked')
    test.clock.advance(10_250)
    expect(test.sockets).toHaveLength(4)
  })
})
