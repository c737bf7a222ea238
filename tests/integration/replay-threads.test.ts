import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { compiledAlerts } from '../../src/main/jobs/compiled-alerts.ts'
import { createJobs } from '../../src/main/jobs/jobs.ts'
import { replayTape } from '../../src/main/jobs/replay-tape.ts'
import type { ReplayTask } from '../../src/main/jobs/task.ts'
import { alertEvaluation } from '../../src/main/pipeline/replay/alert-evaluation.ts'
import { Replay } from '../../src/main/pipeline/replay/replay.ts'
import { databasePath } from '../../src/main/platform/data-files.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import { startSimulator } from '../../src/main/simulator/index.ts'
import { openReader } from '../../src/main/store/reader.ts'
import type { TapeReader } from '../../src/main/store/store.ts'
import type { Alert, AlertId } from '../../src/shared/domain/alert.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import { silent } from '../unit/services/fakes.ts'
import { unwrap } from '../unit/store/store-kit.ts'
import { storedIn } from './alert-tape.ts'
import { jsonLines, runCli } from './cli-process.ts'
import { tapedeck, tapedeckIn, until } from './command.ts'

// A replay is played by one thread, however many there are: its instants follow one another. What can differ from
// machine to machine is how many threads work beside it (the pool of jobs, those of the runtime, those of V8), how many
// cores there are, and where pages of the tape are cut. None of it may show in the hash.
const folder = mkdtempSync(join(tmpdir(), 'tapedeck-threads-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const VENUES = ['binance', 'okx', 'bybit'] as const
const MARKETS = VENUES.flatMap((venue) => [`${venue}:BTC-USDT`, `${venue}:ETH-USDT`])
const ALERTS = [
  'binance:BTC-USDT move 1s > 0.0005%',
  'binance:ETH-USDT imbalance 1s beyond 0.2',
  'bybit:BTC-USDT trades 500ms > 20',
  'okx:ETH-USDT deviation vwap(2s) beyond 0.001%',
  'spread(binance:BTC-USDT, bybit:BTC-USDT) beyond 0.001%',
].map(
  (expr, i): Alert => ({
    ...{ id: `a${i}` as AlertId, name: expr, expr, severity: 'info', cooldownMs: 50 },
    ...{ rearm: 'auto', expiresAt: null, armed: true, createdAt: epochMs(0) },
  }),
)
const file = join(folder, 'alerts.json')
let task: ReplayTask
let words: readonly string[]
/** What each of them must print. */
let expected: { readonly trades: number; readonly alerts: number; readonly hash: string }

/** A tape as `record` leaves it: parts of it not sealed, one venue's after a break. */
async function record(): Promise<void> {
  const simulator = await startSimulator({
    ...{ venues: [...VENUES], rate: 900, seed: 12, timeScale: 20 },
    faults: ['delay:p=0.05,by=150ms', 'duplicate:p=0.05'],
  })
  const config = join(folder, 'config.json')
  const venues = simulator.addresses.map(({ venue, ws, rest }) => [venue, { ws, rest }])
  writeFileSync(config, JSON.stringify({ markets: MARKETS, venues: Object.fromEntries(venues) }))
  const recorder = tapedeck('record', '--data-dir', folder, '--config', config)
  await recorder.event('ready')
  const stored = (): number => storedIn(folder)
  await until('half of the trades', () => stored() > 2_500, 30)
  simulator.cut('binance')
  await until('all trades', () => stored() > 5_000, 30)
  recorder.child.kill('SIGTERM')
  await recorder.ended
  await simulator.close()
}

const reading = <T>(use: (reader: TapeReader) => T): T => {
  const reader = unwrap(openReader(databasePath(folder, false)))
  try {
    return use(reader)
  } finally {
    reader.close()
  }
}

/** Played in this thread, so many rows of a market's tape and so many trades at a time. */
const playedHere = (firstRows: number | undefined, slice: number) =>
  reading((reader) => {
    const replay = new Replay(
      replayTape({
        inverse: () => reader.inverse(),
        candlesBetween: (...asked) => reader.candlesBetween(...asked),
        gaps: (filter) => reader.gaps(filter),
        batches: ({ firstRows: _, ...filter }) =>
          reader.batches({ ...filter, ...(firstRows !== undefined && { firstRows }) }),
      }),
      {
        ...{ markets: reader.markets(), from: task.from, to: task.to, order: task.order },
        digest: () => createHash('sha256'),
        evaluator: alertEvaluation(unwrap(compiledAlerts(ALERTS))),
      },
    )
    while (!replay.done) replay.run(Number.POSITIVE_INFINITY, slice)
    return { trades: replay.trades, alerts: replay.firings, hash: replay.hash() ?? '' }
  })

beforeAll(async () => {
  await record()
  const stored = reading((reader) => reader.stats())
  const from = Math.min(...stored.map(({ first }) => first ?? Number.POSITIVE_INFINITY))
  const to = Math.max(...stored.map(({ last }) => last ?? 0)) + 1_000
  task = {
    ...{ t: 'replay', path: databasePath(folder, false), markets: null, from, to },
    ...{ order: 'received', speed: 'max', hash: true, faults: null, alerts: ALERTS },
  }
  writeFileSync(file, JSON.stringify(ALERTS))
  const stretch = ['--from', String(from), '--to', String(to)]
  words = ['replay', '--data-dir', folder, ...stretch, '--hash', '--alerts', file]
  expected = playedHere(undefined, 50_000)
}, 90_000)

it('there is something to tell apart', () => {
  expect(expected.trades).toBeGreaterThan(4_000)
  expect(expected.alerts).toBeGreaterThan(20)
  expect(expected.hash).toMatch(/^[0-9a-f]{64}$/)
})

it('one hash with 1, 2 and 4 threads in the pool, several replays and other work in it at once', async () => {
  for (const workers of [1, 2, 4]) {
    const jobs = createJobs({ workers, log: silent, clock: systemClock })
    const beside = jobs.run({
      ...{ t: 'verify', path: task.path, json: true, repair: false, now: systemClock.now() },
    })
    const played = await Promise.all(
      Array.from({ length: workers + 1 }, async () => unwrap(await jobs.run(task))),
    )
    expect((await beside).ok).toBe(true)
    await jobs.close()
    for (const one of played) expect(one).toMatchObject(expected)
  }
}, 60_000)

const hasTaskset = spawnSync('taskset', ['-c', '0', 'true']).status === 0
const plain = { environment: {}, flags: [] as readonly string[] }

it.each([
  ['1 thread of the runtime', { ...plain, environment: { UV_THREADPOOL_SIZE: '1' } }],
  ['16 threads of the runtime', { ...plain, environment: { UV_THREADPOOL_SIZE: '16' } }],
  ['no thread of V8', { ...plain, flags: ['--single-threaded'] }],
  ['8 threads of V8', { ...plain, flags: ['--v8-pool-size=8'] }],
  ['code that is never optimised', { ...plain, flags: ['--max-opt=0'] }],
])(
  'one hash in a process with %s',
  async (_, { environment, flags }) => {
    if (flags.length > 0) {
      const run = runCli(words, flags)
      expect(await run.code, run.err()).toBe(0)
      expect(jsonLines(run.out())).toMatchObject([expected])
    } else {
      const { code, stdout, stderr } = await tapedeckIn(environment, ...words).ended
      expect(code, stderr).toBe(0)
      expect(jsonLines(stdout)).toMatchObject([expected])
    }
  },
  60_000,
)

it.skipIf(!hasTaskset)(
  `one hash on a single core${hasTaskset ? '' : ' (skipped: there is no taskset to take cores away)'}`,
  async () => {
    const run = runCli(words, [], ['taskset', '-c', '0'])
    expect(await run.code, run.err()).toBe(0)
    expect(jsonLines(run.out())).toMatchObject([expected])
  },
  60_000,
)

it('one hash wherever pages of the tape are cut, and however much is played at a time', () => {
  for (const [firstRows, slice] of [
    [1, 50_000],
    [7, 1],
    [500, 333],
    [100_000, 10],
  ] as const)
    expect(playedHere(firstRows, slice), `${firstRows} rows, ${slice} at a time`).toEqual(expected)
}, 60_000)
