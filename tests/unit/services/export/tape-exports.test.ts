import { describe, expect, it } from 'vitest'
import type { Jobs } from '../../../../src/main/jobs/jobs.ts'
import type { RunOptions } from '../../../../src/main/jobs/running-task.ts'
import type { ExportTask, TaskResults } from '../../../../src/main/jobs/task.ts'
import type { Manifest } from '../../../../src/main/services/export/manifest.ts'
import { RESERVE_BYTES, TapeExports } from '../../../../src/main/services/export/tape-exports.ts'
import type { ExportRequest, ExportStatus } from '../../../../src/shared/contract/export.ts'
import type { Gap } from '../../../../src/shared/domain/ledger.ts'
import { fail, type Outcome, ok } from '../../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { BTC, ETH, unwrap } from '../../store/store-kit.ts'
import { manualClock, START } from '../fakes.ts'

type Result = Outcome<TaskResults['export']>

const HOUR = 3_600_000
const request: ExportRequest = {
  ...{ markets: [BTC], from: epochMs(START - HOUR), to: epochMs(START - 1_000), format: 'csv' },
}
const gap = (state: Gap['state']): Omit<Gap, 'market'> => ({
  ...{ id: 1, cause: 'stall', state, from: epochMs(1), to: epochMs(2), firstSeq: null },
  ...{ lastSeq: null, missing: null, recovered: 0, openedAt: epochMs(3), closedAt: null },
})
const MANIFEST: Manifest = {
  ...{ tapedeck: 'export', version: 1, format: 'csv', file: 'x.csv', bytes: 900 },
  ...{ sha256: 'abc', exportedAt: START, asked: { from: null, to: null }, trades: 9 },
  markets: [
    {
      ...{ market: BTC, quantity: 'base', trades: 9 },
      ...{ first: { id: '1', time: 5 }, last: { id: '9', time: 70 } },
      ledger: {
        minutes: { complete: 3, backfilled: 0, gap: 1, unknown: 0 },
        ...{ coverage: [], gaps: [gap('filled'), gap('lost'), gap('open')] },
      },
    },
  ],
}

function setUp({
  demo = false,
  names = ok<readonly string[]>([]),
  free = null as number | null,
} = {}) {
  const { clock, advance, pending } = manualClock()
  const runs: {
    readonly task: ExportTask
    readonly options: RunOptions
    readonly end: (outcome: Result) => void
  }[] = []
  const run = (task: ExportTask, options: RunOptions = {}) =>
    new Promise((resolve) => {
      const end = (outcome: Result) => resolve(outcome)
      runs.push({ task, options, end })
      const broken = () => resolve(fail('cancelled', 'broken off'))
      if (options.signal?.aborted === true) broken()
      options.signal?.addEventListener('abort', broken)
    })
  const removed: string[] = []
  const disk = { free }
  const exports = new TapeExports({
    ...{ clock, path: '/tape', demo, jobs: { run } as unknown as Pick<Jobs, 'run'> },
    written: async () => {},
    folder: {
      path: (name) => `/data/exports/${name}`,
      names: async () => names,
      remove: async (all) => void removed.push(...all),
      freeBytes: async () => disk.free,
    },
  })
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i += 1) await Promise.resolve()
  }
  const status = (): ExportStatus => exports.status.snapshot()
  return { exports, runs, removed, disk, settle, advance, pending, status }
}

const NAME = 'okx-BTC-USDT_20270115T070000Z_20270115T075959Z.csv'

describe('an export for the screen', () => {
  it('runs in the pool, says how far it is, and what is in the file', async () => {
    const { exports, runs, removed, settle, advance, pending, status } = setUp()
    expect(status()).toEqual({ running: null, finished: [] })
    unwrap(exports.start({ ...request, markets: [ETH, BTC, ETH] }))
    expect(status().running).toMatchObject({ id: 1, state: 'running', file: null, share: 0 })
    await settle()
    const file = '/data/exports/okx-BTC-USDT_okx-ETH-USDT_20270115T070000Z_20270115T075959Z.csv'
    expect(runs[0]?.task).toEqual({
      ...{ t: 'export', path: '/tape', format: 'csv', now: START, strict: true },
      filter: { markets: [BTC, ETH], from: request.from, to: request.to },
      ...{ out: file, manifest: `${file}.manifest.json` },
    })
    advance(1_500)
    runs[0]?.options.onProgress?.({ step: 'export', done: 4, share: 0.25, bytes: 400 })
    expect(status()).toMatchObject({
      running: { trades: 4, bytes: 400, share: 0.25, elapsedMs: 1_500, file, written: null },
      finished: [],
    })
    runs[0]?.end(ok({ trades: 9, manifest: MANIFEST }))
    await settle()
    expect(status().running).toBeNull()
    expect(status().finished).toMatchObject([
      {
        ...{ id: 1, state: 'done', trades: 9, bytes: 900, share: 1, elapsedMs: 1_500, file },
        written: {
          ...{ manifest: `${file}.manifest.json`, sha256: 'abc' },
          markets: [
            {
              ...{ market: BTC, trades: 9, first: 5, last: 70, gaps: 2 },
              minutes: { complete: 3, backfilled: 0, gap: 1, unknown: 0 },
            },
            { market: ETH, trades: 0, first: null, last: null, gaps: 0 },
          ],
        },
        failure: null,
      },
    ])
    expect([removed, pending()]).toEqual([[], 0])
  })

  it('ends with now, and names the file after that', async () => {
    const { exports, runs, settle } = setUp({ demo: true })
    unwrap(exports.start({ ...request, to: epochMs(START + HOUR), format: 'parquet' }))
    await settle()
    expect(runs[0]?.task.filter.to).toBe(START)
    expect(runs[0]?.task.out).toBe(
      '/data/exports/demo_okx-BTC-USDT_20270115T070000Z_20270115T080000Z.parquet',
    )
  })

  it('overwrites nothing', async () => {
    const { exports, runs, settle } = setUp({ names: ok([NAME]) })
    unwrap(exports.start(request))
    await settle()
    expect(runs[0]?.task.out).toBe(`/data/exports/${NAME.replace('.csv', '-2.csv')}`)
  })

  it('refuses a second one while the first is under way, and not afterwards', async () => {
    const { exports, runs, settle, status } = setUp()
    unwrap(exports.start(request))
    const refused = exports.start({ ...request, format: 'ndjson' })
    expect(refused).toMatchObject({ failure: { code: 'busy' } })
    await settle()
    expect([runs.length, status().running?.request.format]).toEqual([1, 'csv'])
    runs[0]?.end(ok({ trades: 9, manifest: MANIFEST }))
    await settle()
    unwrap(exports.start(request))
    expect(status().running?.id).toBe(2)
  })

  it('can be cancelled, and leaves nothing', async () => {
    const { exports, runs, removed, settle, status } = setUp()
    exports.cancel()
    unwrap(exports.start(request))
    await settle()
    runs[0]?.options.onProgress?.({ step: 'export', done: 4, share: 0.25, bytes: 400 })
    exports.cancel()
    await settle()
    expect(status()).toMatchObject({
      running: null,
      finished: [{ state: 'cancelled', trades: 4, failure: null, written: null }],
    })
    expect(removed).toEqual([NAME, `${NAME}.manifest.json`])
  })

  it('can be cancelled before it has begun', async () => {
    const { exports, settle, status } = setUp()
    unwrap(exports.start(request))
    exports.cancel()
    await settle()
    expect(status().finished).toMatchObject([{ state: 'cancelled' }])
  })

  it('ends when the engine stops', async () => {
    const { exports, settle, status } = setUp()
    await exports.stop()
    unwrap(exports.start(request))
    await settle()
    await exports.stop()
    expect(status()).toMatchObject({ running: null, finished: [{ state: 'cancelled' }] })
  })

  it('says why it failed, and removes what was there', async () => {
    const { exports, runs, removed, settle, status } = setUp()
    unwrap(exports.start(request))
    await settle()
    const broken = fail('not-found', 'The tape holds no trade there.')
    runs[0]?.end(broken)
    await settle()
    expect(status().finished).toMatchObject([{ state: 'failed', failure: broken.failure }])
    expect(removed).toEqual([NAME, `${NAME}.manifest.json`])
  })

  it('says so when there is no folder to write into', async () => {
    const broken = fail('storage-read-only', 'The folder cannot be used.')
    const { exports, runs, settle, status } = setUp({ names: broken })
    unwrap(exports.start(request))
    await settle()
    expect([runs.length, status().finished]).toMatchObject([
      0,
      [{ state: 'failed', failure: broken.failure, file: null }],
    ])
  })

  it('leaves recording the room that it needs', async () => {
    const { exports, disk, settle, advance, status } = setUp({ free: RESERVE_BYTES })
    unwrap(exports.start(request))
    advance(1_000)
    await settle()
    expect(status().running).not.toBeNull()
    disk.free = RESERVE_BYTES - 1
    advance(1_000)
    await settle()
    expect(status().finished).toMatchObject([
      { state: 'failed', failure: { code: 'storage-full' } },
    ])
  })

  it('does not begin on a disk that is full already', async () => {
    const { exports, settle, status } = setUp({ free: 5 })
    unwrap(exports.start(request))
    await settle()
    expect(status().finished).toMatchObject([{ failure: { code: 'storage-full' } }])
  })

  it('remembers the last five', async () => {
    const { exports, settle, status } = setUp()
    for (let i = 0; i < 7; i += 1) {
      unwrap(exports.start(request))
      await settle()
      exports.cancel()
      await settle()
    }
    expect(status().finished.map(({ id }) => id)).toEqual([7, 6, 5, 4, 3])
  })

  it.each([
    [{ to: request.from }, /stretch is empty/],
    [{ to: epochMs(request.from - 1) }, /its end must be after its start/],
    [{ from: epochMs(START), to: epochMs(START + 5) }, /in the future/],
  ])('refuses %j and leaves what was there', (fields, message) => {
    const { exports, runs, status } = setUp()
    const outcome = exports.start({ ...request, ...fields })
    expect(outcome).toMatchObject({ failure: { code: 'invalid' } })
    expect(outcome.ok ? '' : outcome.failure.message).toMatch(message)
    expect([runs.length, status()]).toEqual([0, { running: null, finished: [] }])
  })
})
