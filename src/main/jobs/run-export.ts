import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { type Outcome, ok } from '../../shared/domain/outcome.ts'
import { epochMs } from '../../shared/domain/time.ts'
import type { Trade } from '../../shared/domain/trade.ts'
import type { ExportFormat } from '../services/export/export-format.ts'
import { writeParquet } from '../services/export/export-parquet.ts'
import { exportChunks } from '../services/export/export-text.ts'
import {
  coverStretches,
  MANIFEST_VERSION,
  type Manifest,
  type ManifestMarket,
  MarketTally,
} from '../services/export/manifest.ts'
import type { TapeReader } from '../store/store.ts'
import { PartFile } from './part-file.ts'
import type { ExportTask, JobContext, TaskResults } from './task.ts'

type Result = Outcome<TaskResults['export']>

/** Writes trades to the caller or into a file, in memory that does not grow with them. */
export function runExport(
  task: ExportTask,
  context: JobContext,
  openReader: (path: string) => Outcome<TapeReader>,
): Result {
  const reader = openReader(task.path)
  if (!reader.ok) return reader
  try {
    const seen = task.manifest === null ? null : new Written()
    const trades = watched(reader.value.trades(task.filter), context, seen)
    const result =
      task.out === null
        ? toCaller(trades, task.format, context, seen)
        : toFile(trades, task.format, task.out, context, seen)
    if (!result.ok || seen === null || task.manifest === null || seen.brokenOff) return result
    const said = writeManifest(task.manifest, manifestOf(task, seen, reader.value))
    return said.ok ? result : said
  } finally {
    reader.value.close()
  }
}

/** What goes out, for the manifest. */
class Written {
  readonly tally = new MarketTally()
  readonly hash = createHash('sha256')
  bytes = 0
  /** Whoever read it went away before the end. */
  brokenOff = false

  take(bytes: Uint8Array): void {
    this.hash.update(bytes)
    this.bytes += bytes.length
  }
}

/** Trades between two looks at whether to go on: far less than a page of the reader. */
const LOOK_EVERY = 256

function* watched(
  trades: Iterable<Trade>,
  context: JobContext,
  seen: Written | null,
): Generator<Trade> {
  let count = 0
  context.check()
  for (const trade of trades) {
    if (count % LOOK_EVERY === 0) context.check()
    count += 1
    seen?.tally.add(trade.market, trade.id, trade.exchangeTime)
    yield trade
  }
}

function toCaller(
  trades: Iterable<Trade>,
  format: ExportFormat,
  context: JobContext,
  seen: Written | null,
): Result {
  let count = 0
  for (const chunk of exportChunks(trades, format)) {
    seen?.take(Buffer.from(chunk.text))
    if (!context.write(chunk.text)) {
      if (seen !== null) seen.brokenOff = true
      break
    }
    count += chunk.trades
    context.progress('export', count)
  }
  return ok({ trades: count })
}

function toFile(
  trades: Iterable<Trade>,
  format: ExportFormat | 'parquet',
  out: string,
  context: JobContext,
  seen: Written | null,
): Result {
  const file = PartFile.open(out)
  if (!file.ok) return file
  return file.value.fill((put) => {
    const write = (bytes: Uint8Array): void => {
      seen?.take(bytes)
      put(bytes)
    }
    const count =
      format === 'parquet'
        ? writeParquet(trades, write, (done) => context.progress('export', done))
        : writeText(trades, format, write, context)
    return ok({ trades: count })
  })
}

function writeText(
  trades: Iterable<Trade>,
  format: ExportFormat,
  write: (bytes: Uint8Array) => void,
  context: JobContext,
): number {
  let count = 0
  for (const chunk of exportChunks(trades, format)) {
    write(Buffer.from(chunk.text))
    count += chunk.trades
    context.progress('export', count)
  }
  return count
}

function manifestOf(task: ExportTask, seen: Written, reader: TapeReader): Manifest {
  const inverse = new Set(reader.inverse())
  const markets = seen.tally.all().map(({ market, trades, first, last }): ManifestMarket => {
    const stretch = {
      markets: [market],
      from: epochMs(Math.floor(first.time / MINUTE) * MINUTE),
      to: epochMs(last.time + 1),
    }
    const gaps = reader.gaps(stretch).map(({ market: _, ...gap }) => gap)
    return {
      market,
      quantity: inverse.has(market) ? 'quote' : 'base',
      ...{ trades, first, last },
      ledger: { ...coverStretches(reader.ledger(stretch)), gaps },
    }
  })
  return {
    tapedeck: 'export',
    version: MANIFEST_VERSION,
    format: task.format,
    file: task.out === null ? null : basename(task.out),
    bytes: seen.bytes,
    sha256: seen.hash.digest('hex'),
    exportedAt: task.now,
    asked: { from: task.filter.from ?? null, to: task.filter.to ?? null },
    trades: markets.reduce((sum, { trades }) => sum + trades, 0),
    markets,
  }
}

const MINUTE = 60_000

function writeManifest(path: string, manifest: Manifest): Outcome<null> {
  const file = PartFile.open(path)
  if (!file.ok) return file
  return file.value.fill((write) => {
    write(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`))
    return ok(null)
  })
}
