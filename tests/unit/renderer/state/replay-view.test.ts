import { describe, expect, it } from 'vitest'
import { FrameQueue } from '../../../../src/renderer/state/frames.ts'
import { ReplayView } from '../../../../src/renderer/state/replay-view.ts'
import type { Api } from '../../../../src/shared/contract/contract.ts'
import type { BarsQuery } from '../../../../src/shared/contract/history.ts'
import { MOST_BARS } from '../../../../src/shared/domain/candle.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { ok } from '../../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { settle } from '../fake-clock.ts'

const MINUTE = 60_000
const AT = epochMs(30_000_000 * MINUTE + 12_345)
const BTC = 'binance:BTC-USDT' as MarketId

/** A replay of a market with bars at some minutes only; what it is asked for is kept. */
function replay(has: (minute: number) => boolean) {
  const asked: BarsQuery[] = []
  const call = (async (_: string, query: BarsQuery) => {
    asked.push(query)
    const candles = []
    for (let at: number = query.from; at < query.to; at += MINUTE)
      if (has(at / MINUTE)) candles.push({ openTime: epochMs(at) })
    return ok({ resolution: query.resolution, candles, cover: [] })
  }) as unknown as Api['call']
  const connection = { call, subscribe: () => () => {} }
  const view = new ReplayView(BTC, AT, connection, new FrameQueue((run) => run()))
  return { asked, view, bars: () => view.series('1m').bars }
}

describe('older bars of a replay', () => {
  const clock = Math.floor(AT / MINUTE)

  it('are read page by page, end to end, and none from after the clock', async () => {
    const { asked, view, bars } = replay(() => true)
    view.show('1m')
    view.older('1m') // the first page is on its way: nothing to ask yet
    await settle()
    view.older('1m')
    view.older('1m')
    await settle()
    expect(asked.map(({ from, to }) => [from / MINUTE - clock, to / MINUTE - clock])).toEqual([
      [-400, 0],
      [-800, -400],
    ])
    expect(bars()).toHaveLength(800)
    expect(bars().at(-1)?.openTime).toBe((clock - 1) * MINUTE)
  })

  it('are found behind a long break, and are given up where nothing was recorded', async () => {
    const { asked, view, bars } = replay((minute) => minute < clock - 2_100)
    view.show('1m')
    await settle()
    expect(bars()).toEqual([])
    view.older('1m')
    await settle()
    expect(bars()).toHaveLength(400 + MOST_BARS - 2_100)

    const bare = replay(() => false)
    bare.view.show('1m')
    await settle()
    for (let i = 0; i < 9; i += 1) {
      bare.view.older('1m')
      await settle()
    }
    expect(bare.asked).toHaveLength(3)
    bare.view.jump(AT)
    await settle()
    expect(bare.asked).toHaveLength(4)
    expect(asked).toHaveLength(2)
  })
})
