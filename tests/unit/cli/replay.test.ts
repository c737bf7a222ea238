import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../../src/main/cli/commands.ts'
import { runProgram } from '../../../src/main/cli/program.ts'
import { createJobs } from '../../../src/main/jobs/jobs.ts'
import type { ReplayResult, ReplayTask } from '../../../src/main/jobs/task.ts'
import { databasePath } from '../../../src/main/platform/data-files.ts'
import { systemClock } from '../../../src/main/platform/system-clock.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import { inlineJobs } from '../jobs/inline-jobs.ts'
import {
  BTC,
  batchOf,
  ETH,
  ListLogger,
  noise,
  openInline,
  run,
  T0,
  unwrap,
} from '../store/store-kit.ts'
import { createTestConsole, createTestRooms } from './test-console.ts'
import { createTestFolder } from './test-folder.ts'

const folder = mkdtempSync(join(createTestFolder(), 'tape-'))
const path = databasePath(folder, false)
const TRADES = 6_000

beforeAll(async () => {
  const { store } = await openInline(path)
  const trades = run(1, TRADES).map((one, i) => ({
    ...one,
    market: i % 3 === 0 ? ETH : BTC,
    price: String(100 + noise(i, 50)),
    receiveTime: (one.exchangeTime + noise(i, 90)) as typeof one.receiveTime,
  }))
  for (let i = 0; i < TRADES; i += 1_000) store.append(batchOf(trades.slice(i, i + 1_000)))
  unwrap(await store.flushed())
  await store.close()
})

async function type(...words: readonly string[]) {
  const test = createTestConsole()
  const rooms = createTestRooms({
    startJobs: async () => () => inlineJobs(openReader),
    openReader: async () => openReader,
  })
  const code = await runProgram(
    commands,
    [words[0] ?? '', '--data-dir', folder, ...words.slice(1)],
    test.console,
    rooms,
  )
  return { code, out: test.out(), err: test.err() }
}
const SPAN = ['--from', String(T0), '--to', String(T0 + 60_000)] as const
const played = async (...words: readonly string[]): Promise<ReplayResult> =>
  JSON.parse((await type('replay', ...SPAN, '--hash', ...words)).out)

describe('replay', () => {
  it('counts what it played, and gives one hash every time', async () => {
    const first = await played()
    expect(first).toEqual({
      trades: TRADES,
      alerts: 0,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      elapsedMs: expect.any(Number),
    })
    expect((await played('--speed', 'max')).hash).toBe(first.hash)
    expect((await played('--speed', '1000')).hash).toBe(first.hash)
    expect((await played('--market', BTC)).hash).not.toBe(first.hash)
    expect((await played('--order', 'exchange')).hash).not.toBe(first.hash)
    expect((await type('replay', ...SPAN)).out).toContain('"hash":null')
  })

  it('gives the same in threads of their own, one or two at a time', async () => {
    const task: ReplayTask = {
      ...{ t: 'replay', path, markets: null, from: T0, to: T0 + 60_000 },
      ...{ order: 'received', speed: 'max', hash: true, faults: null, alerts: [] },
    }
    const { hash } = await played()
    for (const workers of [1, 2]) {
      const jobs = createJobs({ workers, log: new ListLogger(), clock: systemClock })
      const results = await Promise.all([0, 1, 2].map(() => jobs.run(task)))
      expect(results.map((one) => unwrap(one).hash)).toEqual([hash, hash, hash])
      await jobs.close()
    }
  })

  it('strikes the same trades with faults, which the seed says', async () => {
    const dropped = await played('--drop', '0.5', '--seed', '7')
    expect(dropped.trades).toBeGreaterThan(TRADES * 0.45)
    expect(dropped.trades).toBeLessThan(TRADES * 0.55)
    expect((await played('--drop', '0.5', '--seed', '7')).hash).toBe(dropped.hash)
    expect((await played('--drop', '0.5', '--seed', '8')).hash).not.toBe(dropped.hash)
    expect((await played('--skew', '1s')).trades).toBe(TRADES)
  })

  it.each([
    [['--market', 'okx:BTC-USDC'], 1, /does not hold okx:BTC-USDC; it holds okx:BTC-USDT, /],
    [['--speed', '0'], 2, /--speed 0 is out of range; allowed: 0.1 to 1000/],
    [['--order', 'any'], 2, /allowed: received, exchange/],
    [['--seed', '1'], 2, /--seed is for --drop and --delay/],
    [['--skew', '1h'], 2, /allowed: 1ms to 10m/],
  ])('answers %s with what to do', async (words, code, message) => {
    const said = await type('replay', ...SPAN, ...words)
    expect(said).toMatchObject({ code, out: '' })
    expect(said.err).toMatch(message)
  })

  it('says what there is where there is nothing', async () => {
    const at = (from: string, to: string) => type('replay', '--from', from, '--to', to)
    expect((await at('2001-01-01', '2001-01-02')).err).toMatch(
      /nothing was recorded in that stretch: .* has trades from 2023-11-14T22:14:00\.\d+Z to /,
    )
    expect((await at('2300-01-01', '2300-01-02')).err).toMatch(/lies in the future/)
    expect((await at('2023-01-02', '2023-01-01')).err).toMatch(/--from must be before --to/)
    expect((await type('replay')).err).toMatch(/--from is missing|--from/)
  })
})

describe('query', () => {
  it('writes candles of any interval as CSV and JSON', async () => {
    const csv = await type('query', 'candles', '--market', BTC, ...SPAN, '--interval', '5s')
    expect(csv.err).toBe('')
    const [head, ...lines] = csv.out.trimEnd().split('\n')
    expect(head).toBe('openTime,open,high,low,close,volume,buyVolume,trades,partial,coverage,state')
    expect(lines.map((line) => line.split(',')[0])).toEqual([String(T0), String(T0 + 5_000)])
    const json = await type('query', 'candles', '--market', BTC, ...SPAN, '--format', 'json')
    expect(JSON.parse(json.out)).toMatchObject([{ openTime: T0, trades: 4_000, state: 'unknown' }])
  })

  it('writes trades as CSV, JSON and NDJSON', async () => {
    const span = ['--market', BTC, '--from', String(T0), '--to', String(T0 + 6)]
    const csv = await type('query', 'trades', ...span)
    expect(csv.out.split('\n')).toHaveLength(5)
    const json = JSON.parse((await type('query', 'trades', ...span, '--format', 'json')).out)
    expect(json).toHaveLength(3)
    const lines = (await type('query', 'trades', ...span, '--format', 'ndjson')).out
    expect(
      lines
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(json)
  })

  it.each([
    ['orders', [], /"orders" is not known; allowed: candles, trades/],
    ['trades', ['--interval', '1m'], /--interval is for candles/],
    ['candles', ['--interval', '7m'], /allowed: 1s, 5s, 15s, 1m/],
  ])('of %s answers %s with what is allowed', async (what, words, message) => {
    const said = await type('query', what, '--market', BTC, ...SPAN, ...words)
    expect(said).toMatchObject({ code: 2, out: '' })
    expect(said.err).toMatch(message)
  })
})
