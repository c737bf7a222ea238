import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { databasePath } from '../../src/main/platform/data-files.ts'
import { createTestFolder } from '../unit/cli/test-folder.ts'
import { jsonLines, runCli } from './cli-process.ts'

const ROWS = 300_000
const DAY = 1_735_689_600_000_000
const parent = createTestFolder()
const file = join(parent, 'BTCUSDT-trades-2025-01-01.csv')
let folder: string

beforeAll(() => {
  const rows = Array.from(
    { length: ROWS },
    (_, at) =>
      `${at + 1},${93_000 + (at % 97)}.25,0.${1 + (at % 9)},1,${DAY + at * 9_000},${at % 2 === 0},true\n`,
  )
  writeFileSync(file, rows.join(''))
})
beforeEach(() => {
  folder = mkdtempSync(join(parent, 'tape-'))
})

const line = () => ['import', file, '--data-dir', folder, '--market', 'binance:BTC-USDT']
const imported = async (flags: readonly string[] = []) => {
  const run = runCli(line(), flags)
  expect(await run.code).toBe(0)
  return jsonLines(run.out())[0]
}
const verified = async (): Promise<string> => {
  const run = runCli(['verify', '--data-dir', folder])
  await run.code
  return run.out() + run.err()
}

describe('import as a process', () => {
  it('takes a day in little memory, which verifies and comes out again', async () => {
    expect(await imported(['--max-old-space-size=64'])).toMatchObject({ taken: ROWS, refused: 0 })
    expect(await verified()).toContain('all is well: markets 1, trades 300,000')
    const out = join(folder, 'out.csv')
    const run = runCli(['export', '--data-dir', folder, '--format', 'csv', '--out', out])
    expect(await run.code).toBe(0)
    expect(readFileSync(out, 'utf8').split('\n')).toHaveLength(ROWS + 2)
    const check = runCli(['import', out, '--check'])
    expect(await check.code).toBe(0)
    expect(jsonLines(check.out())).toMatchObject([{ ok: true, trades: ROWS, differences: [] }])
  }, 120_000)

  it.each(['SIGKILL', 'SIGINT'] as const)(
    'leaves a sound tape at %s and goes on',
    async (signal) => {
      const run = runCli(line())
      await vi.waitFor(
        () => expect(existsSync(`${databasePath(folder, false)}-import`)).toBe(true),
        { timeout: 30_000, interval: 1 },
      )
      run.child.kill(signal)
      expect(await run.code).toBe(signal === 'SIGKILL' ? null : 130)
      expect(await verified()).toContain('all is well')
      const result = await imported()
      expect(result).toMatchObject({ duplicates: expect.any(Number), refused: 0 })
      const [first] = (result?.files ?? []) as readonly { readonly from: number }[]
      expect(first?.from).toBeGreaterThan(0)
      expect(await verified()).toContain('all is well: markets 1, trades 300,000')
    },
    60_000,
  )
})
