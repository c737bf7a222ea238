import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { databasePath } from '../../src/main/platform/data-files.ts'
import { createTestFolder } from '../unit/cli/test-folder.ts'
import { jsonLines, runCli, writeTape } from './cli-process.ts'

const TRADES = 200_000
const folder = createTestFolder()
const out = join(folder, 'rows.ndjson')

beforeAll(async () => {
  await writeTape(databasePath(folder, false), ['okx:BTC-USDT', 'binance:ETH-USDT'], TRADES)
  await writeTape(databasePath(folder, true), ['okx:SOL-USDT'], 3)
})

const tape = ['--data-dir', folder]
const exported = ['export', ...tape, '--format', 'ndjson']

describe('the command line as a process', () => {
  it('helps, and knows its version', async () => {
    const help = runCli([])
    expect(await help.code).toBe(0)
    expect(help.out()).toContain('Usage: tapedeck <command>')
    const version = runCli(['--version'])
    expect(await version.code).toBe(0)
    expect(version.out()).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('answers what it cannot obey with one line and 2', async () => {
    const run = runCli(['serve', '--data-dir', folder, '--port', 'x'])
    expect(await run.code).toBe(2)
    expect(run.err()).toBe('tapedeck serve: --port x is no port; allowed: 0 to 65535\n')
    expect(run.out()).toBe('')
  })
})

describe('export', () => {
  it('writes every trade once, in order, in little memory', async () => {
    const run = runCli([...exported, '--out', out], ['--max-old-space-size=64'])
    expect(await run.code).toBe(0)
    expect(jsonLines(run.out())).toEqual([{ event: 'exported', trades: TRADES, file: out }])
    expect(run.err()).toBe('')
    const rows = readFileSync(out, 'utf8').split('\n')
    expect(rows.length).toBe(TRADES + 1)
    expect(rows.slice(0, 2).join('\n')).toBe(
      '{"venue":"okx","symbol":"BTC-USDT","id":"1","price":"1000.25","qty":"0.5","side":"buy",' +
        '"ts":1700000000000,"recvTs":1700000000012,"tsMicros":1700000000000007}\n' +
        '{"venue":"binance","symbol":"ETH-USDT","id":"2","price":"1001.25","qty":"0.5",' +
        '"side":"sell","ts":1700000000001,"recvTs":1700000000013}',
    )
    expect(rows.every((row, at) => row === '' || row.includes(`"id":"${at + 1}"`))).toBe(true)
  })

  it('keeps to a market and a span of time', async () => {
    const span = ['--from', '2023-11-14T22:13:20.010Z', '--to', '1700000000020']
    const run = runCli([...exported, '--market', 'okx:BTC-USDT', ...span])
    expect(await run.code).toBe(0)
    expect(jsonLines(run.out()).map(({ id }) => id)).toEqual(['11', '13', '15', '17', '19'])
  })

  it('reads the demo tape on demand', async () => {
    const run = runCli(['export', ...tape, '--demo', '--format', 'csv'])
    expect(await run.code).toBe(0)
    expect(run.out().split('\n')).toHaveLength(5)
  })

  it('ends quietly when its reader goes away', async () => {
    const run = runCli(exported)
    run.child.stdout?.once('data', () => run.child.stdout?.destroy())
    expect(await run.code).toBe(0)
    expect(run.err()).toBe('')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('leaves no half file at %s', async (signal) => {
    const target = join(folder, `broken-${signal}.csv`)
    const run = runCli(['export', ...tape, '--format', 'csv', '--out', target])
    await vi.waitFor(() => expect(existsSync(`${target}.part`)).toBe(true), {
      timeout: 10_000,
      interval: 1,
    })
    run.child.kill(signal)
    expect(await run.code).toBe(signal === 'SIGINT' ? 130 : 143)
    expect(readdirSync(folder).filter((name) => name.startsWith('broken'))).toEqual([])
  })
})

describe('export to Parquet', () => {
  it('gives all trades to another reader', async () => {
    const target = join(folder, 'rows.parquet')
    const run = runCli(['export', ...tape, '--format', 'parquet', '--out', target])
    expect(await run.code).toBe(0)
    expect(jsonLines(run.out())).toEqual([{ event: 'exported', trades: TRADES, file: target }])
    const file = new Uint8Array(readFileSync(target)).buffer
    const compressors = { ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)) }
    expect(Number(parquetMetadata(file).num_rows)).toBe(TRADES)
    const columns = ['id', 'price_text']
    const rowStart = TRADES - 1
    expect(
      await parquetReadObjects({ file, compressors, columns, rowStart, rowEnd: TRADES }),
    ).toEqual([{ id: String(TRADES), price_text: `${1_000 + (rowStart % 7)}.25` }])
  })
})

describe('sql', () => {
  const FOREVER =
    'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c'

  it('answers about the tape', async () => {
    const sql = 'SELECT market, count(*) AS n FROM trades GROUP BY market ORDER BY market'
    const run = runCli(['sql', sql, ...tape, '--format', 'ndjson'])
    expect(await run.code).toBe(0)
    expect(jsonLines(run.out())).toEqual([
      { market: 'binance:ETH-USDT', n: TRADES / 2 },
      { market: 'okx:BTC-USDT', n: TRADES / 2 },
    ])
  })

  it('gives up after its time what SQLite cannot interrupt', async () => {
    const run = runCli(['sql', FOREVER, ...tape, '--timeout', '1s'])
    expect(await run.code).toBe(1)
    expect(run.err()).toBe('tapedeck sql: It took longer than 1 s and was broken off.\n')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('is broken off by %s at once', async (signal) => {
    // A first row that fills a piece of output, so that it is seen to be at work.
    const sql = `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)
      SELECT zeroblob(70000) UNION ALL SELECT count(*) FROM c`
    const run = runCli(['sql', sql, ...tape, '--format', 'csv'])
    if (run.child.stdout !== null) await once(run.child.stdout, 'data')
    run.child.kill(signal)
    expect(await run.code).toBe(signal === 'SIGINT' ? 130 : 143)
    expect(run.err()).toBe('')
  })

  it('ends quietly when its reader goes away', async () => {
    const run = runCli(['sql', 'SELECT * FROM trades', ...tape, '--format', 'csv'])
    run.child.stdout?.once('data', () => run.child.stdout?.destroy())
    expect(await run.code).toBe(0)
    expect(run.err()).toBe('')
  })
})

describe('verify', () => {
  it('finds a tape whole that the store wrote', async () => {
    const run = runCli(['verify', ...tape, '--json'])
    expect(await run.code).toBe(0)
    expect(jsonLines(run.out())).toEqual([
      { event: 'verified', markets: 2, trades: TRADES, bars: 8, spans: 0, findings: 0 },
    ])
  })
})

describe('stats', () => {
  it('counts the tape', async () => {
    const run = runCli(['stats', ...tape])
    expect(await run.code).toBe(0)
    const lines = jsonLines(run.out())
    expect(lines.map(({ market, trades }) => [market, trades]).sort()).toEqual([
      [undefined, TRADES],
      ['binance:ETH-USDT', TRADES / 2],
      ['okx:BTC-USDT', TRADES / 2],
    ])
    const first = 1_700_000_000_000
    expect(lines.at(-1)).toMatchObject({
      event: 'total',
      markets: 2,
      first,
      last: first + TRADES - 1,
    })
    expect(Number(lines.at(-1)?.bytes)).toBeGreaterThan(TRADES / 4)
  })
})

describe('doctor', () => {
  it('judges everything, and fails nothing here', async () => {
    const run = runCli(['doctor', '--json', ...tape])
    expect(await run.code).toBe(0)
    const checks = jsonLines(run.out())
    const names = checks.map(({ check }) => check)
    for (const name of [
      'node',
      'build',
      'electron',
      'chromium',
      'keychain',
      'disk',
      'database',
      'clock',
      'venue:okx',
    ])
      expect(names).toContain(name)
    for (const check of checks) {
      expect(check).toEqual({
        check: expect.any(String),
        status: expect.stringMatching(/^(ok|warn)$/),
        message: expect.any(String),
        ...(check.status === 'ok' ? {} : { hint: expect.any(String) }),
      })
    }
  })

  it('fails a folder that nobody can write', async () => {
    const run = runCli(['doctor', '--json', '--data-dir', join(databasePath(folder, true), 'x')])
    expect(await run.code).toBe(1)
    expect(jsonLines(run.out()).find(({ check }) => check === 'disk')).toMatchObject({
      status: 'fail',
    })
  })
})
