import { copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ImportTask } from '../../../src/main/jobs/import-task.ts'
import type { RunOptions } from '../../../src/main/jobs/running-task.ts'
import type { FileFormat } from '../../../src/main/services/export/export-format.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import { openSql } from '../../../src/main/store/sql-reader.ts'
import { openForWriting } from '../../../src/main/store/store-server.ts'
import { verifyTape } from '../../../src/main/store/verify.ts'
import { venues } from '../../../src/main/venues/index.ts'
import type { Gap } from '../../../src/shared/domain/ledger.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { createTestFolder } from '../cli/test-folder.ts'
import { inlineJobs } from './inline-jobs.ts'

const NOW = 1_780_000_000_000
const DAY = 1_735_689_600_000
const BINANCE = 'binance:BTC-USDT' as MarketId
const parent = createTestFolder()
const jobs = inlineJobs(openReader)
let folder: string
let tape: string
beforeEach(() => {
  folder = mkdtempSync(join(parent, 'import-'))
  tape = join(folder, 'tape.sqlite')
})

const task = (files: readonly string[], more: Partial<ImportTask> = {}): ImportTask => ({
  ...{ t: 'import', path: tape, files, market: BINANCE, format: 'auto', now: NOW },
  archives: venues.flatMap(({ id, archives = [] }) => [{ venue: id, layouts: archives }]),
  ...{ numbered: ['binance', 'okx'], joining: ['binance'], report: null, resume: true },
  ...more,
})

async function taken(files: readonly string[], more: Partial<ImportTask> = {}) {
  const result = await jobs.run(task(files, more))
  if (!result.ok) throw new Error(result.failure.message)
  const { taken: rows, duplicates, refused, gapsFilled, firstRefused } = result.value
  return { rows, duplicates, refused, gapsFilled, firstRefused }
}

const file = (name: string, text: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** One row of a published file: one a second. */
const published = (id: number, seconds = id): string =>
  `${id},${60_000 + (id % 9)}.5,0.25,15000.1,${DAY + seconds * 1_000},${id % 2 === 0},true`
const rows = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `${published(from + at)}\n`).join('')

function exported(format: FileFormat, path = tape, name = 'out'): string {
  const out = join(folder, `${name}.${format}`)
  const request = { t: 'export', path, filter: {}, manifest: null, now: NOW, format, out } as const
  void jobs.run(request)
  return out
}

/** What is wrong with a tape. */
function findings(path = tape): string[] {
  const [reader, sql] = [openReader(path), openSql(path)]
  if (!reader.ok || !sql.ok) return ['not opened']
  const found: string[] = []
  for (const step of verifyTape(reader.value, sql.value, NOW))
    if (step.t === 'finding') found.push(step.finding.message)
  reader.value.close()
  sql.value.close()
  return found
}

/** Minutes since DAY by their state. */
function minutes(market = BINANCE): Record<string, string> {
  const reader = openReader(tape)
  if (!reader.ok) throw new Error(reader.failure.message)
  const all = [...reader.value.ledger({ markets: [market] })].map(({ minute, state }) => [
    String((minute - DAY) / 60_000),
    state,
  ])
  reader.value.close()
  return Object.fromEntries(all)
}

describe('import', () => {
  it('takes published files, and what their numbers prove is in the ledger', async () => {
    const path = file('BTCUSDT-trades-2025-01-01.csv', rows(10, 250))
    expect(await taken([path])).toMatchObject({ rows: 240, duplicates: 0, refused: 0 })
    expect(minutes()).toEqual({
      0: 'unknown',
      1: 'backfilled',
      2: 'backfilled',
      3: 'backfilled',
      4: 'unknown',
    })
    expect(findings()).toEqual([])
    expect(await taken([path])).toMatchObject({ rows: 0, duplicates: 240 })
    expect(readdirSync(folder)).not.toContain('tape.sqlite-import')
  })

  it.each([
    ['in order', [0, 1]],
    ['in the other order', [1, 0]],
  ])('files that meet prove the minute in which they meet, %s', async (_, order) => {
    const files = [file('a.csv', rows(10, 90)), file('b.csv', rows(90, 200))]
    for (const at of order) await taken([files[at] ?? ''])
    expect(minutes()).toMatchObject({ 1: 'backfilled', 2: 'backfilled', 3: 'unknown' })
    expect(findings()).toEqual([])
  })

  it('claims nothing where a number is missing, and fills it when it comes', async () => {
    const hole = rows(10, 250).replace(`${published(100)}\n`, '')
    await taken([file('a.csv', hole)])
    expect(minutes()).toMatchObject({ 0: 'unknown', 1: 'unknown', 2: 'backfilled' })
    await taken([file('b.csv', `${published(100)}\n`)])
    expect(minutes()).toMatchObject({ 0: 'unknown', 1: 'backfilled', 2: 'backfilled' })
    expect(findings()).toEqual([])
  })

  it('claims nothing of a market without numbers', async () => {
    await taken([file('a.csv', rows(10, 250))], { numbered: [] })
    expect(minutes()).toEqual({
      0: 'unknown',
      1: 'unknown',
      2: 'unknown',
      3: 'unknown',
      4: 'unknown',
    })
    expect(findings()).toEqual([])
  })

  it('fills the gaps of the recorder that it brings', async () => {
    await taken([file('a.csv', rows(10, 60) + rows(90, 250))])
    const gap: Gap = {
      ...{ id: 1, market: BINANCE, cause: 'disconnect', state: 'lost' },
      ...{ from: epochMs(DAY + 59_000), to: epochMs(DAY + 90_000), firstSeq: 60, lastSeq: 89 },
      ...{ missing: 30, recovered: 0, openedAt: epochMs(DAY), closedAt: null, reason: 'too old' },
    }
    const store = openForWriting(tape)
    if (!store.ok) throw new Error(store.failure.message)
    const scales = { name: BINANCE, priceScale: 8, qtyScale: 8, inverse: false }
    const ledger = [{ market: scales, change: { t: 'gap', gap } as const }]
    store.value.log.append({ batches: [], partials: [], ledger })
    store.value.close()
    expect(minutes()).toMatchObject({ 0: 'gap', 1: 'gap', 2: 'backfilled' })
    expect(await taken([file('b.csv', rows(60, 89))])).toMatchObject({ gapsFilled: 0 })
    expect(minutes()).toMatchObject({ 0: 'gap', 1: 'gap' })
    expect(await taken([file('c.csv', rows(89, 90))])).toMatchObject({ gapsFilled: 1 })
    expect(minutes()).toMatchObject({ 0: 'unknown', 1: 'backfilled' })
    expect(findings()).toEqual([])
  })

  describe('trades and aggregates of the same matches', () => {
    const aggregate = (first: number, last: number): string =>
      `7,60000.5,0.5,${first},${last},${DAY + last * 1_000},true,true\n`
    const REASON = 'its matches are on the tape already, in prints that join them otherwise'

    it('aggregates of matches that are there one by one are refused', async () => {
      await taken([file('a.csv', rows(10, 20))])
      const text = [aggregate(5, 8), aggregate(9, 11), aggregate(12, 12), aggregate(18, 25)]
      const result = await taken([file('b.csv', [...text, aggregate(26, 27)].join(''))])
      expect(result).toMatchObject({ rows: 2, duplicates: 1, refused: 2 })
      expect(result.firstRefused.map(({ line, reason }) => [line, reason])).toEqual([
        [2, REASON],
        [4, REASON],
      ])
      expect(findings()).toEqual([])
    })

    it('matches that are there in an aggregate are refused', async () => {
      await taken([file('a.csv', aggregate(10, 14) + aggregate(15, 15))])
      const result = await taken([file('b.csv', rows(8, 18))])
      // 14 is known by the aggregate's own id.
      expect(result).toMatchObject({ rows: 4, duplicates: 2, refused: 4 })
      expect(result.firstRefused.map(({ line }) => line)).toEqual([3, 4, 5, 6])
      expect(findings()).toEqual([])
    })

    it('prove each other where they meet', async () => {
      await taken([file('a.csv', rows(10, 100))])
      await taken([file('b.csv', aggregate(100, 110) + aggregate(111, 200))])
      expect(minutes()).toMatchObject({ 1: 'backfilled', 2: 'complete', 3: 'unknown' })
    })
  })

  it('reads packed files, and names those that are cut off', async () => {
    const packed = gzipSync(rows(1, 5_000))
    expect(await taken([file('a.csv.gz', packed)])).toMatchObject({ rows: 4_999 })
    const cut = await jobs.run(task([file('b.csv.gz', packed.subarray(0, packed.length - 9))]))
    expect(cut).toMatchObject({ ok: false, failure: { code: 'invalid' } })
    expect(findings()).toEqual([])
  })

  it('costs a row that cannot be read only itself, and reports all of them', async () => {
    const report = join(folder, 'refused.ndjson')
    const text = rows(1, 50) + 'x\n'.repeat(30) + rows(50, 100)
    const result = await taken([file('a.csv', text)], { report })
    expect(result).toMatchObject({ rows: 99, refused: 30 })
    expect(result.firstRefused).toHaveLength(20)
    expect(result.firstRefused[0]).toEqual({
      file: join(folder, 'a.csv'),
      line: 50,
      reason: 'it has 1 columns instead of 7',
    })
    const all = readFileSync(report, 'utf8').trim().split('\n')
    expect(all.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual(
      Array.from({ length: 30 }, (_, at) => 50 + at),
    )
  })

  it('refuses while somebody records into it, and says what to do', async () => {
    const path = file('a.csv', rows(1, 3))
    const store = openForWriting(tape)
    const result = await jobs.run(task([path]))
    expect(result).toMatchObject({ ok: false, failure: { code: 'busy' } })
    expect(result.ok ? '' : result.failure.message).toContain('Stop it first')
    if (store.ok) store.value.close()
    expect(await taken([path])).toMatchObject({ rows: 2 })
  })

  it('says what is wrong with a file before anything is written', async () => {
    const zip = file('a.zip', Buffer.from('PK\u0003\u0004'))
    for (const [path, said] of [
      [join(folder, 'nothing.csv'), 'cannot be read'],
      [zip, 'unpack it first'],
      [file('b.csv', ''), 'it is empty'],
      [file('c.csv', 'a,b\n'), 'no format that is known'],
      [file('d.parquet', 'PAR1rubbish'), 'cannot be read'],
    ] as const) {
      const result = await jobs.run(task([path]))
      expect(result.ok ? '' : result.failure.message).toContain(said)
    }
    expect(readdirSync(folder)).not.toContain('tape.sqlite')
  })

  it('does not bring back what has rolled off', async () => {
    await taken([file('a.csv', rows(1, 5))])
    const store = openForWriting(tape)
    if (!store.ok) throw new Error(store.failure.message)
    store.value.db.prepare('UPDATE market SET kept_from = ?').run(DAY + 100_000)
    store.value.close()
    const result = await taken([file('b.csv', rows(90, 110))])
    expect(result).toMatchObject({ rows: 10, duplicates: 0, refused: 10 })
    expect(result.firstRefused[0]?.reason).toContain('older than what the tape keeps')
  })
})

describe('an import that is broken off', () => {
  const MANY = 60_000
  /** Breaks it off at the first progress behind so many rows. */
  async function brokenOff(path: string, at: number) {
    const cancel = new AbortController()
    const options: RunOptions = {
      signal: cancel.signal,
      onProgress: ({ done }) => {
        if (done >= at) cancel.abort()
      },
    }
    return jobs.run(task([path]), options)
  }

  it('leaves a sound tape and goes on where it was', async () => {
    const path = file('a.csv', rows(1, MANY))
    expect(await brokenOff(path, 20_000)).toMatchObject({ failure: { code: 'cancelled' } })
    expect(findings()).toEqual([])
    const result = await jobs.run(task([path]))
    expect(result).toMatchObject({
      value: { taken: MANY - 1 - 16_384, duplicates: 0, files: [{ from: 16_384 }] },
    })
    expect(findings()).toEqual([])
    const states = new Set(Object.values(minutes()))
    expect(states).toEqual(new Set(['unknown', 'backfilled']))
    expect(minutes()).toMatchObject({ 1: 'backfilled', 500: 'backfilled' })
  })

  it('begins anew when the tape was put back from an older copy, or is told to', async () => {
    const path = file('a.csv', rows(1, MANY))
    await taken([file('b.csv', rows(MANY, MANY + 2))])
    const copy = join(folder, 'copy.sqlite')
    copyFileSync(tape, copy)
    await brokenOff(path, 30_000)
    copyFileSync(copy, tape)
    expect(await jobs.run(task([path]))).toMatchObject({
      value: { taken: MANY - 1, files: [{ from: 0 }] },
    })
    await brokenOff(path, 30_000)
    expect(await jobs.run(task([path], { resume: false }))).toMatchObject({
      value: { taken: 0, duplicates: MANY - 1, files: [{ from: 0 }] },
    })
  })
})

describe('what is exported can be imported', () => {
  const odd = fc.record({
    id: fc.oneof(
      fc.integer({ min: 0, max: 3_000 }).map(String),
      fc.uuid(),
      fc.stringMatching(/^[ -~]{1,12}$/),
      fc.constantFrom('é,"x"', '00012', '9007199254740993'),
    ),
    price: fc.tuple(fc.integer({ min: 1, max: 10 ** 9 }), fc.nat(12)),
    qty: fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 24n }), fc.integer({ min: 10, max: 30 })),
    side: fc.constantFrom('buy', 'sell'),
    time: fc.integer({ min: 0, max: 200_000 }),
    micros: fc.oneof(fc.constant(null), fc.nat(999)),
    late: fc.nat(5_000),
    market: fc.constantFrom('okx:BTC-USDT', 'kraken:ETH-USD', 'binance:BTC-USDT'),
  })
  const scaled = (value: number | bigint, scale: number): string => {
    const digits = String(value).padStart(scale + 1, '0')
    const cut = digits.length - scale
    return `${digits.slice(0, cut)}.${digits.slice(cut)}`
  }
  const lineOf = (one: typeof odd extends fc.Arbitrary<infer T> ? T : never): string => {
    const [venue, symbol] = one.market.split(':')
    const ts = DAY + one.time
    const row = {
      ...{ venue, symbol, id: one.id, price: scaled(...one.price), qty: scaled(...one.qty) },
      ...{ side: one.side, ts, recvTs: ts + one.late },
      ...(one.micros === null ? {} : { tsMicros: ts * 1_000 + one.micros }),
    }
    return `${JSON.stringify(row)}\n`
  }

  it.each(['csv', 'ndjson', 'parquet'] as const)(
    '%s: the same bytes again',
    async (format) => {
      let run = 0
      await fc.assert(
        fc.asyncProperty(fc.array(odd, { minLength: 1, maxLength: 60 }), async (trades) => {
          run += 1
          const [one, other] = [join(folder, `${run}-a.sqlite`), join(folder, `${run}-b.sqlite`)]
          const source = file(`${run}.ndjson`, trades.map(lineOf).join(''))
          const first = await jobs.run(task([source], { path: one, market: null }))
          expect(first).toMatchObject({ ok: true, value: { refused: 0 } })
          const out = exported(format, one, `${run}-one`)
          await jobs.run(task([out], { path: other, market: null }))
          const again = exported(format, other, `${run}-two`)
          expect(readFileSync(again).equals(readFileSync(out))).toBe(true)
          expect([findings(one), findings(other)]).toEqual([[], []])
        }),
        { numRuns: 12 },
      )
    },
    60_000,
  )
})

describe('hostile files', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '"',
      '"""',
      ',,,,,,',
      '\u0000',
      '\u0000'.repeat(50),
      '1,2,3,4,5,6,7,8,9',
      '\uFEFF',
    ),
    fc.nat().map((size) => 'x'.repeat(size % 200_000)),
    fc.constantFrom(
      '5,1e400,1,1,1735689600000,true,true',
      '5,1,99999999999999999999,1,1735689600000,true,true',
      '5,1,1,1,-1,true,true',
      '-5,1,1,1,1735689600000,true,true',
      '5,1,1,1,1735689600000,true,true,true',
      '5,1,1,"1735689600000,true,true',
    ),
  )
  it('cost their rows only', async () => {
    let run = 0
    const bad = hostile.map((line) => line.replaceAll(/[\r\n]/g, '')).filter((line) => line !== '')
    const line = fc.oneof(bad, fc.nat(500))
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 40 }), async (lines) => {
        run += 1
        const path = join(folder, `${run}.sqlite`)
        const good = new Set(lines.filter((each) => typeof each === 'number'))
        const text = lines.map((each) => (typeof each === 'number' ? published(each) : each))
        // The first line tells the format.
        const source = file(`${run}.csv`, [published(501), ...text].join('\n'))
        expect(await taken([source], { path })).toMatchObject({
          rows: good.size + 1,
          refused: text.length - lines.filter((each) => typeof each === 'number').length,
        })
        expect(findings(path)).toEqual([])
      }),
      { numRuns: 25 },
    )
  }, 60_000)
})
