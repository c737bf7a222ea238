import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { exportsPath } from '../../src/main/platform/data-files.ts'
import type { Manifest } from '../../src/main/services/export/manifest.ts'
import { startSimulator } from '../../src/main/simulator/index.ts'
import { okx } from '../../src/main/venues/okx.ts'
import type { Api } from '../../src/shared/contract/contract.ts'
import {
  type ExportRequest,
  type ExportRun,
  type ExportStatus,
  FILE_FORMATS,
} from '../../src/shared/contract/export.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import { createTestFolder } from '../unit/cli/test-folder.ts'
import { unwrap } from '../unit/store/store-kit.ts'
import { startApp, summaries } from './app-here.ts'
import { jsonLines, runCli } from './cli-process.ts'
import { until } from './command.ts'

// The whole application records over a real socket, and meanwhile exports what was imported and recorded.
const ROWS = 200_000
const DAY = 1_735_689_600_000
const EVERY_MS = 9
const parent = createTestFolder()
const folder = mkdtempSync(join(parent, 'tape-'))
const OLD = 'binance:BTC-USDT' as MarketId
const LIVE = 'okx:BTC-USDT' as MarketId

beforeAll(async () => {
  const file = join(parent, 'BTCUSDT-trades-2025-01-01.csv')
  const rows = Array.from(
    { length: ROWS },
    (_, at) =>
      `${at + 1},${93_000 + (at % 97)}.25,0.${1 + (at % 9)},1,${DAY + at * EVERY_MS},${at % 2 === 0},true\n`,
  )
  rows.splice(70_000, 20)
  writeFileSync(file, rows.join(''))
  const run = runCli(['import', file, '--data-dir', folder, '--market', OLD])
  expect(await run.code, run.err()).toBe(0)
}, 60_000)

const all: ExportRequest = {
  ...{ markets: [OLD], from: epochMs(DAY), to: epochMs(DAY + ROWS * EVERY_MS), format: 'csv' },
}

async function start() {
  const simulator = await startSimulator({ venues: ['okx'], rate: 50, seed: 3 })
  const addresses = new Map(simulator.addresses.map((each) => [each.venue as string, each]))
  const { app, api } = await startApp(folder, { venues: [okx], markets: [LIVE], addresses })
  let stopped: Promise<unknown> | undefined
  const stop = async (): Promise<void> => {
    stopped ??= app.stop().then(() => simulator.close())
    await stopped
  }
  onTestFinished(stop)
  const seen: ExportStatus[] = []
  api.subscribe('export.status', {}, (value) => void seen.push(value))
  const recorded = async () =>
    (await summaries(api)).find(({ market }) => market === LIVE)?.trades ?? 0
  return { stop, api, seen, recorded }
}

/** Runs one to its end. */
async function exported(api: Api, seen: ExportStatus[], request: ExportRequest) {
  const before = seen.at(-1)?.finished[0]?.id ?? 0
  unwrap(await api.call('export.start', request))
  const ended = () => seen.at(-1)?.finished.find(({ id }) => id > before)
  await until('its end', () => ended() !== undefined, 40)
  return ended() as ExportRun
}

const inFolder = (): readonly string[] => readdirSync(exportsPath(folder)).sort()
const read = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest

it('writes the bytes that the command writes, with a manifest that holds', async () => {
  const { api, seen, recorded } = await start()
  await until('trades', async () => (await recorded()) > 20)
  for (const format of FILE_FORMATS) {
    const before = await recorded()
    const request = { ...all, format, markets: [OLD, LIVE] }
    const run = await exported(api, seen, request)
    expect(run).toMatchObject({ state: 'done', share: 1, failure: null, trades: ROWS - 20 })
    const file = run.file ?? ''
    expect(file.startsWith(exportsPath(folder))).toBe(true)

    const out = join(parent, `out.${format}`)
    const stretch = ['--from', String(all.from), '--to', String(all.to)]
    const markets = ['--market', OLD, '--market', LIVE]
    const line = ['export', '--data-dir', folder, '--format', format, '--out', out]
    const command = runCli([...line, ...markets, ...stretch])
    expect(await command.code, command.err()).toBe(0)
    expect(readFileSync(file).equals(readFileSync(out)), format).toBe(true)

    const said = read(run.written?.manifest ?? '')
    const other = read(`${out}.manifest.json`)
    expect(said).toEqual({ ...other, file: basename(file), exportedAt: said.exportedAt })
    expect(run.written?.sha256).toBe(other.sha256)
    const [one, two] = run.written?.markets ?? []
    expect(one).toMatchObject({ market: OLD, minutes: said.markets[0]?.ledger.minutes })
    expect(one?.minutes).toMatchObject({ backfilled: expect.any(Number), unknown: 2 })
    expect(two).toMatchObject({ market: LIVE, trades: 0, first: null })
    const check = runCli(['import', file, '--check'])
    expect(await check.code).toBe(0)
    expect(jsonLines(check.out())).toMatchObject([{ ok: true, trades: ROWS - 20, differences: [] }])
    await until('recording goes on', async () => (await recorded()) > before)
  }

  const recent = { ...all, markets: [LIVE], from: epochMs(Date.now() - 60_000) }
  const live = await exported(api, seen, { ...recent, to: epochMs(Date.now() + 60_000) })
  expect(live).toMatchObject({ state: 'done' })
  expect(live.trades).toBeGreaterThan(20)
  expect(live.request.to).toBeLessThanOrEqual(Date.now())

  const nothing = await exported(api, seen, { ...all, from: epochMs(5), to: epochMs(6) })
  expect(nothing).toMatchObject({ state: 'failed', failure: { code: 'not-found' } })
  const markets = ['okx:NO-SUCH' as MarketId]
  const unknown = await exported(api, seen, { ...all, markets })
  expect(unknown).toMatchObject({ state: 'failed', failure: { code: 'unknown-market' } })
  for (const [fields, code] of [
    [{ to: all.from }, 'invalid'],
    [{ from: epochMs(Date.now() + 9_000), to: epochMs(Date.now() + 10_000) }, 'invalid'],
    [{ markets: [] }, 'invalid'],
    [{ format: '../../x' as 'csv' }, 'invalid'],
  ] as const)
    expect(await api.call('export.start', { ...all, ...fields })).toMatchObject({
      failure: { code },
    })
  expect(inFolder().filter((name) => !name.endsWith('.manifest.json'))).toHaveLength(4)
}, 120_000)

it('that is cancelled, or ended with the application, leaves nothing', async () => {
  const { stop, api, seen } = await start()
  const before = inFolder()
  const begun = async () => {
    unwrap(await api.call('export.start', all))
    await until('some of it', () => (seen.at(-1)?.running?.trades ?? 0) > 0)
    expect(seen.at(-1)?.running).toMatchObject({ state: 'running', written: null })
    expect(inFolder().filter((name) => name.endsWith('.part'))).toHaveLength(2)
  }
  await begun()
  expect(await api.call('export.start', all)).toMatchObject({ failure: { code: 'busy' } })
  unwrap(await api.call('export.cancel', {}))
  await until('its end', () => seen.at(-1)?.running === null)
  expect(seen.at(-1)?.finished[0]).toMatchObject({ state: 'cancelled', failure: null })
  expect(seen.at(-1)?.finished[0]?.share).toBeLessThan(1)
  expect(inFolder()).toEqual(before)

  await begun()
  await stop()
  expect(inFolder()).toEqual(before)
}, 60_000)
