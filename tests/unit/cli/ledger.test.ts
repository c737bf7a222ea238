import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { commands } from '../../../src/main/cli/commands.ts'
import { databasePath } from '../../../src/main/platform/data-files.ts'
import type { TapeReader, TradeFilter } from '../../../src/main/store/store.ts'
import type { Gap, LedgerMinute } from '../../../src/shared/domain/ledger.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { ok } from '../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { createTestConsole, createTestRooms, runLine } from './test-console.ts'
import { createTestFolder } from './test-folder.ts'

const MARKET = 'okx:BTC-USDT' as MarketId
const M = 60_000
const row = (minute: number, fields: Partial<LedgerMinute> = {}): LedgerMinute => ({
  market: MARKET,
  minute: epochMs(minute * M),
  state: 'complete',
  trades: 5,
  backfilled: 0,
  missing: 0,
  cause: null,
  ...fields,
})
const gap = (id: number, fields: Partial<Gap> = {}): Gap => ({
  id,
  market: MARKET,
  cause: 'stall',
  state: 'lost',
  from: epochMs(100),
  to: epochMs(200),
  firstSeq: 5,
  lastSeq: 6,
  missing: 2,
  recovered: 1,
  openedAt: epochMs(300),
  closedAt: epochMs(400),
  ...fields,
})

const parent = createTestFolder()
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(parent, 'tape-'))
  writeFileSync(databasePath(folder, false), '')
})

function tape(rows: Iterable<LedgerMinute>, gaps: readonly Gap[] = [], markets = [MARKET]) {
  const seen: { filter?: TradeFilter; closed: boolean } = { closed: false }
  const reader: TapeReader = {
    trades: () => [].values(),
    batches: () => [].values(),
    candlesBetween: () => [],
    bars: () => ({ resolution: '1m' as const, candles: [], cover: [] }),
    around: () => [],
    inverse: () => [],
    scales: () => [],
    markets: () => markets,
    stats: () => [],
    *ledger(filter) {
      seen.filter = filter
      yield* rows
    },
    gaps: (filter) => {
      seen.filter = filter
      return gaps
    },
    kept: () => [],
    growth: () => ({ bytesPerDay: null, measuredMs: 0 }),
    alerts: () => [],
    integrity: () => [],
    verify: () => [].values(),
    close: () => {
      seen.closed = true
    },
  }
  return { seen, rooms: createTestRooms({ openReader: async () => () => ok(reader) }) }
}

describe('ledger', () => {
  it('prints a line per minute and sums them up by state', async () => {
    const test = createTestConsole()
    const { seen, rooms } = tape([
      row(1),
      row(2, { state: 'backfilled', backfilled: 3 }),
      row(3, { state: 'gap', missing: 2, missingSeq: [8, 9], cause: 'stall' }),
      row(4, { state: 'gap', missing: null, cause: 'stopped' }),
      row(5, { market: 'okx:ETH-USDT' as MarketId, state: 'unknown' }),
      row(6),
    ])
    expect(await runLine(commands, `ledger --data-dir ${folder}`, test, rooms)).toBe(0)
    const lines = test.out().split('\n')
    expect(lines[0]).toBe(
      `{"market":"${MARKET}","minute":60000,"state":"complete","trades":5,"backfilled":0,"missing":0,"cause":null}`,
    )
    expect(lines[2]).toBe(
      `{"market":"${MARKET}","minute":180000,"state":"gap","trades":5,"backfilled":0,"missing":2,"cause":"stall","missingSeq":[8,9]}`,
    )
    expect(test.lines()[3]).toMatchObject({ missing: null, cause: 'stopped' })
    expect(test.lines().at(-1)).toEqual({
      event: 'total',
      markets: 2,
      minutes: { complete: 2, backfilled: 1, gap: 2, unknown: 1 },
      coverage: 0.5,
    })
    expect(seen.closed).toBe(true)
  })

  it('hands the filter on and leaves the minute under way out', async () => {
    const { seen, rooms } = tape([])
    const line = `ledger --data-dir ${folder} --market okx:btc-usdt --from 1700000000000 --to `
    const test = createTestConsole()
    expect(await runLine(commands, `${line}1700000060000`, test, rooms)).toBe(0)
    const now = test.console.clock.now()
    const over = Math.floor(now / M) * M
    expect(seen.filter).toEqual({
      markets: [MARKET],
      from: 1_700_000_000_000,
      to: Math.min(1_700_000_060_000, over),
    })
    expect(await runLine(commands, `${line}9700000060000`, createTestConsole(), rooms)).toBe(0)
    expect(seen.filter?.to).toBe(over)
    expect(await runLine(commands, `${line}9700000060000 --gaps`, test, rooms)).toBe(0)
    expect(seen.filter?.to).toBe(9_700_000_060_000)
  })

  it('never rounds a hole away', async () => {
    const test = createTestConsole()
    const complete = row(1)
    function* rows(): Generator<LedgerMinute> {
      yield row(0, { state: 'gap', missing: 1, cause: 'disk' })
      for (let i = 0; i < 7_000; i += 1) yield complete
    }
    const { rooms } = tape(rows())
    expect(await runLine(commands, `ledger --data-dir ${folder}`, test, rooms)).toBe(0)
    expect(test.lines()).toHaveLength(7_002)
    // 7000 of 7001 is 0.99985716…
    expect(test.lines().at(-1)).toMatchObject({ coverage: 0.999857 })
  })

  it('has no coverage without minutes', async () => {
    const test = createTestConsole()
    const { rooms } = tape([], [], [])
    expect(await runLine(commands, `ledger --data-dir ${folder}`, test, rooms)).toBe(0)
    expect(test.lines()).toEqual([
      {
        event: 'total',
        markets: 0,
        minutes: { complete: 0, backfilled: 0, gap: 0, unknown: 0 },
        coverage: null,
      },
    ])
  })

  it('prints the gaps on demand', async () => {
    const test = createTestConsole()
    const { rooms } = tape(
      [],
      [gap(1), gap(2, { state: 'open', missing: null, reason: 'too long ago', closedAt: null })],
    )
    expect(await runLine(commands, `ledger --data-dir ${folder} --gaps`, test, rooms)).toBe(0)
    expect(test.out().split('\n')[0]).toBe(
      `{"gap":1,"market":"${MARKET}","cause":"stall","state":"lost","from":100,"to":200,` +
        '"firstSeq":5,"lastSeq":6,"missing":2,"recovered":1,"openedAt":300,"closedAt":400,"reason":null}',
    )
    expect(test.lines()[1]).toMatchObject({ gap: 2, reason: 'too long ago', closedAt: null })
    expect(test.lines()[2]).toEqual({
      event: 'total',
      gaps: { open: 1, filling: 0, filled: 0, lost: 1, cancelled: 0 },
      missing: 2,
      uncounted: 1,
      recovered: 2,
    })
  })

  it.each([
    ['--market okx:BTC-USDC', 1, `this tape does not hold okx:BTC-USDC; it holds ${MARKET}`],
    ['--market nonsense', 2, '--market nonsense'],
    ['--from yesterday', 2, '--from yesterday is no time'],
    ['--from 2023-11-14 --to 2023-11-14', 2, '--from must be before --to'],
    ['--demo', 1, 'there is no tape yet'],
    ['--gaps=yes', 2, '--gaps takes no value'],
  ])('answers %s with one line', async (words, code, message) => {
    const test = createTestConsole()
    const line = `ledger --data-dir ${folder} ${words}`
    expect(await runLine(commands, line, test, tape([]).rooms)).toBe(code)
    expect(test.err()).toContain(`tapedeck ledger: ${message}`)
    expect(test.err().trim().split('\n')).toHaveLength(1)
    expect(test.out()).toBe('')
  })

  it('says so when the tape breaks off, and when it is broken off', async () => {
    const test = createTestConsole()
    function* broken(): Generator<LedgerMinute> {
      yield row(1)
      throw new Error('the disk is gone')
    }
    const line = `ledger --data-dir ${folder}`
    expect(await runLine(commands, line, test, tape(broken()).rooms)).toBe(1)
    expect(test.err()).toContain('the disk is gone')
    const stopped = createTestConsole()
    function* endless(): Generator<LedgerMinute> {
      for (let minute = 0; ; minute += 1) {
        if (minute === 2_500) stopped.signal('SIGTERM')
        yield row(minute)
      }
    }
    const { seen, rooms } = tape(endless())
    expect(await runLine(commands, line, stopped, rooms)).toBe(143)
    expect(stopped.lines()).toHaveLength(3_000)
    expect(seen.closed).toBe(true)
  })
})
