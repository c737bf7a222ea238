import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { commands } from '../../../src/main/cli/commands.ts'
import { databasePath } from '../../../src/main/platform/data-files.ts'
import { coverStretches, type Manifest } from '../../../src/main/services/export/manifest.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import { openForWriting } from '../../../src/main/store/store-server.ts'
import { venues } from '../../../src/main/venues/index.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { createTestConsole, createTestRooms, runLine } from '../cli/test-console.ts'
import { createTestFolder } from '../cli/test-folder.ts'
import { inlineJobs } from './inline-jobs.ts'

const DAY = 1_735_689_600_000
const parent = createTestFolder()
const rooms = createTestRooms({
  openReader: async () => openReader,
  startJobs: async () => () => inlineJobs(openReader),
  venues: async () => venues,
})
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(parent, 'manifest-'))
  const rows = Array.from(
    { length: 200 },
    (_, at) => `${at + 1},60000.5,0.25,1,${DAY + at * 1_000},true,true\n`,
  )
  rows.splice(150, 1)
  writeFileSync(join(folder, 'in.csv'), rows.join(''))
  await run('import in.csv --market binance:BTC-USDT')
})

async function run(line: string) {
  const test = createTestConsole()
  const words = line.replaceAll(/(\S+\.(?:csv|ndjson|parquet|json))/g, (name) => join(folder, name))
  const tape = line.includes('--check') ? '' : ` --data-dir ${folder}`
  const code = await runLine(commands, `${words}${tape}`, test, rooms)
  return { code, out: test.out(), err: test.err(), lines: () => test.lines() }
}
const manifest = (name: string): Manifest =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')) as Manifest

describe('the manifest of an export', () => {
  it('says what is in the file and how complete it is', async () => {
    expect((await run('export --format csv --out out.csv')).code).toBe(0)
    const said = manifest('out.csv.manifest.json')
    const bytes = readFileSync(join(folder, 'out.csv'))
    expect(said).toMatchObject({
      ...{ tapedeck: 'export', version: 1, format: 'csv', file: 'out.csv', trades: 199 },
      ...{ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
      asked: { from: null, to: null },
    })
    expect(said.markets).toEqual([
      {
        ...{ market: 'binance:BTC-USDT', quantity: 'base', trades: 199 },
        first: { id: '1', time: DAY },
        last: { id: '200', time: DAY + 199_000 },
        ledger: {
          minutes: { complete: 0, backfilled: 2, gap: 0, unknown: 2 },
          coverage: [
            { from: DAY, to: DAY + 120_000, state: 'backfilled' },
            { from: DAY + 120_000, to: DAY + 240_000, state: 'unknown' },
          ],
          gaps: [],
        },
      },
    ])
  })

  it('is written where it is wanted, also beside standard output', async () => {
    const { out } = await run('export --format ndjson --manifest said.json --to 1735689601000')
    expect(out.split('\n')).toHaveLength(2)
    expect(manifest('said.json')).toMatchObject({
      ...{ file: null, trades: 1, asked: { from: null, to: DAY + 1_000 } },
      sha256: createHash('sha256').update(out).digest('hex'),
    })
    await run('export --format csv')
    expect(readdirSync(folder).filter((name) => name.endsWith('.json'))).toEqual(['said.json'])
  })

  it('remembers whose quantities are in quote units', async () => {
    const open = openForWriting(databasePath(folder, false))
    if (!open.ok) throw new Error(open.failure.message)
    open.value.db.exec('UPDATE market SET inverse = 1')
    open.value.close()
    await run('export --format parquet --out out.parquet')
    expect(manifest('out.parquet.manifest.json').markets[0]?.quantity).toBe('quote')
    rmSync(databasePath(folder, false))
    expect((await run('import out.parquet')).code).toBe(0)
    const reader = openReader(databasePath(folder, false))
    expect(reader.ok && reader.value.inverse()).toEqual(['binance:BTC-USDT'])
  })

  it.each(['csv', 'ndjson', 'parquet'])('%s is held against it', async (format) => {
    const name = `out.${format}`
    await run(`export --format ${format} --out ${name}`)
    const good = await run(`import ${name} --check`)
    expect([good.code, good.lines()]).toEqual([
      0,
      [{ event: 'checked', file: join(folder, name), ok: true, trades: 199, differences: [] }],
    ])
    const path = join(folder, name)
    const bytes = readFileSync(path)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
    writeFileSync(path, bytes)
    const bad = await run(`import ${name} --check`)
    expect(bad.code).toBe(1)
    expect(bad.out).toContain('sha256: the manifest says')
  })

  it('names rows that are missing', async () => {
    await run('export --format csv --out out.csv')
    const path = join(folder, 'out.csv')
    writeFileSync(path, readFileSync(path, 'utf8').split('\n').slice(0, -2).join('\n'))
    const { lines } = await run('import out.csv --check')
    const [line] = lines()
    expect(line?.differences).toEqual([
      expect.stringMatching(/^bytes: /),
      expect.stringMatching(/^sha256: /),
      'trades: the manifest says 199, the file has 198',
      expect.stringMatching(/^binance:BTC-USDT: the manifest says .*"id":"200".* has .*"id":"199"/),
    ])
  })

  it('says so when there is none', async () => {
    const { code, err } = await run('import in.csv --check')
    expect(code).toBe(1)
    expect(err).toContain('in.csv.manifest.json cannot be read')
  })
})

it('stretches of minutes end where the state changes or a minute is not there', () => {
  const of = (minute: number, state: 'gap' | 'complete') => ({
    minute: epochMs(minute * 60_000),
    state,
  })
  expect(
    coverStretches([of(0, 'gap'), of(1, 'gap'), of(3, 'gap'), of(4, 'complete')]).coverage,
  ).toEqual([
    { from: 0, to: 120_000, state: 'gap' },
    { from: 180_000, to: 240_000, state: 'gap' },
    { from: 240_000, to: 300_000, state: 'complete' },
  ])
})

describe('import on the command line', () => {
  it('wants a data folder, files, and a format that it knows', async () => {
    const test = createTestConsole()
    expect(await runLine(commands, 'import x.csv', test, rooms)).toBe(2)
    expect(await runLine(commands, `import --data-dir ${folder}`, test, rooms)).toBe(2)
    expect(
      await runLine(commands, `import x.csv --data-dir ${folder} --format y`, test, rooms),
    ).toBe(2)
    expect(test.err().split('\n')).toEqual([
      'tapedeck import: --data-dir is missing',
      'tapedeck import: FILE is missing',
      expect.stringMatching(/--format y is not known; allowed: auto, tapedeck, tardis, binance, /),
      '',
    ])
  })

  it('shows the first refused rows and says how to see all', async () => {
    writeFileSync(join(folder, 'bad.csv'), `9000,1,1,1,${DAY},true,true\n${'x\n'.repeat(25)}`)
    const { code, err, lines } = await run('import bad.csv --market binance:BTC-USDT')
    expect(code).toBe(0)
    expect(err.split('\n').slice(0, -1)).toHaveLength(21)
    expect(err).toContain('bad.csv:2: refused: it has 1 columns instead of 7')
    expect(err).toContain('5 more rows were refused; --report FILE names them all')
    expect(lines()).toEqual([expect.objectContaining({ event: 'imported', taken: 1, refused: 25 })])
  })
})
