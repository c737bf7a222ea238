import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runExport } from '../../../src/main/jobs/run-export.ts'
import { type ExportTask, type JobProgress, Stopped } from '../../../src/main/jobs/task.ts'
import { BlockError } from '../../../src/main/store/block-error.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import type { TapeReader } from '../../../src/main/store/store.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { type Outcome, ok } from '../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { createTestFolder } from '../cli/test-folder.ts'
import { BTC, batchOf, ETH, openInline, run, T0, trade, unwrap } from '../store/store-kit.ts'

const parent = createTestFolder()
const path = join(mkdtempSync(join(parent, 'tape-')), 'tape.db')
const TRADES = 20_000

beforeAll(async () => {
  const { store } = await openInline(path)
  store.append(batchOf([trade({ market: ETH, exchangeTime: epochMs(T0) })]))
  for (let from = 0; from < TRADES; from += 5_000) {
    store.append(batchOf(run(from, 5_000)))
    unwrap(await store.flushed())
  }
  await store.close()
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(parent, 'out-'))
})

const taskOf = (fields: Partial<ExportTask> = {}): ExportTask =>
  ({
    ...{ t: 'export', path, format: 'csv', now: 1, strict: true },
    ...{ out: join(folder, 'x.csv'), manifest: join(folder, 'x.csv.manifest.json') },
    filter: { markets: [BTC], from: epochMs(T0), to: epochMs(T0 + 2 * TRADES) },
    ...fields,
  }) as ExportTask

interface Hooks {
  readonly reader?: (reader: TapeReader) => TapeReader
  /** Called at each look; may throw. */
  readonly check?: () => void
}

function exported(fields: Partial<ExportTask>, hooks: Hooks = {}) {
  const told: JobProgress[] = []
  const context = {
    check: hooks.check ?? (() => {}),
    progress: (step: string, done: number, more?: object) =>
      void told.push({ step, done, ...more }),
    write: () => true,
  }
  const open = (at: string): Outcome<TapeReader> => {
    const reader = unwrap(openReader(at))
    return ok(hooks.reader?.(reader) ?? reader)
  }
  return { outcome: () => runExport(taskOf(fields), context, open), told, context }
}

const withTrades = (reader: TapeReader, trades: TapeReader['trades']): TapeReader =>
  Object.assign(Object.create(reader) as TapeReader, {
    trades,
    close: () => reader.close(),
    markets: () => reader.markets(),
  })

describe('an export into a file', () => {
  it.each(['csv', 'ndjson', 'parquet'] as const)('tells how far it is: %s', (format) => {
    const { outcome, told } = exported({ format })
    const { trades, manifest } = unwrap(outcome())
    expect([trades, manifest?.trades]).toEqual([TRADES, TRADES])
    const shares = told.map(({ share = -1 }) => share)
    expect(shares.length).toBeGreaterThan(3)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    // Half of the stretch lies behind the last trade.
    expect(shares.at(-1)).toBeCloseTo(0.5, 3)
    const size = readFileSync(join(folder, 'x.csv')).length
    expect(manifest?.bytes).toBe(size)
    const bytes = told.map((each) => each.bytes ?? -1)
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b))
    expect(bytes.at(-1)).toBeLessThanOrEqual(size)
    expect(readdirSync(folder)).toEqual(['x.csv', 'x.csv.manifest.json'])
  })

  it('knows no share without both ends', () => {
    const { outcome, told } = exported({ filter: { from: epochMs(T0) } })
    unwrap(outcome())
    expect(told.every(({ share }) => share === undefined)).toBe(true)
  })

  it('refuses a market that is not there, and says which are', () => {
    const filter = { markets: [BTC, 'okx:NO-SUCH' as MarketId] }
    const strict = exported({ filter }).outcome()
    expect(strict).toMatchObject({ failure: { code: 'unknown-market' } })
    expect(strict.ok ? '' : strict.failure.message).toMatch(
      /does not hold okx:NO-SUCH; it holds okx:BTC-USDT, okx:ETH-USDT\. Choose/,
    )
    expect(readdirSync(folder)).toEqual([])
  })

  it('refuses a stretch in which there is nothing, and leaves nothing', () => {
    const filter = { markets: [BTC], from: epochMs(1), to: epochMs(2) }
    for (const format of ['csv', 'ndjson', 'parquet'] as const)
      expect(exported({ filter, format }).outcome()).toMatchObject({
        failure: { code: 'not-found', message: expect.stringMatching(/no trade of okx:BTC-USDT/) },
      })
    expect(readdirSync(folder)).toEqual([])
    // A program that asks for nothing gets an empty file.
    const { strict: _, ...loose } = taskOf({ filter })
    expect(unwrap(runExport(loose as ExportTask, exported({}).context, openReader)).trades).toBe(0)
  })

  it('says what is to be done about a tape that cannot be read', () => {
    const reader = (real: TapeReader) =>
      withTrades(real, function* (filter) {
        let count = 0
        for (const each of real.trades(filter)) {
          if (count > 5_000) throw new BlockError('segment 3: wrong checksum')
          count += 1
          yield each
        }
      })
    const broken = exported({}, { reader }).outcome()
    expect(broken).toMatchObject({ failure: { code: 'storage-corrupt' } })
    expect(broken.ok ? '' : broken.failure.message).toMatch(/segment 3.*verify --repair/)
    expect(readdirSync(folder)).toEqual([])
  })

  it('that is broken off leaves nothing, wherever that happens, and an older file as it was', () => {
    let looks = 0
    const counting = (): void => {
      looks += 1
    }
    unwrap(exported({}, { check: counting }).outcome())
    expect(looks).toBeGreaterThan(TRADES / 256)
    for (const at of [1, 2, Math.floor(looks / 2), looks - 1, looks]) {
      for (const name of ['x.csv', 'x.csv.manifest.json']) writeFileSync(join(folder, name), 'old')
      let left = at
      const check = (): void => {
        left -= 1
        if (left === 0) throw new Stopped('asked to end')
      }
      const { outcome, told } = exported({}, { check })
      expect(outcome, `look ${at}`).toThrow(Stopped)
      // The last look is when all is written but the manifest.
      if (at === looks) expect(told.at(-1)?.done).toBe(TRADES)
      const names = readdirSync(folder)
      expect(names).toEqual(['x.csv', 'x.csv.manifest.json'])
      expect(names.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['old', 'old'])
    }
  })

  it('leaves no file without its manifest', () => {
    const manifest = join(folder, 'no', 'such', 'folder.json')
    expect(exported({ manifest }).outcome()).toMatchObject({ ok: false })
    expect(readdirSync(folder)).toEqual([])
  })
})
