import { describe, expect, it } from 'vitest'
import { Latency } from '../../../src/main/services/latency.ts'
import type { StageReport } from '../../../src/shared/contract/status.ts'
import type { ClockOffset, Stage } from '../../../src/shared/domain/latency.ts'
import type { VenueId } from '../../../src/shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { manualClock, START } from './fakes.ts'

const OKX = 'okx' as VenueId
const BYBIT = 'bybit' as VenueId
const known = (offsetMs: number, uncertaintyMs: number): ClockOffset => ({
  offsetMs,
  uncertaintyMs,
  rttMs: 10,
  resolutionMs: 1,
  readings: 3,
  driftPpm: null,
  measuredAt: epochMs(START),
})

function setUp() {
  const time = manualClock()
  const waiting: ((outcome: Outcome<null>) => void)[] = []
  const store = {
    flushed: () =>
      new Promise<Outcome<null>>((resolve) => {
        waiting.push(resolve)
      }),
  }
  const latency = new Latency({ clock: time.clock, store, windowMs: 60_000 })
  const settle = async (outcome: Outcome<null>) => {
    waiting.shift()?.(outcome)
    await Promise.resolve()
    await Promise.resolve()
  }
  return { time, latency, waiting, settle }
}
const stage = (reports: readonly StageReport[], venue: VenueId | null, name: Stage) =>
  reports.find((each) => each.venue === venue)?.stages.find((each) => each.stage === name)

describe('the latency of a venue', () => {
  it('is raw while nobody knows its clock', () => {
    const { latency } = setUp()
    latency.of(OKX).trade(START + 30, START, undefined)
    expect(latency.venue(OKX)).toMatchObject({
      raw: { p50: 30 },
      corrected: null,
      uncertaintyMs: null,
      cannotTell: false,
    })
  })

  it('is corrected by the offset, with the uncertainty of clock and stamps', () => {
    const { latency } = setUp()
    latency.setClock(OKX, known(-20, 4))
    latency.of(OKX).trade(START + 90, START, undefined)
    expect(latency.venue(OKX)).toMatchObject({
      raw: { p50: 90 },
      corrected: { p50: 70 },
      uncertaintyMs: 5,
      cannotTell: false,
    })
  })

  it('cannot be told inside the uncertainty, and is shown as it is, below zero too', () => {
    const { latency } = setUp()
    latency.setClock(OKX, known(-20, 4))
    latency.of(OKX).trade(START + 17, START, undefined)
    const told = latency.venue(OKX)
    expect(told.cannotTell).toBe(true)
    expect(told.corrected).toMatchObject({ p50: -3, negative: 1 })
  })

  it('stays as uncertain as the worst correction in the window', () => {
    const { time, latency } = setUp()
    latency.setClock(OKX, known(0, 80))
    time.advance(20_000)
    latency.setClock(OKX, known(0, 3))
    expect(latency.venue(OKX).uncertaintyMs).toBe(81)
    time.advance(50_000)
    latency.setClock(OKX, known(0, 3))
    expect(latency.venue(OKX).uncertaintyMs).toBe(4)
  })
})

describe('the stages of a venue', () => {
  it('tell the match from the push where the venue says when it sent', () => {
    const { latency } = setUp()
    latency.setClock(OKX, known(10, 2))
    latency.of(OKX).trade(START + 50, START, START + 35)
    expect(stage(latency.stages(), OKX, 'match-push')?.figures.p50).toBe(35)
    expect(stage(latency.stages(), OKX, 'push-read')).toMatchObject({
      figures: { p50: 25 },
      uncertaintyMs: 3,
    })
  })

  it('follow a frame to the disk, however often the store must try', async () => {
    const { time, latency, waiting, settle } = setUp()
    const probe = latency.of(OKX)
    probe.trade(START, START - 20, undefined)
    probe.frame(START + 0.25, START + 0.5, START + 0.75)
    latency.flushed()
    latency.flushed()
    expect(waiting).toHaveLength(1)
    time.advance(300)
    await settle(fail('storage-full', 'no room'))
    time.advance(1_700)
    await settle(ok(null))
    const reports = latency.stages()
    expect(stage(reports, OKX, 'read-parsed')?.figures.p50).toBe(0.25)
    expect(stage(reports, OKX, 'parsed-folded')?.figures.p50).toBe(0.25)
    const committed = stage(reports, OKX, 'folded-committed')?.figures
    expect(committed?.count).toBe(1)
    expect(Math.abs((committed?.p50 ?? 0) - 2_000)).toBeLessThan(1)
    expect(reports[0]?.blame).toBe('folded-committed')
  })

  it('do not go on asking a store after the end', async () => {
    const { time, latency, waiting, settle } = setUp()
    latency.of(OKX).frame(START, START, START)
    latency.flushed()
    latency.stop()
    await settle(fail('unavailable', 'closed'))
    expect(time.pending()).toBe(0)
    expect(waiting).toHaveLength(0)
  })

  it('take in what the screen measured, and put all venues together', () => {
    const { latency } = setUp()
    for (const venue of [OKX, BYBIT]) latency.of(venue).trade(START, START - 20, undefined)
    latency.screen({ venue: OKX, received: [60, 70], painted: [8] })
    latency.screen({ venue: BYBIT, received: [90], painted: [] })
    latency.screen({ venue: 'nobody' as VenueId, received: [9_999], painted: [] })
    const reports = latency.stages()
    expect(reports.map(({ venue }) => venue)).toEqual([null, OKX, BYBIT])
    expect(stage(reports, null, 'folded-received')?.figures).toMatchObject({ count: 3, max: 90 })
    expect(stage(reports, BYBIT, 'received-painted')?.figures.count).toBe(0)
  })

  it('begin anew with another window', () => {
    const { latency } = setUp()
    latency.of(OKX).trade(START, START - 20, undefined)
    latency.configure(30_000)
    expect(latency.venue(OKX)).toMatchObject({ raw: { count: 0 }, windowMs: 30_000 })
    expect(latency.stages()).toHaveLength(1)
  })
})
