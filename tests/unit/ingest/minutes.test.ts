import { expect, it } from 'vitest'
import { coinbase } from '../../../src/main/venues/coinbase.ts'
import { okx } from '../../../src/main/venues/okx.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { marketOf, TestFeed } from './fake-venue-side.ts'

const MINUTE = 60_000
const FROM = epochMs(1_750_000_020_000) // on a whole minute

/** A venue that answers like OKX: newest first, both bounds exclusive, 300 rows at most. */
function okxWithBars(): TestFeed {
  const test = new TestFeed(okx)
  test.answers.set('/api/v5/market/candles', async () => {
    const query = new URL(`http://x${test.fetched.at(-1)}`).searchParams
    const [older, newer] = [Number(query.get('after')), Number(query.get('before'))]
    const data: string[][] = []
    for (let at = Math.floor((older - 1) / MINUTE) * MINUTE; at > newer; at -= MINUTE)
      data.push([String(at), '1', '3', '0.5', '2', '10', '20', '20', '1'])
    return {
      status: 200,
      retryAfter: null,
      text: JSON.stringify({ code: '0', msg: '', data: data.slice(0, 300) }),
    }
  })
  return test
}

it('pages minute bars and returns each once, ascending', async () => {
  const test = okxWithBars()
  const to = epochMs(FROM + 1_440 * MINUTE)
  const outcome = await test.feed.minutes(marketOf(okx, 'BTC-USDT'), FROM, to)
  expect(outcome.ok).toBe(true)
  if (!outcome.ok) return
  expect(test.fetched).toHaveLength(5)
  expect(outcome.value.map(({ openTime }) => openTime)).toEqual(
    Array.from({ length: 1_440 }, (_, n) => FROM + n * MINUTE),
  )
  expect(outcome.value[0]).toEqual({
    openTime: FROM,
    open: 1,
    high: 3,
    low: 0.5,
    close: 2,
    volume: 10,
  })
})

it('keeps to the bars that open in the span, whatever its edges', async () => {
  const test = okxWithBars()
  const ask = async (from: number, to: number) => {
    const market = marketOf(okx, 'BTC-USDT')
    const outcome = await test.feed.minutes(market, epochMs(from), epochMs(to))
    return outcome.ok ? outcome.value.map(({ openTime }) => (openTime - FROM) / MINUTE) : outcome
  }
  expect(await ask(FROM, FROM + 3 * MINUTE)).toEqual([0, 1, 2])
  expect(await ask(FROM + 1, FROM + 3 * MINUTE + 1)).toEqual([1, 2, 3])
  expect(test.fetched.at(-1)).toContain(`before=${FROM + MINUTE - 1}`) // pages begin on a minute
  expect(await ask(FROM, FROM)).toEqual([])
})

it('fails as a whole when a page fails', async () => {
  const test = new TestFeed(coinbase)
  const to = epochMs(FROM + MINUTE)
  expect(await test.feed.minutes(marketOf(coinbase, 'BTC-USD'), FROM, to)).toMatchObject({
    ok: false,
    failure: { code: 'unavailable' },
  })
})

it('reads 24 h figures', async () => {
  const test = new TestFeed(coinbase)
  const stats = { open: '1', high: '4', low: '0.5', last: '2', volume: '100' }
  test.answers.set('/products/BTC-USD/stats', stats)
  expect(await test.feed.day(marketOf(coinbase, 'BTC-USD'))).toEqual({
    ok: true,
    value: { open: 1, high: 4, low: 0.5, last: 2, volume: 100 },
  })
})
