import { describe, expect, it } from 'vitest'
import type { Jobs } from '../../../../src/main/jobs/jobs.ts'
import type { RunOptions } from '../../../../src/main/jobs/running-task.ts'
import type { RehearseResult, Task } from '../../../../src/main/jobs/task.ts'
import { Rehearsal } from '../../../../src/main/services/replay/rehearsal.ts'
import type { RehearsalRequest } from '../../../../src/shared/contract/alerts.ts'
import { fail, type Outcome, ok } from '../../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { BTC, unwrap } from '../../store/store-kit.ts'
import { manualClock, START } from '../fakes.ts'

const request: RehearsalRequest = {
  draft: {
    ...{ name: 'high', expr: `${BTC} price > 5`, severity: 'info', cooldownMs: 0, rearm: 'auto' },
    ...{ expiresAt: null, channels: ['desktop'] },
  },
  from: epochMs(START - 10_000),
  to: epochMs(START + 10_000),
}
const RESULT: RehearseResult = {
  ...{ trades: 9, count: 1, days: [], coverage: 0.5, elapsedMs: 7 },
  firings: [{ at: epochMs(1), market: BTC, price: 6, values: {} }],
}

function setUp() {
  const { clock, advance } = manualClock()
  const runs: {
    readonly task: Task
    readonly options: RunOptions
    readonly end: (outcome: Outcome<RehearseResult>) => void
  }[] = []
  const run = (task: Task, options: RunOptions = {}) =>
    new Promise((resolve) => {
      runs.push({ task, options, end: resolve })
      options.signal?.addEventListener('abort', () => resolve(fail('cancelled', 'broken off')))
    })
  const rehearsal = new Rehearsal({
    ...{ clock, path: '/tape', jobs: { run } as Pick<Jobs, 'run'> },
    written: async () => {},
  })
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 10; i += 1) await Promise.resolve()
  }
  return { rehearsal, runs, settle, advance, state: () => rehearsal.status.snapshot() }
}

describe('a rehearsal for the screen', () => {
  it('runs in the pool up to now, says how far it is, and what came of it', async () => {
    const { rehearsal, runs, settle, advance, state } = setUp()
    expect(state()).toMatchObject({ state: 'idle', request: null })
    unwrap(rehearsal.start(request))
    await settle()
    expect(runs[0]?.task).toMatchObject({ t: 'rehearse', path: '/tape', to: START, print: null })
    expect(runs[0]?.task).not.toHaveProperty('alert.channels')
    advance(1_500)
    runs[0]?.options.onProgress?.({ step: 'rehearse', done: 5, share: 0.25, found: 3 })
    expect(state()).toMatchObject({
      ...{ state: 'running', trades: 5, progress: 0.25, count: 3, elapsedMs: 1_500 },
    })
    runs[0]?.end(ok(RESULT))
    await settle()
    expect(state()).toEqual({ ...RESULT, state: 'done', progress: 1, request })
  })

  it('can be broken off, and says so', async () => {
    const { rehearsal, settle, state } = setUp()
    unwrap(rehearsal.start(request))
    await settle()
    rehearsal.cancel()
    await settle()
    expect(state().state).toBe('cancelled')
  })

  it('lets the newest wish count', async () => {
    const { rehearsal, runs, settle, state } = setUp()
    unwrap(rehearsal.start(request))
    await settle()
    const other = { ...request, draft: { ...request.draft, name: 'other' } }
    unwrap(rehearsal.start(other))
    await settle()
    expect(runs[0]?.options.signal?.aborted).toBe(true)
    expect(state()).toMatchObject({ state: 'running', request: other })
    runs[0]?.options.onProgress?.({ step: 'rehearse', done: 99, share: 1 })
    expect(state().trades).toBe(0)
    runs[1]?.end(ok(RESULT))
    await settle()
    expect(state().state).toBe('done')
  })

  it('says why it failed', async () => {
    const { rehearsal, runs, settle, state } = setUp()
    unwrap(rehearsal.start(request))
    await settle()
    runs[0]?.end(fail('not-found', 'This tape does not hold it.'))
    await settle()
    expect(state()).toMatchObject({ state: 'failed', reason: 'This tape does not hold it.' })
  })

  it.each([
    [{ draft: { ...request.draft, expr: 'nonsense' } }, /expected/],
    [{ draft: { ...request.draft, hysteresis: 3 } }, /hysteresis/],
    [{ to: request.from }, /stretch is empty/],
    [{ from: epochMs(START + 1) }, /in the future/],
  ])('refuses %j and leaves what was there', (fields, message) => {
    const { rehearsal, runs, state } = setUp()
    const outcome = rehearsal.start({ ...request, ...fields } as RehearsalRequest)
    expect(outcome).toMatchObject({ failure: { code: 'invalid' } })
    expect(outcome.ok ? '' : outcome.failure.message).toMatch(message)
    expect([runs.length, state().state]).toEqual([0, 'idle'])
  })
})
