import { describe, expect, it } from 'vitest'
import { ClockWatch } from '../../../src/main/ingest/clock-offset.ts'
import { Rest } from '../../../src/main/ingest/rest.ts'
import { DEFAULT_TIMING } from '../../../src/main/ingest/timing.ts'
import { okx } from '../../../src/main/venues/okx.ts'
import { FakeClock } from './fake-clock.ts'
import { seeded } from './two-clocks.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** A venue that answers the time and nothing else, by a clock that shows steps. */
function setUp(stepMs = 1) {
  const clock = new FakeClock()
  const state = { ahead: 250, asked: 0, changed: 0, there: 10, back: 10, dead: false }
  const venue = {
    ...okx,
    rest: {
      ...okx.rest,
      serverTime: {
        weight: 1,
        path: () => '/time',
        read: (body: unknown) => ({ time: body as never, resolutionMs: stepMs }),
      },
    },
  }
  const wait = (ms: number) =>
    new Promise<void>((resolve) => {
      clock.after(ms, resolve)
    })
  const rest = new Rest({
    venue,
    clock,
    fetchJson: async () => {
      state.asked += 1
      if (state.dead) throw new Error('ECONNREFUSED')
      await wait(state.there)
      const time = Math.floor((clock.now() + state.ahead) / stepMs) * stepMs
      await wait(state.back)
      return { status: 200, retryAfter: null, text: String(time) }
    },
  })
  const random = seeded(5)
  const changed = () => {
    state.changed += 1
  }
  const timing = DEFAULT_TIMING
  const watch = new ClockWatch({ venue, rest, clock, log: silent, timing, random, changed })
  return { clock, state, watch }
}

describe('the watch over a clock', () => {
  it('asks at the start, soon again, and then every few minutes', async () => {
    const { clock, state, watch } = setUp()
    expect(watch.offset).toBeNull()
    watch.start()
    await clock.pass(1_000)
    expect(state.asked).toBe(3)
    expect(watch.offset).toMatchObject({ rttMs: 20, resolutionMs: 1, readings: 3 })
    expect(watch.offset?.offsetMs).toBeCloseTo(250, 0)
    expect(watch.offset?.uncertaintyMs).toBeLessThan(12)
    await clock.pass(3_000)
    expect(state.asked).toBe(6)
    await clock.pass(400_000)
    expect(state.asked).toBe(18)
    watch.stop()
    expect(clock.pending).toBe(0)
  })

  it('asks on, with pauses, while the answer is poor', async () => {
    const { clock, state, watch } = setUp()
    state.there = state.back = 400
    watch.start()
    await clock.pass(30_000)
    expect(state.asked).toBeGreaterThanOrEqual(8)
    expect(watch.offset?.uncertaintyMs).toBeGreaterThan(300)
  })

  it('leaves no timer behind when it is stopped between two questions', async () => {
    const { clock, state, watch } = setUp()
    state.there = state.back = 400
    watch.start()
    await clock.pass(2_450)
    expect(clock.pending).toBe(3)
    watch.stop()
    expect(clock.pending).toBe(0)
    watch.start()
    await clock.pass(3_000)
    expect(state.asked).toBeGreaterThan(3)
  })

  it('narrows a clock of whole seconds down by asking when its second turns', async () => {
    const { clock, watch } = setUp(1_000)
    watch.start()
    await clock.pass(9_000)
    const { offsetMs = 0, uncertaintyMs = 1_000 } = watch.offset ?? {}
    expect(uncertaintyMs).toBeLessThan(60)
    expect(Math.abs(offsetMs - 250)).toBeLessThanOrEqual(uncertaintyMs)
  })

  it('takes in what the socket tells', async () => {
    const { clock, state, watch } = setUp()
    state.there = state.back = 40
    watch.start()
    await clock.pass(1_000)
    const before = watch.offset?.uncertaintyMs ?? 0
    const sentAt = clock.now()
    const inMicros = (sentAt + 250) * 1_000
    watch.pong({ sentAt, rttMs: 2, inMicros, outMicros: inMicros + 1_000 })
    expect(watch.offset?.uncertaintyMs).toBeLessThan(before / 10)
    expect(watch.offset?.resolutionMs).toBe(0.001)
  })

  it('knows nothing when our own clock was set, and asks again at once', async () => {
    const { clock, state, watch } = setUp()
    watch.start()
    await clock.pass(120_000)
    const asked = state.asked
    clock.step(5_000)
    expect(watch.offset).toBeNull()
    await clock.pass(6_000)
    expect(state.asked).toBeGreaterThan(asked)
    expect(watch.offset?.offsetMs).toBeCloseTo(250, 0)
  })

  it('follows a venue that set its clock within one round', async () => {
    const { clock, state, watch } = setUp()
    watch.start()
    await clock.pass(120_000)
    state.ahead = -1_700
    await clock.pass(180_000)
    expect(watch.offset?.offsetMs).toBeCloseTo(-1_700, 0)
  })

  it('grows less certain while the venue does not answer, and says so', async () => {
    const { clock, state, watch } = setUp()
    watch.start()
    await clock.pass(1_000)
    const sure = watch.offset?.uncertaintyMs ?? 0
    state.dead = true
    await clock.pass(600_000)
    expect(watch.offset?.uncertaintyMs).toBeGreaterThan(sure + 25)
  })
})
