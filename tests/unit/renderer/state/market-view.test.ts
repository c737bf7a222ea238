import { describe, expect, it } from 'vitest'
import { connect } from '../../../../src/renderer/connection/api.ts'
import { FrameQueue } from '../../../../src/renderer/state/frames.ts'
import { MarketView } from '../../../../src/renderer/state/market-view.ts'
import { fail, ok } from '../../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { FakeClock, settle } from '../fake-clock.ts'
import { FakeLine } from '../fake-line.ts'
import { minute } from '../ledger-rows.ts'
import { BTC, candle, trade } from '../trades.ts'

const frame = (ids: readonly number[], skipped = 0) => ({
  market: BTC,
  trades: ids.map((id) => trade(id)),
  skipped,
  candles: { '1s': [candle(1_000)], '1m': [candle(0, { volume: ids.length })] },
})

async function begin() {
  const clock = new FakeClock()
  const line = new FakeLine(clock)
  line.answers.set('history.trades', () => ok([trade(1), trade(2)]))
  line.answers.set('history.candles', () => ok([candle(-60_000), candle(0)]))
  line.answers.set('ledger.minutes', () => ok([]))
  const frames: (() => void)[] = []
  const connection = connect(line.open, clock)
  await settle()
  const view = new MarketView(
    BTC,
    {
      ...connection,
      call: connection.call.bind(connection),
      onState: connection.onState.bind(connection),
      // The fake line's snapshot is a word; the view is fed by the test alone.
      subscribe: (name, params, listener, onEnd) =>
        connection.subscribe(
          name,
          params,
          (value) => (typeof value === 'string' ? undefined : listener(value)),
          onEnd,
        ),
    } as typeof connection,
    new FrameQueue((run) => frames.push(run)),
    () => epochMs(600_000),
  )
  const paint = async (): Promise<void> => {
    for (const run of frames.splice(0)) run()
    await settle()
  }
  return { clock, line, view, frames, paint }
}

const shown = (view: MarketView): unknown[] =>
  view.tape.newestFirst().map((entry) => (entry.kind === 'print' ? entry.id : `+${entry.count}`))

describe('market view', () => {
  it('puts live trades over stored ones', async () => {
    const { line, view, paint } = await begin()
    view.open()
    await settle()
    line.push('market.tape', frame([3, 4]))
    await settle()
    await paint()
    expect(shown(view)).toEqual(['4', '3', '2', '1'])
    expect(view.trades()).toEqual({ state: 'ready', complete: true })
  })

  it('takes a frame in at the next paint only, tells its listeners once, then wants more', async () => {
    const { line, view, frames, paint } = await begin()
    view.open()
    await settle()
    let told = 0
    view.subscribe(() => {
      told += 1
    })
    line.push('market.tape', frame([3]))
    line.push('market.tape', frame([4]))
    await settle()
    expect(frames).toHaveLength(1)
    expect(shown(view)).toEqual(['2', '1'])
    await paint()
    expect(told).toBe(1)
    expect(frames).toHaveLength(1)
    await paint()
    expect(shown(view)).toEqual(['4', '3', '2', '1'])
  })

  it('reads again after a reconnection, without the trades of before', async () => {
    const { clock, line, view } = await begin()
    view.open()
    await settle()
    view.show('1m')
    await settle()
    line.answers.set('history.trades', () => ok([trade(7)]))
    line.cut()
    await clock.pass(300)
    expect(shown(view)).toEqual(['7'])
    expect(line.calls.filter((name) => name === 'history.candles')).toHaveLength(2)
  })

  it('reads minutes too for a longer interval, and keeps its last bar alive', async () => {
    const { line, view, paint } = await begin()
    view.open()
    view.show('5m')
    await settle()
    line.push('market.tape', frame([3, 4, 5]))
    await settle()
    await paint()
    expect(view.series('5m').bars.at(-1)).toMatchObject({ openTime: 0, volume: 3 })
  })

  it('says why history could not be read, and tries again when asked', async () => {
    const { line, view } = await begin()
    line.answers.set('history.candles', () => fail('storage-corrupt', 'damaged'))
    view.open()
    view.show('1m')
    await settle()
    expect(view.history('1m')).toMatchObject({
      state: 'failed',
      failure: { code: 'storage-corrupt' },
    })
    line.answers.set('history.candles', () => ok([candle(0)]))
    view.retry('1m')
    await settle()
    expect(view.history('1m')).toEqual({ state: 'ready', complete: false })
  })

  it('stops reading older pages at the first empty one', async () => {
    const { line, view } = await begin()
    view.open()
    view.show('1m')
    await settle()
    const asked: unknown[] = []
    line.answers.set('history.candles', (input) => {
      asked.push(input)
      return ok([])
    })
    view.older('1m')
    view.older('1m')
    await settle()
    view.older('1m')
    await settle()
    expect(asked).toEqual([{ market: BTC, interval: '1m', limit: 500, before: -60_000 }])
  })

  it('asks for the minutes of the bars it shows, and again for those that change', async () => {
    const { line, view } = await begin()
    const asked: unknown[] = []
    line.answers.set('ledger.minutes', (input) => {
      asked.push(input)
      return ok([minute(0, { state: 'gap' })])
    })
    view.open()
    view.show('1m')
    await settle()
    expect(asked).toEqual([{ market: BTC, from: -60_000, to: 660_000 }])
    expect(view.minutes.at(0)?.state).toBe('gap')
    view.refresh({ from: epochMs(-900_000), to: epochMs(0) })
    await settle()
    expect(asked[1]).toEqual({ market: BTC, from: -60_000, to: 60_000 })
    view.refresh({ from: epochMs(-900_000), to: epochMs(-800_000) })
    await settle()
    expect(asked).toHaveLength(2)
  })

  it('asks for bars again that late trades corrected, but keeps the bar under way', async () => {
    const { line, view, paint } = await begin()
    line.answers.set('history.candles', () => ok([-120_000, -60_000, 0].map((at) => candle(at))))
    view.open()
    view.show('1m')
    await settle()
    const asked: unknown[] = []
    line.answers.set('history.candles', (input) => {
      asked.push(input)
      return ok([candle(-60_000, { volume: 77 }), candle(0, { volume: 99 })])
    })
    const corrected = { from: epochMs(-50_000), to: epochMs(-10_000) }
    line.push('market.tape', { ...frame([3]), corrected })
    await settle()
    await paint()
    expect(asked).toEqual([{ market: BTC, interval: '1m', before: 0, limit: 1 }])
    expect(view.series('1m').bars.map(({ volume }) => volume)).toEqual([5, 77, 1])
  })

  it('reads back to a stretch in one page', async () => {
    const { line, view } = await begin()
    view.open()
    view.show('1m')
    await settle()
    const asked: unknown[] = []
    line.answers.set('history.candles', (input) => {
      asked.push(input)
      return ok([candle(-3_000 * 60_000)])
    })
    view.reach('1m', epochMs(-2_000 * 60_000))
    view.reach('1m', epochMs(-2_000 * 60_000))
    await settle()
    expect(asked).toEqual([{ market: BTC, interval: '1m', limit: 2_059, before: -60_000 }])
    view.reach('1m', epochMs(-2_000 * 60_000))
    expect(asked).toHaveLength(1)
  })
})
