import { beforeAll, expect, it } from 'vitest'
import { databasePath } from '../../src/main/platform/data-files.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import { openStore } from '../../src/main/store/store-client.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import { createTestFolder } from '../unit/cli/test-folder.ts'
import {
  BTC,
  batchOf,
  ETH,
  gap,
  gaps,
  ListLogger,
  span,
  spans,
  T0,
  trade,
  unwrap,
} from '../unit/store/store-kit.ts'
import { jsonLines, runCli } from './cli-process.ts'

const M = 60_000
const DAY = 24 * 60
const folder = createTestFolder()
const ledger = ['ledger', '--data-dir', folder]

/** Ten days of one market: a trade a minute, a gap that was filled, one that was not, a night off. */
beforeAll(async () => {
  const path = databasePath(folder, false)
  const deps = { clock: systemClock, log: new ListLogger() }
  const store = unwrap(await openStore({ path, maxWaitingTrades: 100_000 }, deps))
  const list = Array.from({ length: 10 * DAY }, (_, i) =>
    trade({
      id: String(i),
      exchangeTime: epochMs(T0 + i * M + 5),
      origin: i === 7 ? 'backfill' : 'stream',
    }),
  ).filter((_, i) => i < 5 * DAY || i >= 6 * DAY)
  store.append(batchOf(list), [
    ...spans(span(T0, T0 + 5 * DAY * M - 1), span(T0 + 6 * DAY * M, T0 + 10 * DAY * M - 1)),
    ...gaps(
      gap(1, T0 + 7 * M, T0 + 7 * M + 9, { state: 'filled', missing: 0, recovered: 1 }),
      gap(2, T0 + 9 * M + 6, T0 + 9 * M + 9, { missing: 3, firstSeq: 11, lastSeq: 13 }),
      gap(3, T0 + 5 * DAY * M - 1, T0 + 6 * DAY * M, { cause: 'stopped', state: 'lost' }),
    ),
  ])
  store.append(
    batchOf([trade({ market: ETH })]),
    spans(span(T0, T0, { market: ETH, proof: 'none' })),
  )
  unwrap(await store.flushed())
  await store.close()
})

it('says of every minute of a real tape how complete it is, in little memory', async () => {
  const run = runCli(ledger, ['--max-old-space-size=48'])
  expect(await run.code).toBe(0)
  expect(run.err()).toBe('')
  const lines = jsonLines(run.out())
  const rows = lines.slice(0, -1)
  expect(rows.map(({ minute }) => minute)).toEqual([
    ...Array.from({ length: 10 * DAY }, (_, i) => T0 + i * M),
    T0,
  ])
  expect([rows[6], rows[7], rows[9]]).toEqual([
    {
      market: BTC,
      minute: T0 + 6 * M,
      state: 'complete',
      trades: 1,
      backfilled: 0,
      missing: 0,
      cause: null,
    },
    {
      market: BTC,
      minute: T0 + 7 * M,
      state: 'backfilled',
      trades: 1,
      backfilled: 1,
      missing: 0,
      cause: null,
    },
    {
      market: BTC,
      minute: T0 + 9 * M,
      state: 'gap',
      trades: 1,
      backfilled: 0,
      missing: 3,
      cause: 'disconnect',
      missingSeq: [11, 13],
    },
  ])
  const gapMinutes = 1 + 1 + DAY + 1
  expect(rows[5 * DAY]).toMatchObject({ state: 'gap', trades: 0, missing: null, cause: 'stopped' })
  expect(rows.at(-1)).toMatchObject({ market: ETH, state: 'unknown', trades: 1 })
  expect(lines.at(-1)).toMatchObject({
    event: 'total',
    markets: 2,
    minutes: { complete: 10 * DAY - 1 - gapMinutes, backfilled: 1, gap: gapMinutes, unknown: 1 },
  })
})

it('keeps to a market and a time, and prints the gaps', async () => {
  const at = new Date(T0 + 8 * M).toISOString()
  const some = runCli([...ledger, '--market', BTC, '--from', at, '--to', String(T0 + 10 * M)])
  expect(await some.code).toBe(0)
  expect(jsonLines(some.out()).map(({ minute, event, state }) => minute ?? event ?? state)).toEqual(
    [T0 + 8 * M, T0 + 9 * M, 'total'],
  )
  const holes = runCli([...ledger, '--gaps', '--to', String(T0 + DAY * M)])
  expect(await holes.code).toBe(0)
  expect(jsonLines(holes.out())).toMatchObject([
    { gap: 1, state: 'filled', recovered: 1 },
    { gap: 2, state: 'open', missing: 3, firstSeq: 11, lastSeq: 13 },
    { event: 'total', gaps: { open: 1, filled: 1, lost: 0 }, missing: 3, recovered: 1 },
  ])
  const wrong = runCli([...ledger, '--market', 'okx:NO-NE'])
  expect(await wrong.code).toBe(1)
  expect(wrong.err()).toContain('this tape does not hold okx:NO-NE')
})

it('ends quietly when its reader goes away', async () => {
  const run = runCli(ledger)
  run.child.stdout?.once('data', () => run.child.stdout?.destroy())
  expect(await run.code).toBe(0)
  expect(run.err()).toBe('')
})
