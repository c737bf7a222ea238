import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createJobs } from '../../../src/main/jobs/jobs.ts'
import { MOST_FIRINGS } from '../../../src/main/jobs/run-rehearse.ts'
import type { JobProgress, RehearseTask } from '../../../src/main/jobs/task.ts'
import { systemClock } from '../../../src/main/platform/system-clock.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import type { TapeReader } from '../../../src/main/store/store.ts'
import { type Outcome, ok } from '../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { createTestFolder } from '../cli/test-folder.ts'
import { alertOf } from '../pipeline/replay/alert-kit.ts'
import { BTC, batchOf, ETH, ListLogger, openInline, T0, trade, unwrap } from '../store/store-kit.ts'
import { inlineJobs } from './inline-jobs.ts'

const path = join(mkdtempSync(join(createTestFolder(), 'tape-')), 'tape.db')
const DAY = 86_400_000
const TRADES = 30_000
const FIRST = Math.floor(T0 / DAY) * DAY

// Three days, a trade every 8.64 s, each crossing 100 one way or the other; the first hour proved, the next a gap.
beforeAll(async () => {
  const { store } = await openInline(path)
  for (let from = 0; from < TRADES; from += 5_000) {
    const trades = Array.from({ length: 5_000 }, (_, i) => {
      const time = epochMs(FIRST + (from + i) * 8_640)
      const price = (from + i) % 2 === 0 ? '99' : '101'
      return trade({ id: String(from + i), price, exchangeTime: time, receiveTime: time })
    })
    store.append(batchOf(trades))
    unwrap(await store.flushed())
  }
  const hour = 3_600_000
  const [start, middle, end] = [0, hour, 2 * hour].map((ms) => epochMs(FIRST + ms)) as [
    ReturnType<typeof epochMs>,
    ReturnType<typeof epochMs>,
    ReturnType<typeof epochMs>,
  ]
  store.note([
    {
      t: 'span',
      span: { market: BTC, proof: 'ids', from: start, to: epochMs(middle - 1), lastSeq: 1 },
    },
    {
      t: 'gap',
      gap: {
        ...{ id: 1, market: BTC, cause: 'disconnect', state: 'lost', from: middle, to: end },
        ...{ firstSeq: null, lastSeq: null, missing: null, recovered: 0 },
        ...{ openedAt: end, closedAt: end },
      },
    },
  ])
  unwrap(await store.flushed())
  await store.close()
})

const taskOf = (fields: Partial<RehearseTask> = {}): RehearseTask => ({
  ...{ t: 'rehearse', path, from: FIRST, to: FIRST + 3 * DAY, print: null },
  alert: alertOf(`${BTC} price crosses 100`),
  ...fields,
})
const jobs = inlineJobs(openReader)

/** The tape in two pages at least, so that there is something to be told on the way. */
function inHalves(file: string): Outcome<TapeReader> {
  const opened = openReader(file)
  if (!opened.ok) return opened
  const whole = opened.value
  const middle = epochMs(FIRST + 1.5 * DAY)
  const batches: TapeReader['batches'] = function* (filter) {
    yield* whole.batches({ ...filter, to: middle })
    yield* whole.batches({ ...filter, from: middle })
  }
  const of = (key: keyof TapeReader) =>
    key === 'batches' ? batches : (whole[key] as () => unknown).bind(whole)
  return ok(new Proxy(whole, { get: (_, key) => of(key as keyof TapeReader) }))
}

describe('a rehearsal in the pool', () => {
  it('counts all, day by day, and keeps the first ten thousand', async () => {
    const result = unwrap(await jobs.run(taskOf()))
    expect(result).toMatchObject({ trades: TRADES, count: TRADES - 1 })
    expect(result.firings).toHaveLength(MOST_FIRINGS)
    expect(result.days).toEqual([
      { day: FIRST, count: 9_999 },
      { day: FIRST + DAY, count: 10_000 },
      { day: FIRST + 2 * DAY, count: 10_000 },
    ])
    expect(result.firings[0]).toEqual({
      ...{ at: FIRST + 8_640, market: BTC, price: 101 },
      values: { [`${BTC} price`]: 101 },
    })
  })

  it('names days without a firing, too', async () => {
    const quiet = unwrap(await jobs.run(taskOf({ alert: alertOf(`${BTC} price > 500`) })))
    expect(quiet).toMatchObject({ count: 0, firings: [] })
    expect(quiet.days.map(({ count }) => count)).toEqual([0, 0, 0])
  })

  it('says how much of the stretch is known', async () => {
    const covered = async (from: number, to: number) =>
      unwrap(await jobs.run(taskOf({ from: FIRST + from, to: FIRST + to }))).coverage
    expect(await covered(0, 3_600_000)).toBe(1)
    expect(await covered(0, 7_200_000)).toBe(0.5)
    expect(await covered(-9 * DAY, -8 * DAY)).toBeNull()
  })

  it('says how far it is', async () => {
    const [shares, counts]: [number[], number[]] = [[], []]
    const onProgress = ({ share = -1, found = -1 }: JobProgress): void => {
      shares.push(share)
      counts.push(found)
    }
    const { count } = unwrap(await inlineJobs(inHalves).run(taskOf(), { onProgress }))
    expect(counts[0]).toBe(0)
    expect(counts).toEqual([...counts].sort((a, b) => a - b))
    expect(counts.at(-1)).toBeGreaterThan(0)
    expect(counts.at(-1)).toBeLessThanOrEqual(count)
    expect(shares[0]).toBe(0)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(Math.max(...shares)).toBeLessThanOrEqual(1)
  })

  it('ends when it is broken off', async () => {
    const cancel = new AbortController()
    const outcome = await jobs.run(taskOf(), {
      signal: cancel.signal,
      onProgress: () => cancel.abort(),
    })
    expect(outcome).toMatchObject({ failure: { code: 'cancelled' } })
  })

  it('gives the same in a thread of its own', async () => {
    const pool = createJobs({ workers: 1, log: new ListLogger(), clock: systemClock })
    const { elapsedMs: _, ...threaded } = unwrap(await pool.run(taskOf()))
    expect(unwrap(await jobs.run(taskOf()))).toMatchObject(threaded)
    await pool.close()
  })

  it.each([
    [
      { alert: alertOf(`${ETH} price > 1`) },
      'not-found',
      /does not hold okx:ETH-USDT; it holds okx:BTC/,
    ],
    [{ alert: alertOf('nonsense') }, 'invalid', /nonsense: expected/],
    [{ path: '/nowhere/tape' }, 'not-found', /no recording/],
  ])('refuses %j', async (fields, code, message) => {
    const outcome = await jobs.run(taskOf(fields))
    expect(outcome).toMatchObject({ failure: { code } })
    expect(outcome.ok ? '' : outcome.failure.message).toMatch(message)
  })
})
