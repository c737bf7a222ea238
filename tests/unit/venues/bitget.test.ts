import { describe, expect, it } from 'vitest'
import { bitget } from '../../../src/main/venues/bitget.ts'
import type { HistoryPage, KnownPoint } from '../../../src/main/venues/venue.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { calls, fixture, NO_HEADERS, reading, readRest, restBody } from '../../venues/reading.ts'

const said = (name: string) => calls(bitget, fixture(bitget, name))
const { rest, stream } = bitget
const trades = rest.trades
const history = trades?.history
const DAY = 86_400_000

describe('bitget stream', () => {
  it('reads a trade: match time in the row, push time outside', () => {
    expect(said('trade.json')).toEqual([
      [
        'trade',
        'BTCUSDT',
        '1432912488536195072',
        '76671.22',
        '0.001367',
        'sell',
        1777358880170,
        { pushed: 1777358880172 },
      ],
    ])
  })

  it("Bitget's rows are newest first; they are handed over oldest first", () => {
    const read = reading(bitget, fixture(bitget, 'trade-newest-first.json')).trades
    expect(read.map(({ id }) => id)).toEqual([
      '1432912488536195072',
      '1432912488536195074',
      '1432912488536195075',
    ])
  })

  it('history replayed on subscribe is not live', () => {
    const read = reading(bitget, fixture(bitget, 'snapshot.json')).trades
    expect(read.map(({ id, extra }) => [id, extra])).toEqual([
      ['1432912488536195060', { pushed: 1777358880000, snapshot: true }],
      ['1432912488536195070', { pushed: 1777358880000, snapshot: true }],
    ])
    const unknown = fixture(bitget, 'trade.json').replace('"update"', '"replay"')
    expect(reading(bitget, unknown).trades[0]?.extra?.snapshot).toBe(true)
  })

  it('every symbol has its own acknowledgement, without a request id', () => {
    expect(said('accepted.json')).toEqual([['accepted', '', ['BTCUSDT']]])
    expect(said('unsubscribed.json')).toEqual([['accepted', '', ['BTCUSDT']]])
  })

  it('30001 names its market only inside its text, in two wordings', () => {
    const reason = "30001 instType:spot,topic:publicTrade,symbol:NOPEUSDT doesn't exist"
    expect(said('refused-symbol.json')).toEqual([['refused', reason, ['NOPEUSDT']]])
    expect(said('refused-symbol-v2.json')[0]?.[2]).toEqual(['NOPEUSDT'])
    expect(said('refused-request.json')).toEqual([['refused', '30016 Param error', undefined]])
  })

  it('too many requests ends with the connection, not with a market', () => {
    expect(said('too-frequent.json')).toEqual([['closing', '30006 Request too many']])
    const over = fixture(bitget, 'too-frequent.json').replace('30006', '30007')
    expect(calls(bitget, over)[0]?.[0]).toBe('closing')
  })

  it('the pong is bare text, and the ping is sent though trades flow', () => {
    expect(said('pong.txt')).toEqual([['pong']])
    if (typeof stream.ping?.frame !== 'function') throw new Error('no ping')
    expect(stream.ping.frame(1, epochMs(0))).toBe('ping')
    expect(stream.ping.everyMs).toBeLessThanOrEqual(30_000)
  })

  it('a valid symbol under the wrong type is acknowledged and silent: ours is always spot', () => {
    expect(JSON.parse(stream.subscribe(['BTCUSDT', 'ETHUSDT'], 5, epochMs(0)))).toEqual({
      op: 'subscribe',
      args: [
        { instType: 'spot', topic: 'publicTrade', symbol: 'BTCUSDT' },
        { instType: 'spot', topic: 'publicTrade', symbol: 'ETHUSDT' },
      ],
    })
  })

  it('frames with many args kill the socket: ten at most, 240 requests an hour', () => {
    expect(stream.limits).toMatchObject({
      symbolsPerRequest: 10,
      symbolsPerSocket: 50,
      messages: [{ count: 10, perMs: 1_000 }],
      subscribes: [{ count: 240, perMs: 3_600_000 }],
      connects: { count: 300, perMs: 300_000 },
      sockets: 100,
    })
    const ten = Array.from({ length: 10 }, (_, n) => `SYMBOL${n}LONGUSDT`)
    expect(stream.subscribe(ten, 1, epochMs(0)).length).toBeLessThan(4_096)
  })

  it('data of other topics is other traffic', () => {
    expect(said('other-ticker.json')).toEqual([])
  })

  it('a bad row costs itself only', () => {
    const frame = fixture(bitget, 'trade-newest-first.json').replace('76671.23', 'a lot')
    const read = reading(bitget, frame)
    expect(read.trades.map(({ id }) => id)).toEqual(['1432912488536195072', '1432912488536195074'])
    expect(read.error).toBeInstanceOf(Error)
  })
})

describe('bitget rest', () => {
  it('an error code inside HTTP 200 is an error', () => {
    expect(() =>
      rest.day.read(restBody(bitget, 'rest-unknown.json'), { symbol: 'X' }, NO_HEADERS),
    ).toThrow('error 40034: Parameter does not exist')
    expect(() =>
      trades?.recent.read(restBody(bitget, 'rest-limited.json'), { symbol: 'X' }, NO_HEADERS),
    ).toThrow('error 429')
  })

  it('time, markets and 24 h figures; a step is ten to the minus precision', () => {
    expect(readRest(bitget, rest.serverTime, 'rest-time.json', undefined)).toEqual({
      time: 1688008631614,
      resolutionMs: 1,
    })
    expect(readRest(bitget, rest.instruments, 'rest-instruments.json', undefined)).toMatchObject([
      { id: 'bitget:BTC-USDT', tickSize: '0.01', lotSize: '0.000001' },
    ])
    expect(readRest(bitget, rest.day, 'rest-day.json', { symbol: 'BTCUSDT' })).toEqual({
      last: 80663.08,
      open: 78217.08,
      high: 80800,
      low: 78196,
      volume: 3407.420693,
      quoteVolume: 270635812.383435,
    })
  })

  it('a page of bars fits whether its end is in or out', () => {
    const from = epochMs(1659080160000)
    const to = epochMs(from + (rest.minutes.rows ?? 0) * 60_000)
    const query = new URL(`http://x${rest.minutes.path({ symbol: 'BTCUSDT', from, to })}`)
      .searchParams
    const bars = (Number(query.get('endTime')) - Number(query.get('startTime'))) / 60_000 + 1
    expect(bars).toBeLessThanOrEqual(Number(query.get('limit')))
    const read = readRest(bitget, rest.minutes, 'rest-minutes.json', {
      symbol: 'BTCUSDT',
      from,
      to,
    })
    expect(read[0]).toEqual({
      openTime: from,
      open: 23962.5,
      high: 23972.1,
      low: 23960,
      close: 23971.9,
      volume: 12.5,
    })
  })

  it('recent trades have milliseconds', () => {
    if (trades === undefined) throw new Error('no trades')
    const read = readRest(bitget, trades.recent, 'rest-trades.json', { symbol: 'BTCUSDT' })
    expect(read).toEqual([
      {
        id: '1432912488536195075',
        price: '76671.23',
        qty: '0.5',
        side: 'buy',
        time: 1777358880171,
      },
      {
        id: '1432912488536195072',
        price: '76671.22',
        qty: '0.001367',
        side: 'sell',
        time: 1777358880170,
      },
    ])
  })
})

describe('bitget history', () => {
  const NOW = epochMs(1744275700000)
  const point = (time: number, id?: string): KnownPoint => ({
    time: epochMs(time),
    ...(id !== undefined && { id }),
  })
  const hole: HistoryPage = {
    symbol: 'ETHUSDT',
    after: point(1744275500123, '1294151000000000000'),
    before: point(1744275603456, '1294151170900000000'),
    now: NOW,
  }
  const asked = (input: HistoryPage) =>
    Object.fromEntries(new URL(`http://x${history?.page.path(input)}`).searchParams)
  const page = (input: HistoryPage) => {
    if (history === undefined) throw new Error('no history')
    return readRest(bitget, history.page, 'rest-history.json', input)
  }
  const empty = { code: '00000', data: [] }

  it('goes backward from the known id, in whole seconds', () => {
    expect(history?.retentionMs).toBe(90 * DAY)
    expect(asked(hole)).toEqual({
      symbol: 'ETHUSDT',
      startTime: '1744275500000',
      endTime: '1744275604000',
      limit: '1000',
      idLessThan: '1294151170900000000',
    })
    expect(asked({ ...hole, before: point(1744275603456) })).not.toHaveProperty('idLessThan')
  })

  it("the history's times are whole seconds, its side is capitalised", () => {
    const { trades: rows, next = '' } = page(hole)
    expect(rows[0]).toEqual({
      id: '1294151170843025500',
      price: '1592.58',
      qty: '2.1982',
      side: 'buy',
      time: 1744275603000,
    })
    expect(asked({ ...hole, cursor: next })).toMatchObject({
      endTime: '1744275604000',
      idLessThan: '1294151170834636801',
    })
  })

  it('ends at the known trade, and where nothing older comes', () => {
    expect(page({ ...hole, after: point(hole.after.time, '1294151170834636801') }).next).toBe(
      undefined,
    )
    expect(page({ ...hole, after: point(hole.after.time, '1294151170834636802') }).next).toBe(
      undefined,
    )
    expect(
      page({ ...hole, after: point(hole.after.time, '1294151170834636800') }).next,
    ).toBeDefined()
    expect(history?.page.read(empty, hole, NO_HEADERS)).toEqual({ trades: [] })
    // The same rows again, none of them below the id that was asked for.
    const cursor = '1744275604000,1294151170834636801'
    expect(page({ ...hole, cursor }).next).toBe(undefined)
  })

  it('a trade in the second of the known one is not taken for an earlier one', () => {
    const known = { time: epochMs(1744275603700), id: '1294151170834636801' }
    const read = page({ ...hole, after: known })
    expect(read.trades.map(({ id, time }) => [id, time])).toEqual([
      ['1294151170843025500', 1744275603700],
      ['1294151170834636801', 1744275603000],
    ])
    expect(read.next).toBe(undefined)
  })

  it('ids of 19 digits are compared as text, not as rounded numbers', () => {
    const after = point(hole.after.time, '1294151170834636800')
    expect(Number('1294151170834636800')).toBe(Number('1294151170834636801'))
    expect(page({ ...hole, after }).next).toBeDefined()
  })

  it('windows are seven days at most, and an empty one makes place for the one before', () => {
    const to = 1744275603456
    const long = { ...hole, after: point(to - 20 * DAY), before: point(to) }
    const ends: string[] = []
    let input: HistoryPage = long
    for (;;) {
      const { startTime = '', endTime = '' } = asked(input)
      expect(Number(endTime) - Number(startTime)).toBeLessThanOrEqual(7 * DAY)
      ends.push(startTime)
      const { next } = history?.page.read(empty, input, NO_HEADERS) ?? {}
      if (next === undefined || ends.length > 10) break
      input = { ...long, cursor: next }
    }
    expect(ends).toHaveLength(3)
    expect(Number(ends.at(-1))).toBe(Math.floor((to - 20 * DAY) / 1_000) * 1_000 - 60_000)
  })

  it('where only a time is known, rows a minute beyond it may show that the end was reached', () => {
    const byTime = { ...hole, after: point(1744275603456), before: point(1744275663456) }
    expect(asked(byTime)).toEqual({
      symbol: 'ETHUSDT',
      startTime: '1744275543000',
      endTime: '1744275724000',
      limit: '1000',
    })
    // In the second of the hole's beginning a trade can lie on either side.
    expect(page(byTime).next).toBeDefined()
    expect(page({ ...byTime, after: point(1744275603999) }).next).toBeDefined()
    expect(page({ ...byTime, after: point(1744275604000) }).next).toBe(undefined)
  })

  it('an empty window keeps the id below which it looks', () => {
    const long = { ...hole, after: point(hole.before.time - 10 * DAY) }
    const { next = '' } = history?.page.read(empty, long, NO_HEADERS) ?? {}
    expect(asked({ ...long, cursor: next })).toMatchObject({ idLessThan: hole.before.id })
  })
})
