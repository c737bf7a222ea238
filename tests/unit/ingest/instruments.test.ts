import { describe, expect, it } from 'vitest'
import { changes, nearMatches } from '../../../src/main/ingest/near-matches.ts'
import { bybit } from '../../../src/main/venues/bybit.ts'
import { okx } from '../../../src/main/venues/okx.ts'
import { marketOf, TestFeed } from './fake-venue-side.ts'

const LIST = '/api/v5/public/instruments'
const row = (instId: string, state = 'live') => {
  const [baseCcy, quoteCcy] = instId.split('-')
  return { instId, baseCcy, quoteCcy, tickSz: '0.1', lotSz: '0.001', state }
}
const list = (...rows: unknown[]) => ({ code: '0', msg: '', data: rows })
const LISTED = list(row('BTC-USDT'), row('BTC-USDC'), row('ETH-USDT'), row('OLD-USDT', 'suspend'))

function withList(): TestFeed {
  const test = new TestFeed(okx)
  test.answers.set(LIST, LISTED)
  test.feed.start()
  return test
}

describe('instruments', () => {
  it('loads the list at first need, once, and finds a market in any case of letters', async () => {
    const test = withList()
    await test.clock.pass(60_000)
    expect(test.fetched).toEqual([])
    expect(test.feed.status().instruments).toBe('loading')
    const found = await Promise.all([test.feed.resolve('BTC-USDT'), test.feed.resolve('btc-usdt')])
    for (const outcome of found)
      expect(outcome).toMatchObject({
        ok: true,
        value: { id: 'okx:BTC-USDT', venueSymbol: 'BTC-USDT', tickSize: '0.1', lotSize: '0.001' },
      })
    expect(test.fetched).toHaveLength(2) // spot and swaps
    expect(test.feed.status().instruments).toBe('list')
    const listed = await test.feed.instruments()
    expect(test.fetched).toHaveLength(2)
    expect(listed.map(({ symbol }) => symbol)).toEqual(['BTC-USDT', 'BTC-USDC', 'ETH-USDT'])
  })

  it('refuses what the list does not have, with near matches', async () => {
    const outcome = await withList().feed.resolve('BTC-USTD')
    expect(outcome).toMatchObject({
      ok: false,
      failure: { code: 'unknown-market', near: ['okx:BTC-USDT', 'okx:BTC-USDC'] },
    })
  })

  it('refuses a market that cannot be traded now', async () => {
    expect(await withList().feed.resolve('OLD-USDT')).toMatchObject({ ok: false })
  })

  it.each(['BTC', '-USDT', 'BTC-', ''])('refuses %j, which is no symbol', async (symbol) => {
    expect(await withList().feed.resolve(symbol)).toMatchObject({
      ok: false,
      failure: { code: 'invalid' },
    })
  })

  it('looks again for a new listing when its list is old', async () => {
    const test = withList()
    await test.feed.resolve('BTC-USDT')
    test.answers.set(LIST, list(row('BTC-USDT'), row('NEW-USDT')))
    expect(await test.feed.resolve('NEW-USDT')).toMatchObject({ ok: false })
    await test.clock.pass(301_000)
    expect(await test.feed.resolve('NEW-USDT')).toMatchObject({ ok: true })
  })

  it('answers with the usual spelling while the list cannot be had', async () => {
    const test = new TestFeed(bybit)
    test.feed.start()
    expect(await test.feed.resolve('btc-usdt')).toMatchObject({
      ok: true,
      value: { id: 'bybit:BTC-USDT', venueSymbol: 'BTCUSDT', tickSize: '' },
    })
    expect(test.feed.status().instruments).toBe('spelling')
  })

  it('does not keep a person waiting for a slow list', async () => {
    const test = new TestFeed(okx, { resolveMs: 8_000, listMs: 45_000 })
    test.answers.set(LIST, () => new Promise(() => {}))
    const outcome = test.feed.resolve('BTC-USDT')
    await test.clock.pass(8_000)
    expect(await outcome).toMatchObject({ ok: true, value: { tickSize: '' } })
    expect(test.feed.status().instruments).toBe('loading')
    await test.feed.stop()
    await test.clock.pass(0)
    expect(test.clock.pending).toBe(0)
  })

  it('tries again until the list comes, then checks what was only spelled', async () => {
    const test = new TestFeed(okx, { listRetryBaseMs: 5_000 })
    test.feed.start()
    for (const symbol of ['BTC-USDT', 'OLD-USDT', 'NOPE-USDT']) {
      const outcome = await test.feed.resolve(symbol)
      if (outcome.ok) test.feed.watch(outcome.value)
    }
    expect(test.marketStates()).toEqual({
      'BTC-USDT': 'pending',
      'OLD-USDT': 'pending',
      'NOPE-USDT': 'pending',
    })
    test.answers.set(LIST, LISTED)
    await test.clock.pass(2_500)
    expect(test.feed.status().instruments).toBe('list')
    expect(test.marketStates()).toEqual({
      'BTC-USDT': 'pending',
      'OLD-USDT': 'refused',
      'NOPE-USDT': 'refused',
    })
    expect(test.feed.markets()[0]?.market.tickSize).toBe('0.1')
    expect(test.feed.markets()[2]?.reason).toContain('OKX lists no market NOPE-USDT')
    test.socket.open()
    expect(JSON.stringify(test.socket.requests())).not.toMatch(/NOPE|OLD/)
  })

  it('subscribes anew when the list spells a market in another way', async () => {
    const test = new TestFeed(okx)
    test.feed.start()
    test.feed.watch({ ...marketOf(okx, 'BTC-USDT'), venueSymbol: 'XBT-USDT' })
    test.socket.open()
    test.answers.set(LIST, LISTED)
    await test.feed.resolve('BTC-USDT')
    await test.clock.pass(2_000)
    const sent = test.socket.requests().map(({ op, args }) => `${op} ${JSON.stringify(args)}`)
    expect(sent.slice(1).join()).toMatch(/subscribe .*"BTC-USDT".*unsubscribe .*"XBT-USDT"/)
  })

  it('is asked again by a person who presses retry', async () => {
    const test = new TestFeed(okx, { listRetryBaseMs: 1_000_000 })
    test.feed.start()
    await test.feed.resolve('BTC-USDT')
    test.answers.set(LIST, LISTED)
    test.feed.retry()
    await test.clock.pass(0)
    expect(test.feed.status().instruments).toBe('list')
  })
})

describe('near matches', () => {
  const markets = ['BTC-USDT', 'BTC-EUR', 'BTC-USDC', 'ETH-BTC', 'WBTC-USDT', 'DOGE-USDT'].map(
    (symbol) => marketOf(okx, symbol),
  )

  it.each([
    ['BTC-USDX', ['BTC-USDC', 'BTC-USDT', 'BTC-EUR']],
    ['BTC-ETH', ['ETH-BTC']],
    ['BCT-USDT', ['BTC-USDT']],
    ['ZZZZZZ-QQQ', []],
  ])('for %s are %j', (symbol, expected) => {
    expect(
      nearMatches(symbol, markets)
        .map((id) => id.slice('okx:'.length))
        .slice(0, Math.max(1, expected.length)),
    ).toEqual(expected)
  })

  it('counts letters inserted, deleted, replaced and swapped', () => {
    expect(changes('BTC', 'BTC', 2)).toBe(0)
    expect(changes('BTC', 'BC', 2)).toBe(1)
    expect(changes('BTC', 'BTCX', 2)).toBe(1)
    expect(changes('BTC', 'BTX', 2)).toBe(1)
    expect(changes('BTC', 'BCT', 2)).toBe(1)
    expect(changes('BTC', 'ETHEREUM', 2)).toBe(3)
  })
})
