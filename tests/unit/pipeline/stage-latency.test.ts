import { describe, expect, it } from 'vitest'
import { blameOf, StageWindows, stageReport } from '../../../src/main/pipeline/stage-latency.ts'
import { STAGES, type Stage } from '../../../src/shared/domain/latency.ts'
import type { VenueId } from '../../../src/shared/domain/market.ts'

const OKX = 'okx' as VenueId
const AT = 1_800_000_000_000

function windows(ms: Partial<Record<Stage, number>>): StageWindows {
  const made = new StageWindows(60_000)
  for (const stage of STAGES) {
    const value = ms[stage]
    if (value !== undefined) made.record(stage, AT, value)
  }
  return made
}

describe('latency by stage', () => {
  it('names every stage in order, measured or not, and the uncertainty where clocks meet', () => {
    const { stages, blame } = stageReport(OKX, [windows({ 'push-read': 40 })], AT, 12)
    expect(stages.map(({ stage }) => stage)).toEqual(STAGES)
    expect(stages.map(({ uncertaintyMs }) => uncertaintyMs)).toEqual([0, 12, 0, 0, 0, 0, 0])
    expect(stages[0]?.figures.p50).toBeNull()
    expect(stages[1]?.figures.p50).toBe(40)
    expect(blame).toBeNull()
  })

  it('takes several venues together as if they were one', () => {
    const all = [windows({ 'push-read': 40 }), windows({ 'push-read': 60 }), windows({})]
    const { figures } = stageReport(null, all, AT, 0).stages[1] ?? {}
    expect(figures).toMatchObject({ count: 2, min: 40, max: 60, avg: 50 })
  })

  it('blames the stage with the largest part once the whole way takes over a second', () => {
    const good = windows({ 'push-read': 400, 'folded-committed': 550 })
    expect(blameOf(stageReport(OKX, [good], AT, 0).stages)).toBeNull()
    const bad = windows({ 'match-push': 100, 'push-read': 400, 'folded-committed': 550 })
    expect(blameOf(stageReport(OKX, [bad], AT, 0).stages)).toBe('folded-committed')
  })

  it('does not add the way to the disk to that to the paint: they run side by side', () => {
    const both = windows({ 'push-read': 400, 'folded-committed': 500, 'folded-received': 500 })
    expect(blameOf(stageReport(OKX, [both], AT, 0).stages)).toBeNull()
    const slow = windows({ 'push-read': 400, 'folded-committed': 500, 'folded-received': 700 })
    expect(blameOf(stageReport(OKX, [slow], AT, 0).stages)).toBe('folded-received')
  })

  it('gives a stage that comes out below zero no part in the way', () => {
    const odd = windows({ 'push-read': -5_000, 'received-painted': 1_200 })
    expect(blameOf(stageReport(OKX, [odd], AT, 0).stages)).toBe('received-painted')
  })
})
