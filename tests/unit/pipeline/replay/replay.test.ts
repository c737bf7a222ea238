import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MarketFold } from '../../../../src/main/pipeline/market-fold.ts'
import { Replay, type ReplayOptions } from '../../../../src/main/pipeline/replay/replay.ts'
import { ReplayPlayer } from '../../../../src/main/pipeline/replay/replay-player.ts'
import type { Trade } from '../../../../src/shared/domain/trade.ts'
import { BTC, ETH, ManualClock } from '../../store/store-kit.ts'
import { anyTape, digest, everyThird, heard, START, tapeOf } from './replay-kit.ts'

const DAY = 86_400_000
const usual: ReplayOptions = {
  ...{ markets: [BTC, ETH], from: START, to: START + DAY, order: 'received', digest },
}
const ran = (trades: readonly Trade[], options: Partial<ReplayOptions> = {}, pageRows = 1_000) => {
  const replay = new Replay(tapeOf(trades, pageRows), { ...usual, ...options })
  replay.run(Number.POSITIVE_INFINITY)
  return replay
}

describe('a replay', () => {
  it('gives one hash, whatever the pages, slices, steps and speed', () => {
    const any = fc.record({
      trades: anyTape,
      pageRows: fc.integer({ min: 1, max: 9 }),
      most: fc.integer({ min: 1, max: 9 }),
      order: fc.constantFrom('received' as const, 'exchange' as const),
      instants: fc.boolean(),
      gaps: fc.array(
        fc.tuple(fc.nat(400_000), fc.nat(60_000), fc.nat(60_000)).map(([from, long, late]) => ({
          ...{ from: START + from, to: START + from + long },
          openedAt: START + from + long + late,
        })),
        { maxLength: 3 },
      ),
    })
    fc.assert(
      fc.property(any, ({ trades, pageRows, most, order, instants, gaps }) => {
        const cut = () => tapeOf(trades, pageRows, [], gaps)
        const options = { order, evaluator: everyThird(instants) }
        const all = tapeOf(trades, 1_000, [], gaps)
        const whole = new Replay(all, { ...usual, ...options })
        whole.run(Number.POSITIVE_INFINITY)
        const hash = whole.hash()
        const sliced = new Replay(cut(), { ...usual, ...options })
        while (!sliced.done) sliced.run(Number.POSITIVE_INFINITY, most)
        expect([sliced.hash(), sliced.trades, sliced.firings]).toEqual([
          hash,
          whole.trades,
          whole.firings,
        ])
        const stepped = new Replay(cut(), { ...usual, ...options })
        while (stepped.step()) {}
        expect(stepped.hash()).toBe(hash)
        const paced = new Replay(cut(), { ...usual, ...options })
        for (let until = START; !paced.done; until += 77_777) paced.run(until)
        expect(paced.hash()).toBe(hash)
        const again = new Replay(all, { ...usual, ...options })
        again.run(START + 123_456)
        again.seek(START)
        again.run(Number.POSITIVE_INFINITY)
        expect(again.hash()).toBe(hash)
      }),
      { numRuns: 60 },
    )
  })

  it('gives another hash when a trade, its receipt, its side or its taking part differs', () => {
    const trades = [heard(0), heard(10), heard(20)]
    const hash = ran(trades).hash()
    const change = (fields: Partial<Trade>) =>
      ran(trades.map((one, i) => (i === 1 ? { ...one, ...fields } : one))).hash()
    expect(change({})).toBe(hash)
    expect(change({ price: '100.6' })).not.toBe(hash)
    expect(change({ side: 'sell' })).not.toBe(hash)
    expect(change({ id: 'other' })).not.toBe(hash)
    expect(change({ receiveTime: (START + 31) as never })).not.toBe(hash)
    expect(change({ origin: 'snapshot' })).not.toBe(hash)
    expect(ran(trades, { evaluator: everyThird(false) }).hash()).not.toBe(hash)
  })

  it('has the figures that the same trades gave live', () => {
    const trades = Array.from({ length: 500 }, (_, i) =>
      heard(i * 1_000, 30 + (i % 7), {
        price: String(100 + (i % 13)),
        market: i % 3 === 0 ? ETH : BTC,
      }),
    )
    const live = new MarketFold(START)
    for (const one of trades.filter(({ market }) => market === BTC))
      live.foldOne(one.receiveTime, one.exchangeTime, Number(one.price), Number(one.qty), one.side)
    const replay = ran(trades)
    const [btc] = replay.markets
    const at = replay.at
    expect(replay.trades).toBe(500)
    expect(btc?.minutes.newest(9)).toEqual(live.minutes.newest(9))
    expect(btc?.seconds.newest(200)).toEqual(live.seconds.newest(200))
    expect(replay.figures()[0]).toMatchObject({
      last: live.last,
      ...live.flow.figures(at),
      day: live.day.figures(at, live.last),
    })
  })

  it('counts what was fetched afterwards when it was fetched, or where it belongs', () => {
    const late = heard(10_000, 600_000, { origin: 'backfill', price: '7' })
    const trades = [heard(0, 0), late, heard(20_000, 0), heard(600_000, 0), heard(610_001, 0)]
    const heardIt = new Replay(tapeOf(trades), { ...usual, order: 'received' })
    heardIt.run(START + 30_000)
    expect(heardIt.figures()[0]).toMatchObject({ last: 100.5, day: { low: 100.5 }, trades: 2 })
    heardIt.run(START + 611_000)
    // It was matched too long ago for the flow of the last minute.
    expect(heardIt.figures()[0]).toMatchObject({ last: 100.5, day: { low: 7 }, buyVolume: 0.5 })
    const happened = new Replay(tapeOf(trades), { ...usual, order: 'exchange' })
    happened.run(START + 30_000)
    expect(happened.figures()[0]).toMatchObject({ day: { low: 7 }, trades: 3, buyVolume: 0.75 })
  })

  it('begins with what was before it, and plays none of that', () => {
    const minutes = Array.from({ length: 60 }, (_, i) => ({
      openTime: START - (66 - i) * 60_000,
      ...{ open: 90, high: 95, low: 85, close: 90, volume: 2 },
    }))
    const trades = [heard(-10_000, 20_000, { price: '99' }), heard(5, 20, { price: '100' })]
    const replay = new Replay(tapeOf(trades, 9, minutes), usual)
    expect(replay.figures()[0]).toMatchObject({
      ...{ last: 99, trades: 0 },
      day: { volume: 120.25, high: 99, low: 85, basis: 'partial', since: minutes[0]?.openTime },
    })
    replay.run(Number.POSITIVE_INFINITY)
    expect(replay.trades).toBe(1)
    expect(replay.figures()[0]).toMatchObject({ last: 100, day: { volume: 120.5 } })
  })

  it('seeks to a time, and steps by trade and by bar', () => {
    const trades = Array.from({ length: 300 }, (_, i) => heard(i * 1_000, 0))
    const replay = new Replay(tapeOf(trades), usual)
    replay.seek(START + 100_500)
    expect([replay.at, replay.next]).toEqual([START + 100_500, START + 101_000])
    expect(replay.step()).toBe(true)
    expect([replay.at, replay.trades]).toEqual([START + 101_000, 1])
    expect(replay.stepBar(60_000)).toBe(true)
    expect([replay.at, replay.trades]).toEqual([START + 120_000, 19])
    replay.seek(START + 400_000)
    expect([replay.done, replay.step(), replay.stepBar(60_000)]).toEqual([true, false, false])
    expect(replay.figures()[0]?.last).toBe(100.5)
  })

  it('opens and closes each instant, and tells gaps when they are known', () => {
    const seen: string[] = []
    const trades = [heard(1_500, 0), heard(4_000, 0), heard(4_000, 0), heard(4_200, 900)]
    const hole = { from: START + 1_500, to: START + 4_200, openedAt: START + 4_100 }
    const tape = tapeOf(trades, 9, [], [hole])
    const replay = new Replay(tape, { ...usual, evaluator: everyThird(true, seen) })
    replay.run(START + 2_000)
    expect(seen.splice(0)).toEqual(['open 1500', 'rows 1', 'close 1500', 'open 2000'])
    replay.run(START + 6_000)
    expect(seen).toEqual(
      ['open 4000', 'rows 2', 'close 4000'].concat([
        ...['open 4100', 'gap 1500 4200', 'close 4100'],
        ...['open 5100', 'rows 1', 'close 5100'],
        // Nothing is left to be played: the clock alone goes on to the end of the stretch.
        `open ${DAY}`,
      ]),
    )
    seen.length = 0
    new Replay(tape, { ...usual, order: 'exchange', evaluator: everyThird(false, seen) }).run(1e15)
    expect(seen).toEqual(['rows 3', 'gap 1500 4200', 'rows 1'])
  })

  it('shows the newest trades in a frame, and says how many it leaves out', () => {
    const trades = Array.from({ length: 300 }, (_, i) => heard(i, 0, { market: BTC }))
    const replay = new Replay(tapeOf(trades), usual)
    for (const market of replay.markets) market.watched = true
    replay.run(Number.POSITIVE_INFINITY)
    const frame = replay.markets[0]?.frame()
    expect([frame?.trades.length, frame?.skipped]).toEqual([250, 50])
    expect(frame?.trades.at(-1)?.id).toBe(trades.at(-1)?.id)
    expect(frame?.candles['1s']).toHaveLength(1)
    expect(replay.markets[0]?.frame().trades).toEqual([])
  })
})

describe('a player', () => {
  const trades = Array.from({ length: 100 }, (_, i) => heard(i * 1_000, 0))
  function playing() {
    const clock = new ManualClock()
    const player = new ReplayPlayer(new Replay(tapeOf(trades), usual), clock)
    const pass = (ms: number): void => {
      for (let i = 0; i < ms / 10; i += 1) clock.advance(10)
    }
    return { player, pass }
  }

  it('plays as fast as it is told, pauses and goes on', () => {
    const { player, pass } = playing()
    player.play()
    pass(5_100)
    expect(player.state).toMatchObject({ playing: true, trades: 6, speed: 1 })
    player.setSpeed(10)
    pass(1_050)
    expect(player.state.trades).toBe(16)
    player.pause()
    pass(9_000)
    expect(player.state).toMatchObject({ playing: false, trades: 16 })
    player.setSpeed(0.1)
    player.play()
    pass(10_000)
    expect(player.state.trades).toBe(17)
    player.setSpeed('max')
    pass(10)
    expect(player.state).toMatchObject({ playing: false, done: true, trades: 100 })
  })

  it('holds speeds within their bounds, and seeks while it plays', () => {
    const { player, pass } = playing()
    player.setSpeed(5_000)
    expect(player.state.speed).toBe(1_000)
    player.setSpeed(0)
    expect(player.state.speed).toBe(0.1)
    player.setSpeed(1)
    player.play()
    pass(100)
    player.seek(START + 50_000)
    pass(1_020)
    expect(player.state).toMatchObject({ playing: true, trades: 2 })
    player.step()
    expect(player.state).toMatchObject({ playing: false, trades: 3 })
    player.stepBar(60_000)
    expect(player.state).toMatchObject({ trades: 10, at: START + 60_000 })
  })
})
