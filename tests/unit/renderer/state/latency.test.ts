import { describe, expect, it } from 'vitest'
import { PaintMeter } from '../../../../src/renderer/state/paint-meter.ts'
import { createStageReports } from '../../../../src/renderer/state/stage-reports.ts'
import type { StageReport } from '../../../../src/shared/contract/status.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { ok } from '../../../../src/shared/domain/outcome.ts'
import { FakeClock } from '../fake-clock.ts'

const BTC = 'okx:BTC-USDT' as MarketId
const ETH = 'bybit:ETH-USDT' as MarketId

function setUp() {
  const clock = new FakeClock()
  const reports: unknown[] = []
  const connection = {
    call: async (_name: string, input: unknown) => {
      reports.push(input)
      return ok(null)
    },
  }
  const wall = () => clock.now() + 0.5
  const meter = new PaintMeter({ connection: connection as never, clock, wall })
  return { clock, reports, meter, wall }
}

describe('the paint meter', () => {
  it('tells once a second how long frames took to the page and to the paint', async () => {
    const { clock, reports, meter, wall } = setUp()
    const painted = meter.arrived(BTC, wall() - 40)
    await clock.pass(12)
    painted()
    meter.arrived(ETH, wall() - 7)
    await clock.pass(900)
    expect(reports).toEqual([])
    await clock.pass(100)
    expect(reports).toEqual([
      { venue: 'okx', received: [40], painted: [12] },
      { venue: 'bybit', received: [7], painted: [] },
    ])
    await clock.pass(5_000)
    expect(reports).toHaveLength(2)
  })

  it('says nothing of frames without a trade', async () => {
    const { clock, reports, meter } = setUp()
    meter.arrived(BTC, null)()
    await clock.pass(2_000)
    expect(reports).toEqual([])
  })

  it('does not take the time that a page was hidden for a slow paint', async () => {
    const { clock, reports, meter, wall } = setUp()
    const painted = meter.arrived(BTC, wall() - 5)
    meter.interrupt()
    await clock.pass(500)
    painted()
    await clock.pass(1_000)
    expect(reports).toEqual([{ venue: 'okx', received: [5], painted: [] }])
  })

  it('keeps a report within what the engine takes', async () => {
    const { clock, reports, meter, wall } = setUp()
    for (let frame = 0; frame < 1_500; frame += 1) meter.arrived(BTC, wall() - 1)
    await clock.pass(1_000)
    expect((reports[0] as { received: number[] }).received).toHaveLength(1_000)
  })
})

describe('stage reports', () => {
  it('are asked for only while somebody looks', () => {
    let push: ((value: readonly StageReport[]) => void) | null = null
    let asked = 0
    const subscribe = (_name: string, _params: unknown, listener: never) => {
      asked += 1
      push = listener
      return () => {
        push = null
      }
    }
    const reports = createStageReports({ subscribe: subscribe as never })
    expect(asked).toBe(0)
    let seen = 0
    const look = () => {
      seen += 1
    }
    const leave = reports.subscribe(look)
    const leaveToo = reports.subscribe(() => {})
    expect(asked).toBe(1)
    expect(reports.get()).toBeNull()
    const send = push as ((value: readonly StageReport[]) => void) | null
    send?.([{ venue: null, stages: [], blame: null }])
    expect([seen, reports.get()?.length]).toEqual([1, 1])
    leave()
    leave()
    expect(push).not.toBeNull()
    leaveToo()
    expect(push).toBeNull()
    expect(reports.get()).toBeNull()
  })
})
