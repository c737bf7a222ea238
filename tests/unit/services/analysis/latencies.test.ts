import { expect, it } from 'vitest'
import { Latencies } from '../../../../src/main/services/analysis/latencies.ts'
import { manualClock } from '../fakes.ts'

it('latencies are told by model, of the last day', () => {
  const { clock, advance } = manualClock()
  const latencies = new Latencies(clock)
  expect(latencies.all()).toEqual([])
  for (let i = 1; i <= 100; i += 1)
    latencies.record('b', { queueMs: 0, firstByteMs: i * 10, totalMs: i * 100 })
  latencies.record('a', { queueMs: 7, firstByteMs: null, totalMs: 9 })
  const [a, b] = latencies.all()
  expect(a).toEqual({
    model: 'a',
    calls: 1,
    queue: { p50: 7, p95: 7, p99: 7 },
    firstByte: { p50: null, p95: null, p99: null },
    total: { p50: 9, p95: 9, p99: 9 },
  })
  expect(b).toMatchObject({ model: 'b', calls: 100, queue: { p50: 0, p99: 0 } })
  const near = (value: number | null | undefined, wanted: number) =>
    expect(Math.abs((value ?? 0) / wanted - 1)).toBeLessThan(0.02)
  near(b?.firstByte.p50, 500)
  near(b?.firstByte.p95, 950)
  near(b?.total.p99, 9_900)
  advance(90_000_000)
  expect(latencies.all()[1]).toMatchObject({ calls: 100, total: { p50: null } })
})

it('latencies are held of the fifty models that were asked last', () => {
  const { clock } = manualClock()
  const latencies = new Latencies(clock)
  const call = { queueMs: 1, firstByteMs: 1, totalMs: 1 }
  for (let i = 0; i < 60; i += 1) {
    latencies.record('first', call)
    latencies.record(`m${i}`, call)
  }
  const models = latencies.all().map(({ model }) => model)
  expect(models).toHaveLength(50)
  expect(models).toContain('first')
  expect(models).toContain('m59')
  expect(models).not.toContain('m0')
})
