import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../../src/main/cli/commands.ts'
import { runProgram } from '../../../src/main/cli/program.ts'
import { createJobs } from '../../../src/main/jobs/jobs.ts'
import type { ReplayTask } from '../../../src/main/jobs/task.ts'
import { databasePath } from '../../../src/main/platform/data-files.ts'
import { systemClock } from '../../../src/main/platform/system-clock.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import { inlineJobs } from '../jobs/inline-jobs.ts'
import { alertOf } from '../pipeline/replay/alert-kit.ts'
import { BTC, batchOf, ETH, ListLogger, openInline, run, T0, unwrap } from '../store/store-kit.ts'
import { createTestConsole, createTestRooms } from './test-console.ts'
import { createTestFolder } from './test-folder.ts'

const folder = mkdtempSync(join(createTestFolder(), 'tape-'))
const path = databasePath(folder, false)
const TRADES = 6_000

beforeAll(async () => {
  const { store } = await openInline(path)
  // A saw: 100 to 149 and back to 100, fifty trades a tooth.
  const trades = run(1, TRADES).map((one, i) => ({
    ...one,
    market: i % 3 === 0 ? ETH : BTC,
    price: String(100 + (i % 50)),
    qty: '2',
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
  const code = await runProgram(commands, words, test.console, rooms)
  return { code, out: test.out(), err: test.err() }
}
const SPAN = ['--data-dir', folder, '--from', String(T0), '--to', String(T0 + 60_000)]
const tried = (expr: string, ...words: readonly string[]) =>
  type('alerts', 'test', ...SPAN, '--expr', expr, ...words)
const REMARK = join(folder, 'alerts.txt')
const JSON_FILE = join(folder, 'alerts.json')

describe('alerts test', () => {
  it('prints each moment and a summary', async () => {
    const said = await tried(`${BTC} price crosses above 140`, '--json')
    expect(said).toMatchObject({ code: 0, err: '' })
    const lines = said.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const summary = lines.pop()
    expect(summary).toEqual({
      ...{ trades: 4_000, count: lines.length, coverage: expect.any(Number) },
      days: [{ day: Math.floor(T0 / 86_400_000) * 86_400_000, count: lines.length }],
      elapsedMs: expect.any(Number),
    })
    expect(lines).toHaveLength(TRADES / 50)
    for (const line of lines) {
      expect(line).toMatchObject({ market: BTC, price: expect.any(Number) })
      expect(line.price).toBeGreaterThan(140)
    }
    const plain = await tried(`${BTC} price crosses above 140`)
    expect(plain.out.split('\n')[0]).toMatch(
      /^2023-11-14T22:14:00\.\d{3}Z {2}okx:BTC-USDT {2}14[12] {2}okx:BTC-USDT price = 14[12]$/,
    )
    expect(plain.out).toMatch(
      /would have fired 120 times.*\n {2}2023-11-14 {2}120\n4,000 trades in /,
    )
  })

  it('takes cooldown, once and several markets', async () => {
    const count = async (expr: string, ...words: readonly string[]) =>
      JSON.parse((await tried(expr, '--json', ...words)).out.trimEnd().split('\n').at(-1) ?? '')
        .count
    const rises = `${BTC} price crosses above 140`
    expect(await count(rises, '--once')).toBe(1)
    expect(await count(rises, '--cooldown', '1h')).toBe(1)
    expect(await count(`spread(${BTC}, ${ETH}) beyond 20%`)).toBeGreaterThan(1)
    expect(await count(`${BTC} price > 1000`)).toBe(0)
    expect((await tried(`${BTC} price > 1000`)).out).toMatch(/^It would not have fired\.\n/)
  })

  it('shows the place of what cannot be read', async () => {
    const said = await tried(`${BTC} price > 100 und ${ETH} rsi 1m < 30`)
    expect(said).toMatchObject({ code: 2, out: '' })
    const [message, line, mark] = said.err.split('\n')
    expect(message).toMatch(/^tapedeck alerts test: --expr: expected .*found "und"/)
    expect(line?.slice(mark?.indexOf('^'))).toMatch(/^und /)
    expect(mark?.trim()).toBe('^^^')
    const long = await tried(`${`${BTC} price > 100 and `.repeat(9)} price`)
    const [, cut, below] = long.err.split('\n')
    expect(cut?.slice(below?.indexOf('^'))).toMatch(/^price/)
    expect((await tried(`${BTC} price >`)).err).toMatch(/>\n +\^\n/)
  })

  it.each([
    [['--expr', 'okx:XYZ-USDT price > 1'], 1, /does not hold okx:XYZ-USDT; it holds okx:BTC-USDT/],
    [['--expr', `${BTC} price > 1`, '--cooldown', '1x'], 2, /--cooldown 1x is no duration/],
    [['--expr', `${BTC} price > 1`, '--hysteresis', '2'], 2, /--hysteresis 2 is out of range/],
    [[], 2, /--expr is missing/],
  ])('answers %s with what to do', async (words, code, message) => {
    const said = await type('alerts', 'test', ...SPAN, ...words)
    expect(said).toMatchObject({ code, out: '' })
    expect(said.err).toMatch(message)
  })
})

describe('replay --alerts', () => {
  const replayed = async (file: string) =>
    JSON.parse((await type('replay', ...SPAN, '--hash', '--alerts', file)).out)

  it('counts what fired and hashes it, from lines and from JSON', async () => {
    const [rises, falls] = [`${BTC} price crosses above 140`, `${ETH} price crosses below 110`]
    writeFileSync(REMARK, `# two\n\n${rises}\n  ${falls}\n`)
    const lines = await replayed(REMARK)
    // The first tooth only falls to where it began.
    expect(lines.alerts).toBe(239)
    writeFileSync(JSON_FILE, JSON.stringify([{ expr: rises }, { expr: falls }]))
    expect((await replayed(JSON_FILE)).hash).toBe(lines.hash)
    writeFileSync(JSON_FILE, JSON.stringify([{ expr: rises, cooldownMs: 3_600_000 }]))
    const one = await replayed(JSON_FILE)
    expect(one.alerts).toBe(1)
    expect(one.hash).not.toBe(lines.hash)
  })

  it('gives one hash in threads of their own, one or two at a time', async () => {
    const task: ReplayTask = {
      ...{ t: 'replay', path, markets: null, from: T0, to: T0 + 60_000 },
      ...{ order: 'received', speed: 'max', hash: true, faults: null },
      alerts: [alertOf(`${BTC} price crosses above 140`), alertOf(`${BTC} stale > 10s`)],
    }
    const hashes = new Set<string | null>()
    for (const workers of [1, 2]) {
      const jobs = createJobs({ workers, log: new ListLogger(), clock: systemClock })
      for (const one of await Promise.all([0, 1, 2].map(() => jobs.run(task)))) {
        expect(unwrap(one).alerts).toBe(121)
        hashes.add(unwrap(one).hash)
      }
      await jobs.close()
    }
    expect(hashes.size).toBe(1)
  })

  it.each([
    ['', /holds no alert/],
    [
      'okx:BTC-USDT price > 1\nnonsense',
      /alerts.txt, line 2: expected .*\n {2}nonsense\n {2}\^{8}/,
    ],
    ['[{"expr": 5}]', /alerts.txt, alert 1: expr: /],
    [
      '[{"expr": "okx:BTC-USDT price > 1", "hysteresis": 4}]',
      /alert 1: hysteresis: .* from 0 to 1/,
    ],
    ['[', /is no JSON/],
  ])('answers the file %j with what is wrong', async (text, message) => {
    writeFileSync(REMARK, text)
    const said = await type('replay', ...SPAN, '--alerts', REMARK)
    expect(said).toMatchObject({ code: 2, out: '' })
    expect(said.err).toMatch(message)
  })

  it('says so when there is no such file', async () => {
    expect((await type('replay', ...SPAN, '--alerts', join(folder, 'none'))).err).toMatch(
      /--alerts .*none cannot be read/,
    )
  })
})
