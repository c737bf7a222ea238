import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from './harness/child.ts'
import { median, type Row, ratio, rounded } from './harness/figures.ts'
import { inFolder } from './harness/folder.ts'
import { type BenchOptions, readOptions, wants } from './harness/options.ts'
import { report } from './harness/report.ts'
import type { Appended } from './store/append.ts'
import { NO_WRITER, parquetBytes } from './tape/parquet.ts'
import { type Ids, type PlainTrade, plainTrades } from './tape/plain.ts'
import { capturedTrades, tapeTrades } from './tape/recorded.ts'
import { appendAll, flushes, openTape } from './tape/store.ts'

// What storing costs and how large a tape is, beside a table with a row a trade written in the same
// transactions, and beside Parquet with zstd of the same trades. Parts: digits, uuid (what the ids
// are), recorded.
const TRADES = 1_000_000
const DEADLINE_MS = 300_000
const MOST_RECORDED = 2_000_000
const LEAST_RECORDED = 10_000

const APPEND = new URL('./store/append.ts', import.meta.url)

async function append(how: 'tapedeck' | 'rows', trades: number, ids: Ids): Promise<Appended> {
  return inFolder(async (folder) => {
    const args = [how, join(folder, 'tape.sqlite'), String(trades), ids]
    const child = new Child(APPEND, { args, deadlineMs: DEADLINE_MS })
    const appended = await child.event<Appended>('appended')
    await child.stop()
    return appended
  })
}

async function idsPart(ids: Ids, trades: number, rounds: number) {
  const runs: Record<'tapedeck' | 'rows', Appended[]> = { tapedeck: [], rows: [] }
  for (let round = 0; round < rounds; round += 1)
    for (const how of ['tapedeck', 'rows'] as const) {
      const one = await append(how, trades, ids)
      runs[how].push(one)
      console.error(
        `  ${ids} ${how}, round ${round + 1} of ${rounds}: ${one.cpuMicros.toFixed(2)} µs, ${one.bytesPerTrade.toFixed(2)} B a trade`,
      )
    }
  const of = (how: 'tapedeck' | 'rows', key: keyof Appended) => runs[how].map((run) => run[key])
  const bytes = median(of('tapedeck', 'bytesPerTrade'))
  const parquet = await parquetBytes([...plainTrades(trades, ids)])
  const less = { better: 'less' } as const
  const named = ids === 'digits' ? 'counted ids' : 'UUIDs'
  const rows: Row[] = [
    {
      ...less,
      name: `bytes.${ids}`,
      what: `generated tape, ${named}: size per trade, closed`,
      unit: 'B',
      target: ids === 'digits' ? 6 : null,
      measured: bytes,
    },
    {
      ...less,
      name: `bytes-rows.${ids}`,
      what: `generated tape, ${named}: size / plain rows`,
      unit: 'x',
      target: null,
      measured: ratio(of('tapedeck', 'bytesPerTrade'), of('rows', 'bytesPerTrade')),
    },
    parquetRow(`parquet.${ids}`, `generated tape, ${named}`, bytes, parquet, {
      trades,
      target: null,
    }),
    {
      ...less,
      name: `append.${ids}`,
      what: `append, ${named}: CPU / plain rows`,
      unit: 'x',
      target: null,
      measured: ratio(of('tapedeck', 'cpuMicros'), of('rows', 'cpuMicros')),
    },
    {
      ...less,
      name: `append-closed.${ids}`,
      what: `append and close, ${named}: CPU / plain rows`,
      unit: 'x',
      target: null,
      measured: ratio(of('tapedeck', 'cpuMicrosClosed'), of('rows', 'cpuMicrosClosed')),
    },
  ]
  const figures = (how: 'tapedeck' | 'rows') => ({
    cpuMicrosPerTrade: rounded(median(of(how, 'cpuMicros'))),
    bytesPerTrade: rounded(median(of(how, 'bytesPerTrade'))),
  })
  const absolute = {
    [`${ids} tapedeck`]: figures('tapedeck'),
    [`${ids} rows`]: figures('rows'),
    ...(parquet !== null && { [`${ids} parquet`]: { bytesPerTrade: rounded(parquet / trades) } }),
  }
  return { rows, absolute }
}

/**
 * Trades that a venue really sent: those of the capture, or of a tape that is named. Under some number
 * of trades a file's pages hide what one costs, and no figure is better than that one.
 */
async function recordedPart(tape: string | null) {
  const trades = tape === null ? capturedTrades() : tapeTrades(tape, MOST_RECORDED)
  const [empty, full] = await inFolder(async (folder) => [
    await sizeOf(join(folder, 'empty.sqlite'), []),
    await sizeOf(join(folder, 'full.sqlite'), trades),
  ])
  const bytes = ((full ?? 0) - (empty ?? 0)) / trades.length
  const parquet = await parquetBytes(trades)
  const few = trades.length < LEAST_RECORDED
  const why = `${trades.length} recorded trades are too few to say; --tape FILE measures a tape of yours`
  const doubt = (row: Row): Row => (few ? { ...row, measured: null, why } : row)
  const rows: Row[] = [
    {
      name: 'bytes.recorded',
      what: 'recorded trades: size per trade beyond the empty file',
      unit: 'B',
      better: 'less',
      target: null,
      measured: bytes,
    },
    parquetRow('parquet.recorded', 'recorded trades', bytes, parquet, {
      trades: trades.length,
      target: 1,
    }),
  ]
  const sizes = { trades: trades.length, emptyBytes: empty, tapeBytes: full, parquetBytes: parquet }
  return { rows: rows.map(doubt), absolute: { recorded: sizes } }
}

async function sizeOf(path: string, trades: readonly PlainTrade[]): Promise<number> {
  const store = await openTape(path, 'digits')
  await appendAll(store, flushes(trades))
  await store.close()
  return statSync(path).size
}

const parquetRow = (
  name: string,
  what: string,
  bytes: number,
  parquet: number | null,
  { trades, target }: { readonly trades: number; readonly target: number | null },
): Row => ({
  name,
  what: `${what}: size / Parquet with zstd`,
  unit: 'x',
  better: 'less',
  target,
  measured: parquet === null ? null : (bytes * trades) / parquet,
  ...(parquet === null && { why: NO_WRITER }),
})

async function main(options: BenchOptions): Promise<void> {
  const trades = Math.round(options.trades ?? TRADES)
  const parts = []
  for (const ids of ['digits', 'uuid'] as const)
    if (wants(options, ids)) parts.push(await idsPart(ids, trades, options.rounds))
  if (wants(options, 'recorded')) parts.push(await recordedPart(options.tape))
  report(
    {
      bench: 'store',
      trades,
      rounds: options.rounds,
      rows: parts.flatMap(({ rows }) => rows),
      absolute: Object.assign({}, ...parts.map(({ absolute }) => absolute)),
    },
    options,
  )
}

await main(readOptions(3))
