import { describe, expect, it } from 'vitest'
import { parseFault } from '../../src/main/simulator/faults.ts'
import { percentile, Recoveries, slope } from './recoveries.ts'
import { STEADY, schedule } from './schedule.ts'

const PLAN = {
  minutes: 10,
  seed: 1,
  venues: ['binance', 'okx', 'bybit'],
  disconnects: 50,
  kills: 10,
}

describe('the schedule of a soak', () => {
  it('is the same for the same seed, another for another', () => {
    expect(schedule(PLAN)).toEqual(schedule(PLAN))
    expect(schedule({ ...PLAN, seed: 2 })).not.toEqual(schedule(PLAN))
  })

  it('has as many disconnects and kills as asked for, in order, within its time', () => {
    const strikes = schedule(PLAN)
    const times = strikes.map(({ at }) => at)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times.every((at) => at >= 0 && at <= 600_000)).toBe(true)
    expect(strikes.filter(({ what }) => what === 'kill')).toHaveLength(10)
    const cuts = strikes.filter((strike) => strike.what === 'fault' && /^cut/.test(strike.spec))
    expect(cuts).toHaveLength(50)
  })

  it('speaks the language of the simulator', () => {
    const specs = schedule(PLAN).flatMap((strike) =>
      strike.what === 'fault' ? [`${strike.spec},venue=${strike.venue}`] : [],
    )
    for (const spec of [...specs, ...STEADY])
      expect(parseFault(spec), spec).toMatchObject({ ok: true })
  })
})

describe('recoveries', () => {
  const socket = (n: number, frames: number, open = true) => ({
    socket: n,
    venue: 'okx',
    open,
    frames,
  })

  it('after a cut only a new socket that brings trades counts, from when it may connect', () => {
    const recoveries = new Recoveries()
    recoveries.struck('okx', 'cut', 2_000, true, [socket(1, 10)])
    recoveries.look(1_500, [socket(2, 5)])
    recoveries.look(2_100, [socket(1, 99), socket(2, 0)])
    expect(recoveries.found).toEqual([])
    recoveries.look(2_600, [socket(1, 10, false), socket(2, 1)])
    expect(recoveries.found).toEqual([{ venue: 'okx', label: 'cut', ms: 600 }])
    expect(recoveries.pending).toEqual([])
  })

  it('after a stall the old socket counts too, once it brings more than it had', () => {
    const recoveries = new Recoveries()
    recoveries.struck('okx', 'stall', 0, false, [socket(1, 10)])
    recoveries.look(100, [socket(1, 10)])
    expect(recoveries.pending).toEqual(['okx stall'])
    recoveries.look(200, [socket(1, 11)])
    expect(recoveries.found).toMatchObject([{ ms: 200 }])
  })

  it('percentile and slope', () => {
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2)
    expect(percentile([4, 1, 3, 2], 0.95)).toBe(4)
    expect(
      slope([
        [0, 1],
        [1, 3],
        [2, 5],
      ]),
    ).toBe(2)
  })
})
