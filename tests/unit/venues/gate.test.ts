import { describe, expect, it } from 'vitest'
import { gate } from '../../../src/main/venues/gate.ts'
import type { HistoryPage, RestTrade } from '../../../src/main/venues/venue.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { calls, fixture, NO_HEADERS, reading, readRest, restBody } from '../../venues/reading.ts'

const said = (name: string) => calls(gate, fixture(gate, name))
const { rest, stream } = gate
const trades = rest.trades
const history = trades?.history
const NOW = epochMs(1619093532959)

describe('gate stream', () => {
  it("Gate's two ids: the market's own is the sequence, the other one tells trades apart", () => {
    expect(said('trade.json')).toEqual([
      [
        'trade',
        'GT_USDT',
        '309143071',
        '0.4705000000',
        '16.4700000000',
        'sell',
        1606292218213,
        { micros: 457, pushed: 1606292218231, seq: 2390902, matches: 1 },
      ],
    ])
  })

  it('a market number printed twice: the range decides', () => {
    expect(said('trade-two-numbers.json')[0]?.[7]).toMatchObject({ seq: 2390902, matches: 1 })
  })

  it('a print can stand for a range of matches; a time without decimals has no microseconds', () => {
    expect(said('trade-range.json')[0]?.slice(6)).toEqual([
      1606292219001,
      { pushed: 1606292219020, seq: 2390905, matches: 3 },
    ])
  })

  it('without a range the market number stands for one match; a range turned round is an error', () => {
    const bare = fixture(gate, 'trade.json').replace(',"range":"2390902-2390902"', '')
    expect(reading(gate, bare).trades[0]?.extra).toMatchObject({ seq: 2390902, matches: 1 })
    const turned = fixture(gate, 'trade.json').replace('2390902-2390902', '2390902-2390900')
    expect(reading(gate, turned).error).toBeInstanceOf(Error)
    const none = bare.replace('"id_market":2390902,', '')
    expect(reading(gate, none)).toMatchObject({ trades: [], error: expect.any(Error) })
  })

  it('one acknowledgement per request: an error that is null or absent', () => {
    expect(said('accepted.json')).toEqual([['accepted', '1']])
    expect(said('accepted-newer.json')).toEqual([['accepted', '2']])
    expect(said('unsubscribed.json')).toEqual([['accepted', '3']])
  })

  it('code 2 names the pair inside its text', () => {
    expect(said('refused-pair.json')).toEqual([
      ['refused', '2 unknown currency pair NOPE_USDT', ['NOPE_USDT'], '4'],
    ])
    expect(said('refused-request.json')).toEqual([
      ['refused', '1 request message need json scheme', undefined, '5'],
    ])
  })

  it('an answer that neither succeeded nor names an error is refused', () => {
    const odd = fixture(gate, 'accepted.json').replace('"success"', '"fail"')
    expect(calls(gate, odd)[0]?.[0]).toBe('refused')
  })

  it("the server's own fault ends with the connection, not with a market", () => {
    expect(said('server-error.json')).toEqual([['closing', '3 internal error']])
  })

  it('the upgrade notice has no channel', () => {
    expect(said('upgrade.json')).toEqual([
      ['closing', 'The connection will soon be closed for a service upgrade. Please reconnect.'],
    ])
  })

  it('every frame of ours says the time in seconds', () => {
    expect(JSON.parse(stream.subscribe(['BTC_USDT', 'ETH_USDT'], 1, NOW))).toEqual({
      time: 1619093532,
      id: 1,
      channel: 'spot.trades',
      event: 'subscribe',
      payload: ['BTC_USDT', 'ETH_USDT'],
    })
    expect(JSON.parse(stream.unsubscribe(['BTC_USDT'], 2, NOW))).toMatchObject({
      time: 1619093532,
      event: 'unsubscribe',
    })
    if (typeof stream.ping?.frame !== 'function') throw new Error('no ping')
    expect(JSON.parse(stream.ping.frame(3, NOW))).toEqual({
      time: 1619093532,
      channel: 'spot.ping',
    })
    expect(stream.ping.everyMs).toBeLessThanOrEqual(20_000)
  })

  it('the pong is a channel of its own; other channels are other traffic', () => {
    expect(said('pong.json')).toEqual([['pong']])
    expect(said('other-ticker.json')).toEqual([])
  })
})

describe('gate rest', () => {
  it('time, markets and 24 h figures; no open is told', () => {
    expect(readRest(gate, rest.serverTime, 'rest-time.json', undefined)).toEqual({
      time: 1597026383085,
      resolutionMs: 1,
    })
    expect(readRest(gate, rest.instruments, 'rest-instruments.json', undefined)).toMatchObject([
      { id: 'gate:ETH-USDT', venueSymbol: 'ETH_USDT', tickSize: '0.000001', lotSize: '0.001' },
    ])
    expect(readRest(gate, rest.day, 'rest-day.json', { symbol: 'BTC3L_USDT' })).toEqual({
      last: 2.46140352,
      high: 2.7431,
      low: 1.9863,
      volume: 656614.0845820589,
      quoteVolume: 1602221.6646837553,
    })
    expect(() =>
      rest.day.read(restBody(gate, 'rest-unknown.json'), { symbol: 'X' }, NO_HEADERS),
    ).toThrow()
  })

  it('candles have the close before the high, and quote volume before both', () => {
    const from = epochMs(1539852480000)
    const to = epochMs(from + (rest.minutes.rows ?? 0) * 60_000)
    const query = new URL(`http://x${rest.minutes.path({ symbol: 'ETH_USDT', from, to })}`)
      .searchParams
    expect((Number(query.get('to')) - Number(query.get('from'))) / 60 + 1).toBeLessThanOrEqual(
      1_000,
    )
    expect(query.has('limit')).toBe(false) // refused beside from and to
    const read = readRest(gate, rest.minutes, 'rest-minutes.json', { symbol: 'ETH_USDT', from, to })
    expect(read[0]).toEqual({
      openTime: from,
      open: 0.0021737,
      high: 0.0021922,
      low: 0.0021724,
      close: 0.0021724,
      volume: 447000000,
    })
  })

  it('rows of REST call the market number `sequence_id`', () => {
    if (trades === undefined) throw new Error('no trades')
    expect(trades.recent.path({ symbol: 'ETH_USDT' })).toBe(
      '/api/v4/spot/trades?currency_pair=ETH_USDT&limit=1000',
    )
    expect(readRest(gate, trades.recent, 'rest-trades.json', { symbol: 'ETH_USDT' })).toEqual([
      {
        id: '1232893232',
        price: '0.03',
        qty: '0.15',
        side: 'buy',
        time: 1548000000123,
        micros: 456,
        seq: 588018,
      },
      {
        id: '1232893101',
        price: '0.029',
        qty: '2',
        side: 'sell',
        time: 1547999999900,
        micros: 1,
        seq: 588017,
      },
    ])
  })
})

describe('gate history', () => {
  const hole: HistoryPage = {
    symbol: 'ETH_USDT',
    after: { time: epochMs(1547999000500), id: '1232800000', seq: 587000 },
    before: { time: epochMs(1548000001999), id: '1232893900', seq: 588019 },
    now: epochMs(1548000009000),
  }
  const asked = (input: HistoryPage) =>
    Object.fromEntries(new URL(`http://x${history?.page.path(input)}`).searchParams)
  const page = (input: HistoryPage) => {
    if (history === undefined) throw new Error('no history')
    return readRest(gate, history.page, 'rest-history.json', input)
  }

  it('asks in whole seconds around the hole', () => {
    expect(history?.retentionMs).toBe(30 * 86_400_000)
    expect(asked(hole)).toEqual({
      currency_pair: 'ETH_USDT',
      limit: '1000',
      from: '1547999000',
      to: '1548000002',
      page: '1',
    })
  })

  it('goes on from the second of the oldest trade', () => {
    const { trades: rows, next = '' } = page(hole)
    expect(rows.map(({ seq }) => seq)).toEqual([588018, 588017, 588016])
    expect(asked({ ...hole, cursor: next })).toMatchObject({ to: '1548000000', page: '1' })
  })

  it('turns pages only while all of a page lies in one second, and not for ever', () => {
    expect(page({ ...hole, cursor: '1548000000,1' }).next).toBe('1548000000,2')
    expect(asked({ ...hole, cursor: '1548000000,2' })).toMatchObject({ page: '2' })
    expect(page({ ...hole, cursor: '1548000000,100' }).next).toBe(undefined)
  })

  it('ends at the known number; by time where none is known; with an empty page', () => {
    const from = (point: Partial<HistoryPage['after']>) => ({
      ...hole,
      after: { time: hole.after.time, ...point },
    })
    expect(page(from({ seq: 588016 })).next).toBe(undefined)
    expect(page(from({ seq: 588015 })).next).toBeDefined()
    // The id counts over all markets: it is never compared.
    expect(page(from({ id: '9999999999' })).next).toBeDefined()
    expect(page(from({ time: epochMs(1547999999101) })).next).toBe(undefined)
    expect(page(from({ time: epochMs(1547999999100) })).next).toBeDefined()
    expect(history?.page.read([], hole, NO_HEADERS)).toEqual({ trades: [] })
  })

  it('brings every trade of a busy market, however many lie in one second', () => {
    // 2,500 trades in one second, 40 in each of the seconds around it; the venue pages newest first.
    const all: RestTrade[] = []
    const add = (second: number, count: number): void => {
      for (let n = 0; n < count; n += 1) {
        const time = second * 1_000 + Math.floor((n * 1_000) / count)
        const seq = 1_000 + all.length
        all.push({ id: `${seq}`, price: '1', qty: '1', side: 'buy', time, seq })
      }
    }
    const first = 1_548_000_000
    for (let s = 0; s < 60; s += 1) add(first + s, s === 30 ? 2_500 : 40)
    const answer = (input: HistoryPage) => {
      const { from, to, page: n } = asked(input)
      const within = all.filter(
        ({ time }) => time >= Number(from) * 1_000 && time < Number(to) * 1_000,
      )
      return within
        .toReversed()
        .slice((Number(n) - 1) * 1_000, Number(n) * 1_000)
        .map(({ id, time, seq }) => ({
          id,
          create_time_ms: `${time}`,
          side: 'buy',
          amount: '1',
          price: '1',
          sequence_id: `${seq}`,
        }))
    }
    const missing: HistoryPage = {
      ...hole,
      after: { time: epochMs(first * 1_000), seq: 1_000 },
      before: { time: epochMs((first + 59) * 1_000 + 975), seq: 999 + all.length },
    }
    const got = new Set<number>()
    let input = missing
    for (let requests = 0; requests < 30; requests += 1) {
      const answered = history?.page.read(answer(input), input, NO_HEADERS)
      for (const { seq = 0 } of answered?.trades ?? []) got.add(seq)
      if (answered?.next === undefined) break
      input = { ...missing, cursor: answered.next }
    }
    expect(got.size).toBe(all.length)
  })
})
