import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { createJobs, defaultWorkers, type Jobs } from '../../../src/main/jobs/jobs.ts'
import type { RunOptions } from '../../../src/main/jobs/running-task.ts'
import type { JobProgress, VerifyTask } from '../../../src/main/jobs/task.ts'
import { systemClock } from '../../../src/main/platform/system-clock.ts'
import type { Clock } from '../../../src/main/ports.ts'
import { createTestFolder } from '../cli/test-folder.ts'
import { ListLogger, ManualClock } from '../store/store-kit.ts'

const TEST_WORKER = new URL('./test-worker.ts', import.meta.url)
const does = (path: string): VerifyTask => ({
  t: 'verify',
  path,
  json: false,
  repair: false,
  now: 0,
})
const result = (trades: number) => ({
  ok: true,
  value: { markets: 0, trades, bars: 0, spans: 0, findings: 0 },
})
const failure = (code: string, message: unknown = expect.any(String)) => ({
  ok: false,
  failure: { code, message },
})

const open: Jobs[] = []
const log = new ListLogger()
function pool(
  { workers = 2, entry = TEST_WORKER, heapMb = 64 } = {},
  clock: Clock = systemClock,
): Jobs {
  const jobs = createJobs({ workers, log, clock, entry, heapMb })
  open.push(jobs)
  return jobs
}
afterEach(async () => {
  for (const jobs of open.splice(0)) await jobs.close()
})

const folder = createTestFolder()
/** A task that does not listen until it is let go. */
function hold() {
  const file = join(folder, `held-${Math.random()}`)
  writeFileSync(file, '')
  return { path: `hold:${file}`, let: () => rmSync(file) }
}

/** Runs a task that says when it is at work. */
async function begun(jobs: Jobs, path: string, options: RunOptions = {}) {
  let said: () => void = () => {}
  const working = new Promise<void>((resolve) => {
    said = resolve
  })
  const outcome = jobs.run(does(path), { ...options, onProgress: said })
  await working
  return { outcome }
}

describe('a pool of threads', () => {
  it('gives results, and what a task says of its failure', async () => {
    const jobs = pool()
    const outcomes = await Promise.all(['count:7', 'fail', 'text:3'].map((p) => jobs.run(does(p))))
    expect(outcomes).toEqual([result(7), failure('storage-full', 'as asked'), result(3)])
  })

  it('tells all progress, in order, before the result', async () => {
    const seen: JobProgress[] = []
    const outcome = await pool().run(does('count:2000'), { onProgress: (p) => seen.push(p) })
    expect(outcome).toEqual(result(2_000))
    expect(seen.map(({ done }) => done)).toEqual(Array.from({ length: 2_000 }, (_, n) => n + 1))
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(seen).toHaveLength(2_000)
  })

  it('hands text over a piece at a time, and is held up by a slow reader', async () => {
    const got: string[] = []
    let reading = 0
    const onText = async (text: string): Promise<boolean> => {
      reading += 1
      expect(reading).toBe(1)
      await new Promise((resolve) => setImmediate(resolve))
      got.push(text)
      reading -= 1
      return true
    }
    expect(await pool().run(does('text:50'), { onText })).toEqual(result(50))
    expect(got).toEqual(Array.from({ length: 50 }, (_, n) => `${n}\n`))
  })

  it('ends in good order when nobody reads any more', async () => {
    const outcome = await pool().run(does('text:100000'), { onText: () => false })
    expect(outcome.ok && outcome.value.trades).toBeLessThan(10)
  })

  it('fails with what the reader throws', async () => {
    const onText = (): boolean => {
      throw new Error('the disk is full')
    }
    expect(await pool().run(does('text:100000'), { onText })).toEqual(
      failure('unavailable', 'the disk is full'),
    )
  })

  it('fails, and does not fall, with a listener that throws', async () => {
    const onProgress = (): void => {
      throw new Error('a bug')
    }
    expect(await pool().run(does('listen'), { onProgress })).toEqual(failure('internal', 'a bug'))
  })
})

describe('cancelling', () => {
  it('ends a task at work, and its thread goes on to the next', async () => {
    const jobs = pool({ workers: 1 })
    const abort = new AbortController()
    const { outcome } = await begun(jobs, 'listen', { signal: abort.signal })
    const next = jobs.run(does('count:1'))
    abort.abort()
    expect(await outcome).toEqual(failure('cancelled'))
    expect(await next).toEqual(result(1))
  })

  it('takes a waiting task out of the line, and refuses one that is cancelled already', async () => {
    const jobs = pool({ workers: 1 })
    const [first, second] = [new AbortController(), new AbortController()]
    const { outcome } = await begun(jobs, 'listen', { signal: first.signal })
    const waiting = jobs.run(does('count:1'), { signal: second.signal })
    second.abort()
    expect(await waiting).toEqual(failure('cancelled'))
    expect(await jobs.run(does('count:1'), { signal: second.signal })).toEqual(failure('cancelled'))
    first.abort()
    expect(await outcome).toEqual(failure('cancelled'))
  })

  it('leaves a task that does not listen behind, and takes its thread back later', async () => {
    const clock = new ManualClock()
    const jobs = pool({ workers: 1 }, clock)
    const held = hold()
    for (let n = 0; n < 4; n += 1) {
      const abort = new AbortController()
      const { outcome } = await begun(jobs, held.path, { signal: abort.signal })
      abort.abort()
      clock.advance(499)
      expect(await Promise.race([outcome, Promise.resolve('waiting')])).toBe('waiting')
      clock.advance(1)
      expect(await outcome).toEqual(failure('cancelled'))
      if (n < 3) expect(await jobs.run(does('count:2'))).toEqual(result(2))
    }
    expect(await jobs.run(does('count:1'))).toEqual(failure('busy'))
    held.let()
    await expect.poll(() => jobs.run(does('count:1')), { timeout: 10_000 }).toEqual(result(1))
  })

  it('says at its end what cannot be ended', async () => {
    const clock = new ManualClock()
    const jobs = pool({}, clock)
    const held = hold()
    const { outcome } = await begun(jobs, held.path)
    const closed = jobs.close()
    clock.advance(500)
    expect(await outcome).toEqual(failure('cancelled'))
    expect(await closed).toEqual({ stuck: 1 })
    held.let()
  })

  it('cancels everything when it is closed, and takes nothing more', async () => {
    const jobs = pool({ workers: 1 })
    const { outcome } = await begun(jobs, 'listen')
    const waiting = jobs.run(does('count:1'))
    expect(await jobs.close()).toEqual({ stuck: 0 })
    expect(await outcome).toEqual(failure('cancelled'))
    expect(await waiting).toEqual(failure('cancelled'))
    expect(await jobs.run(does('count:1'))).toEqual(failure('cancelled'))
  })
})

describe('a deadline', () => {
  it('ends a task that takes longer, and no other', async () => {
    const clock = new ManualClock()
    const jobs = pool({}, clock)
    const { outcome } = await begun(jobs, 'listen', { deadlineMs: 30_000 })
    const other = await begun(jobs, 'listen', { deadlineMs: 60_000 })
    clock.advance(29_999)
    clock.advance(1)
    expect(await outcome).toEqual(
      failure('unavailable', 'It took longer than 30 s and was broken off.'),
    )
    clock.advance(30_000)
    expect(await other.outcome).toEqual(failure('unavailable', expect.stringContaining('60 s')))
  })

  it('does not count the time of a slow reader', async () => {
    const clock = new ManualClock()
    const onText = (): boolean => {
      clock.advance(10_000)
      return true
    }
    const outcome = await pool({}, clock).run(does('text:20'), { deadlineMs: 1_000, onText })
    expect(outcome).toEqual(result(20))
  })
})

describe('a crash', () => {
  it('is the failure of a task that throws', async () => {
    expect(await pool().run(does('throw'))).toEqual(failure('internal', 'thrown in the worker'))
  })

  it.each([
    ['exit:7', 'internal', /ended unexpectedly: .*code: 7/],
    ['exit:0', 'internal', /ended unexpectedly/],
    ['allocate', 'unavailable', /more memory/],
  ])('of %s fails that task alone, and the thread is replaced', async (path, code, message) => {
    const jobs = pool({ workers: 2 })
    const neighbour = await begun(jobs, 'deaf:300')
    const outcomes = await Promise.all([
      jobs.run(does(path)),
      neighbour.outcome,
      jobs.run(does('count:3')),
      jobs.run(does('count:4')),
    ])
    expect(outcomes).toEqual([
      failure(code, expect.stringMatching(message)),
      result(0),
      result(3),
      result(4),
    ])
  })

  it('of the only thread does not hold up those that wait', async () => {
    const jobs = pool({ workers: 1 })
    const outcomes = await Promise.all(
      ['exit:1', 'count:1', 'exit:1', 'count:2'].map((p) => jobs.run(does(p))),
    )
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, true, false, true])
  })

  it('at the start of a thread is told too', async () => {
    const jobs = pool({ entry: new URL('./broken-worker.ts', import.meta.url) })
    const outcomes = await Promise.all([jobs.run(does('count:1')), jobs.run(does('count:1'))])
    const message = expect.stringContaining('this file cannot be loaded')
    expect(outcomes).toEqual([failure('internal', message), failure('internal', message)])
  })
})

it('settles every task exactly once, whatever they do and whoever cancels', async () => {
  const task = fc.record({
    path: fc.constantFrom('count:50', 'text:20', 'listen', 'deaf:5', 'throw', 'exit:1', 'fail'),
    cancelAfter: fc.option(fc.integer({ min: 0, max: 30 }), { nil: null }),
    deadlineMs: fc.integer({ min: 1, max: 60 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(task, { minLength: 1, maxLength: 8 }), async (tasks) => {
      const jobs = createJobs({ workers: 2, log, clock: systemClock, entry: TEST_WORKER })
      const settled = tasks.map(() => 0)
      const late: string[] = []
      const all = tasks.map(async ({ path, cancelAfter, deadlineMs }, at) => {
        const abort = new AbortController()
        if (cancelAfter !== null) setTimeout(() => abort.abort(), cancelAfter)
        const hear = (): void => {
          if (settled[at] !== 0) late.push(path)
        }
        await jobs.run(does(path), { signal: abort.signal, deadlineMs, onProgress: hear })
        settled[at] = (settled[at] ?? 0) + 1
      })
      await Promise.all(all)
      expect(await jobs.close()).toEqual({ stuck: 0 })
      expect(settled).toEqual(tasks.map(() => 1))
      expect(late).toEqual([])
    }),
    { numRuns: 12 },
  )
}, 60_000)

it('leaves a core to the ingest, and is never more than two threads', () => {
  expect(defaultWorkers()).toBeGreaterThanOrEqual(1)
  expect(defaultWorkers()).toBeLessThanOrEqual(2)
})
