import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { beforeEach, describe, expect, it } from 'vitest'
import { commands } from '../../../src/main/cli/commands.ts'
import { streamSink } from '../../../src/main/cli/sinks.ts'
import { databasePath } from '../../../src/main/platform/data-files.ts'
import type { TapeReader, TradeFilter } from '../../../src/main/store/store.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { ok } from '../../../src/shared/domain/outcome.ts'
import { type EpochMs, epochMs } from '../../../src/shared/domain/time.ts'
import type { Trade } from '../../../src/shared/domain/trade.ts'
import { inlineJobs } from '../jobs/inline-jobs.ts'
import { createTestConsole, createTestRooms, runLine } from './test-console.ts'
import { createTestFolder } from './test-folder.ts'

const MARKET = 'okx:BTC-USDT' as MarketId
const trade = (id: number): Trade => ({
  market: MARKET,
  id: String(id),
  price: '1.5',
  qty: '2',
  side: 'buy',
  exchangeTime: epochMs(1_700_000_000_000 + id),
  receiveTime: epochMs(1_700_000_000_100 + id),
  matches: 1,
  origin: 'stream',
})

const parent = createTestFolder()
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(parent, 'tape-'))
  writeFileSync(databasePath(folder, false), '')
})

/** A tape of `count` trades; `onTrade` is called before each is given out. */
function tape(
  count: number,
  onTrade: (id: number) => void = () => {},
  keptFrom: EpochMs | null = null,
) {
  const seen: { filter?: TradeFilter; closed: boolean } = { closed: false }
  const reader: TapeReader = {
    *trades(filter) {
      seen.filter = filter
      for (let id = 0; id < count; id += 1) {
        onTrade(id)
        yield trade(id)
      }
    },
    batches: () => [].values(),
    candlesBetween: () => [],
    bars: () => ({ resolution: '1m' as const, candles: [], cover: [] }),
    around: () => [],
    inverse: () => [],
    scales: () => [],
    markets: () => [MARKET],
    stats: () => [
      {
        market: MARKET,
        trades: count,
        first: epochMs(5),
        last: epochMs(9),
        bytes: 3,
        bytesPerDay: 7,
        keptFrom,
      },
    ],
    kept: () => (keptFrom === null ? [] : [{ market: MARKET, keptFrom }]),
    growth: () => ({ bytesPerDay: 11, measuredMs: 3_600_000 }),
    ledger: () => [].values(),
    gaps: () => [],
    alerts: () => [],
    integrity: () => [],
    verify: () => [].values(),
    close: () => {
      seen.closed = true
    },
  }
  const openReader = () => ok(reader)
  const rooms = createTestRooms({
    openReader: async () => openReader,
    startJobs: async () => () => inlineJobs(openReader),
  })
  return { seen, rooms }
}

describe('export', () => {
  it('writes every row to stdout and closes the tape', async () => {
    const test = createTestConsole()
    const { seen, rooms } = tape(2_000)
    const line = `export --data-dir ${folder} --format ndjson`
    expect(await runLine(commands, line, test, rooms)).toBe(0)
    expect(test.lines().map(({ id }) => Number(id))).toEqual([...Array(2_000).keys()])
    expect(test.err()).toBe('')
    expect(seen).toEqual({ filter: {}, closed: true })
  })

  it('hands the filter on', async () => {
    const { seen, rooms } = tape(1)
    const line =
      `export --data-dir ${folder} --format csv --market okx:btc-usdt --market okx:BTC-USDT` +
      ' --from 2023-11-14T22:13:20Z --to 1700000001000'
    expect(await runLine(commands, line, createTestConsole(), rooms)).toBe(0)
    expect(seen.filter).toEqual({
      markets: [MARKET],
      from: 1_700_000_000_000,
      to: 1_700_000_001_000,
    })
  })

  it('says from when on trades are kept, where older ones are asked for', async () => {
    const line = `export --data-dir ${folder} --format csv`
    const said = async (more: string): Promise<string> => {
      const test = createTestConsole()
      const { rooms } = tape(1, () => {}, epochMs(1_700_000_000_000))
      expect(await runLine(commands, `${line} ${more}`, test, rooms)).toBe(0)
      return test.err()
    }
    const kept =
      'tapedeck export: okx:BTC-USDT: trades are kept from 2023-11-14T22:13:20.000Z on, ' +
      'older ones have rolled off\n'
    expect(await said('')).toBe(kept)
    expect(await said('--from 1699999999999')).toBe(kept)
    expect(await said('--from 1700000000000')).toBe('')
  })

  it('does not pass a misspelled market for an empty one', async () => {
    const test = createTestConsole()
    const line = `export --data-dir ${folder} --format csv --market okx:BTC-USDC`
    expect(await runLine(commands, line, test, tape(1).rooms)).toBe(1)
    expect(test.err()).toBe(
      'tapedeck export: this tape does not hold okx:BTC-USDC; it holds okx:BTC-USDT\n',
    )
    expect(test.out()).toBe('')
  })

  it('says so when there is no tape', async () => {
    const test = createTestConsole()
    const line = `export --data-dir ${folder} --demo --format csv`
    expect(await runLine(commands, line, test, tape(1).rooms)).toBe(1)
    expect(test.err()).toContain('demo.sqlite does not exist')
  })

  it('lets a file appear only when it is whole', async () => {
    const out = join(folder, 'x.csv')
    const test = createTestConsole()
    const { rooms } = tape(3_000, () => expect(existsSync(out)).toBe(false))
    const line = `export --data-dir ${folder} --format csv --out ${out}`
    expect(await runLine(commands, line, test, rooms)).toBe(0)
    expect(readFileSync(out, 'utf8').split('\n')).toHaveLength(3_002)
    expect(existsSync(`${out}.part`)).toBe(false)
    expect(test.lines()).toEqual([{ event: 'exported', trades: 3_000, file: out }])
  })

  it('leaves no half file at a signal, and an older file as it was', async () => {
    const out = join(folder, 'x.ndjson')
    writeFileSync(out, 'older')
    const test = createTestConsole()
    const { seen, rooms } = tape(1_000_000, (id) => id === 2_000 && test.signal('SIGINT'))
    const line = `export --data-dir ${folder} --format ndjson --out ${out}`
    expect(await runLine(commands, line, test, rooms)).toBe(130)
    expect(readFileSync(out, 'utf8')).toBe('older')
    expect(readdirSync(folder).sort()).toEqual(['tape.sqlite', 'x.ndjson'])
    expect(seen.closed).toBe(true)
  })

  it('leaves no half file when the tape breaks off', async () => {
    const out = join(folder, 'x.ndjson')
    const test = createTestConsole()
    const { rooms } = tape(5_000, (id) => {
      if (id === 4_000) throw new Error('the disk is gone')
    })
    const line = `export --data-dir ${folder} --format ndjson --out ${out}`
    expect(await runLine(commands, line, test, rooms)).toBe(1)
    expect(test.err()).toContain('the disk is gone')
    expect(readdirSync(folder)).toEqual(['tape.sqlite'])
  })

  it('says so when the file cannot be written', async () => {
    for (const out of [folder, join(folder, 'no', 'x')]) {
      const test = createTestConsole()
      const line = `export --data-dir ${folder} --format ndjson --out ${out}`
      expect(await runLine(commands, line, test, tape(1).rooms)).toBe(1)
      expect(test.err()).toMatch(/is a folder|cannot write/)
    }
  })
})

describe('export to Parquet', () => {
  it('writes a file, and wants to be told which', async () => {
    const out = join(folder, 'x.parquet')
    const test = createTestConsole()
    const { rooms } = tape(1_500)
    const line = `export --data-dir ${folder} --format parquet`
    expect(await runLine(commands, line, test, rooms)).toBe(2)
    expect(test.err()).toBe('tapedeck export: --format parquet needs --out FILE\n')
    expect(await runLine(commands, `${line} --out ${out}`, test, rooms)).toBe(0)
    expect(test.lines()).toEqual([{ event: 'exported', trades: 1_500, file: out }])
    const file = readFileSync(out)
    expect([file.toString('latin1', 0, 4), file.toString('latin1', file.length - 4)]).toEqual([
      'PAR1',
      'PAR1',
    ])
  })

  it('leaves nothing at a signal in the middle of a row group', async () => {
    const test = createTestConsole()
    const { rooms } = tape(1_000_000, (id) => id === 2_000 && test.signal('SIGTERM'))
    const line = `export --data-dir ${folder} --format parquet --out ${join(folder, 'x.parquet')}`
    expect(await runLine(commands, line, test, rooms)).toBe(143)
    expect(readdirSync(folder)).toEqual(['tape.sqlite'])
  })
})

it.skipIf(process.platform !== 'linux')('leaves nothing when the disk is full', async () => {
  const out = join(folder, 'x.csv')
  for (const format of ['csv', 'parquet']) {
    const test = createTestConsole()
    symlinkSync('/dev/full', `${out}.part`)
    const line = `export --data-dir ${folder} --format ${format} --out ${out}`
    expect(await runLine(commands, line, test, tape(5_000).rooms)).toBe(1)
    expect(test.err()).toMatch(/cannot write .*x\.csv\.part: ENOSPC/)
    expect(readdirSync(folder)).toEqual(['tape.sqlite'])
  }
})

describe('standard output', () => {
  it('waits while the reader is busy', async () => {
    let release: () => void = () => {}
    const slow = new Writable({
      highWaterMark: 4,
      write: (_chunk, _encoding, done) => {
        release = done
      },
    })
    const sink = streamSink(slow)
    let written = false
    const writing = sink.write('longer than four').then((more) => {
      written = true
      return more
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(written).toBe(false)
    release()
    expect(await writing).toBe(true)
  })

  it.each(['at once', 'later'])('takes a reader that went away %s for the end', async (when) => {
    const gone = Object.assign(new Error('gone'), { code: 'EPIPE' })
    const pipe = new Writable({
      highWaterMark: when === 'later' ? 1 : 1_000,
      write: (_chunk, _encoding, done) =>
        when === 'later' ? setImmediate(() => done(gone)) : done(gone),
    })
    const sink = streamSink(pipe)
    expect(await sink.write('row\n')).toBe(false)
    expect(await sink.write('row\n')).toBe(false)
    await sink.finish()
  })

  it('does not take any other error for the end', async () => {
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' })
    const sink = streamSink(new Writable({ write: (_chunk, _encoding, done) => done(full) }))
    await expect(sink.write('row\n')).rejects.toThrow('full')
  })
})

describe('stats', () => {
  it('prints a line per market and the total', async () => {
    const test = createTestConsole()
    expect(await runLine(commands, `stats --data-dir ${folder}`, test, tape(4).rooms)).toBe(0)
    expect(test.lines()).toEqual([
      {
        market: MARKET,
        trades: 4,
        first: 5,
        last: 9,
        bytes: 3,
        bytesPerDay: 7,
        keptFrom: null,
      },
      {
        event: 'total',
        markets: 1,
        trades: 4,
        first: 5,
        last: 9,
        bytes: 0,
        bytesPerDay: 11,
        measuredMs: 3_600_000,
      },
    ])
  })
})
