import { describe, expect, it } from 'vitest'
import { type HttpAnswer, Rest } from '../../../src/main/ingest/rest.ts'
import { binance } from '../../../src/main/venues/binance.ts'
import { okx } from '../../../src/main/venues/okx.ts'
import type { Venue } from '../../../src/main/venues/venue.ts'
import { FakeClock } from './fake-clock.ts'

const TIME = { status: 200, retryAfter: null, text: '{"serverTime":1750000000000}' }

function restOf(
  answer: (url: string, signal: AbortSignal) => Promise<HttpAnswer>,
  venue: Venue = binance,
) {
  const clock = new FakeClock()
  const urls: string[] = []
  const rest = new Rest({
    venue,
    address: 'http://venue.test',
    clock,
    fetchJson: (url, signal) => {
      urls.push(url)
      return answer(url, signal)
    },
  })
  const time = () => rest.call(venue.rest.serverTime, undefined, 5_000)
  return { clock, rest, urls, time }
}
const said = async (outcome: Promise<unknown>) => JSON.stringify(await outcome)

describe('rest', () => {
  it('answers with the value and when it was asked for', async () => {
    const { clock, time, urls } = restOf(async () => {
      clock.advance(40)
      return TIME
    })
    const sentAt = clock.now()
    expect(await time()).toEqual({
      ok: true,
      value: { value: { time: 1_750_000_000_000, resolutionMs: 1 }, sentAt, rttMs: 40, bytes: 28 },
    })
    expect(urls).toEqual(['http://venue.test/api/v3/time'])
  })

  it.each([
    [429, '30', 'limits our requests (HTTP 429). Next request in 30 s'],
    [418, '120', 'limits our requests (HTTP 418). Next request in 120 s'],
    [429, null, 'Next request in 60 s'],
    [403, null, 'refuses this address (HTTP 403)'],
    [451, null, 'does not serve this location (HTTP 451)'],
    [500, null, 'answered HTTP 500'],
  ])(
    'says in plain words what HTTP %i (Retry-After %s) means',
    async (status, retryAfter, words) => {
      const { time } = restOf(async () => ({ status, retryAfter, text: '{"msg":"the body"}' }))
      const text = await said(time())
      expect(text).toContain('"code":"unavailable"')
      expect(text).toContain(words)
      expect(text).toContain('the body')
    },
  )

  it('without Retry-After, waits twice the span that the venue counts in, then ever longer', async () => {
    let status = 429
    const { clock, time } = restOf(async () => ({ ...TIME, status, retryAfter: null }), {
      ...binance,
      rest: { ...binance.rest, budget: { weight: 8, perMs: 1_000 } },
    })
    expect(await said(time())).toContain('Next request in 2 s')
    clock.advance(2_000)
    expect(await said(time())).toContain('Next request in 4 s')
    clock.advance(4_000)
    status = 200
    expect(await said(time())).toContain('"ok":true')
    status = 429
    expect(await said(time())).toContain('Next request in 2 s')
  })

  it('sends nothing while the venue asked for a pause, and goes on after it', async () => {
    let status = 429
    const { clock, time, urls, rest } = restOf(async () => ({ ...TIME, status, retryAfter: '30' }))
    await time()
    status = 200
    rest.retry()
    expect(await said(time())).toContain('Next request in 30 s')
    clock.advance(29_999)
    await time()
    expect(urls).toHaveLength(1)
    clock.advance(1)
    expect(await said(time())).toContain('"ok":true')
  })

  it('reads a Retry-After that is a date', async () => {
    const { clock, time } = restOf(async () => ({
      status: 429,
      retryAfter: new Date(Math.ceil(clock.now() / 1_000) * 1_000 + 90_000).toUTCString(),
      text: '',
    }))
    expect(await said(time())).toContain('Next request in 90 s')
  })

  it('lets a person end the pause after a 403, which was only a guess', async () => {
    let status = 403
    const { rest, time, urls } = restOf(async () => ({ ...TIME, status }))
    await time()
    await time()
    expect(urls).toHaveLength(1)
    status = 200
    rest.retry()
    expect(await said(time())).toContain('"ok":true')
  })

  it.each([
    ['<html>blocked</html>', 'no JSON'],
    ['', 'no JSON'],
    ['{"serverTime":17}', 'no epoch milliseconds'],
    ['{"serverTime":null}', 'nothing at serverTime'],
    ['null', 'nothing at serverTime'],
  ])('answers a failure for a body that cannot be used: %s', async (text, words) => {
    const { time } = restOf(async () => ({ ...TIME, text }))
    expect(await said(time())).toContain(words)
  })

  it('takes an error inside HTTP 200 for one (OKX 50011)', async () => {
    const text = '{"code":"50011","msg":"Too Many Requests","data":[]}'
    const { time } = restOf(async () => ({ ...TIME, text }), okx)
    expect(await said(time())).toContain('error 50011: Too Many Requests')
  })

  it('gives up at the deadline even if the request never settles', async () => {
    let aborted = false
    const { clock, time } = restOf((_, signal) => {
      signal.addEventListener('abort', () => {
        aborted = true
      })
      return new Promise(() => {})
    })
    const outcome = time()
    await clock.pass(5_000)
    expect(await said(outcome)).toContain('did not answer within 5 s')
    expect(aborted).toBe(true)
    expect(clock.pending).toBe(0)
  })

  it('says why the network failed', async () => {
    const { time } = restOf(() =>
      Promise.reject(
        new Error('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ENOTFOUND' }) }),
      ),
    )
    expect(await said(time())).toContain('cannot be reached: its name is not found')
  })

  it('keeps to the weight budget in any span of its window, first come first served', async () => {
    const venue = {
      ...binance,
      rest: { ...binance.rest, budget: { weight: 10, perMs: 1_000 } },
    } satisfies Venue
    const sent: number[] = []
    const { clock, time } = restOf(async () => {
      sent.push(clock.monotonic())
      return TIME
    }, venue)
    const all = Promise.all(Array.from({ length: 35 }, time))
    await clock.pass(10_000)
    await all
    for (const from of sent) {
      const within = sent.filter((at) => at >= from && at < from + 1_000)
      expect(within.length).toBeLessThanOrEqual(10)
    }
    expect(sent).toHaveLength(35)
    expect(Math.max(...sent) - Math.min(...sent)).toBe(3_000)
  })

  it('cancels what waits and what is under way when it is closed', async () => {
    const venue = {
      ...binance,
      rest: { ...binance.rest, budget: { weight: 1, perMs: 1_000 } },
    } satisfies Venue
    const { clock, rest, time } = restOf(() => new Promise(() => {}), venue)
    const outcomes = [time(), time()]
    await clock.pass(0)
    rest.close()
    expect(await said(Promise.all(outcomes))).toMatch(/cancelled.*cancelled/)
    expect(await said(time())).toContain('cancelled')
    expect(clock.pending).toBe(0)
  })
})
