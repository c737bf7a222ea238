import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
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
import { BlockError } from '../store/block-error.ts'
import type { TapeReader, TradeFilter } from '../store/store.ts'
import { PartFile } from './part-file.ts'
import type { ExportTask, JobContext, TaskResults } from './task.ts'

type Result = Outcome<TaskResults['export']>

/**
 * Writes trades to the caller or into a file, in memory that does not grow with them. Fails as the disk
 * says, with `storage-corrupt` where the tape cannot be read; when `strict`, with `unknown-market` and
 * `not-found`.
 */
export function runExport(
  task: ExportTask,
  context: JobContext,
  openReader: (path: string) => Outcome<TapeReader>,
): Result {
  const reader = openReader(task.path)
  if (!reader.ok) return reader
  try {
    const missing = task.strict === true ? missingMarket(task.filter, reader.value) : null
    if (missing !== null) return fail('unknown-market', missing)
    const way = new Way(task.filter, context, task.manifest === null ? null : new Written())
    return task.out === null
      ? toCaller(task, way, reader.value)
      : toFile(task, task.out, way, reader.value)
  } catch (error) {
    if (!(error instanceof BlockError)) throw error
    return fail(
      'storage-corrupt',
      `The tape cannot be read there: ${error.message}. \`tapedeck verify --repair\` puts aside what is damaged; then export again.`,
    )
  } finally {
    reader.value.close()
  }
}

function missingMarket({ markets }: TradeFilter, reader: TapeReader): string | null {
  const held = reader.markets()
  const missing = markets?.find((market) => !held.includes(market))
  if (missing === undefined) return null
  const what = held.length === 0 ? 'nothing yet' : held.slice(0, 8).join(', ')
  return `This tape does not hold ${missing}; it holds ${what}${held.length > 8 ? ', …' : ''}. Choose one that was recorded.`
}

/** What went out, for the manifest. */
class Written {
  readonly tally = new MarketTally()
  readonly hash = createHash('sha256')
  bytes = 0

  take(bytes: Uint8Array): void {
    this.hash.update(bytes)
    this.bytes += bytes.length
  }
}

/** Trades between two looks at whether to go on: far less than a page of the reader. */
const LOOK_EVERY = 256

/** How far it is, and what went by. */
class Way {
  readonly seen: Written | null
  readonly #context: JobContext
  readonly #from: number | undefined
  readonly #to: number | undefined
  #at = 0

  constructor({ from, to }: TradeFilter, context: JobContext, seen: Written | null) {
    this.#from = from
    this.#to = to
    this.#context = context
    this.seen = seen
  }

  /** Hands the trades on, and looks now and then whether it is to end. */
  *along(trades: Iterable<Trade>): Generator<Trade> {
    let count = 0
    this.#context.check()
    for (const trade of trades) {
      if (count % LOOK_EVERY === 0) this.#context.check()
      count += 1
      this.#at = trade.exchangeTime
      this.seen?.tally.add(trade.market, trade.id, trade.exchangeTime)
      yield trade
    }
  }

  told(trades: number): void {
    const bytes = this.seen?.bytes ?? 0
    const [from, to] = [this.#from, this.#to]
    const known = from !== undefined && to !== undefined
    const share = known ? Math.min(1, Math.max(0, (this.#at - from) / (to - from))) : undefined
    this.#context.progress('export', trades, { bytes, ...(share !== undefined && { share }) })
  }

  write = (text: string): boolean => this.#context.write(text)
  check = (): void => this.#context.check()
}

function toCaller(task: ExportTask & { readonly out: null }, way: Way, reader: TapeReader): Result {
  let count = 0
  for (const { text, trades } of exportChunks(way.along(reader.trades(task.filter)), task.format)) {
    way.seen?.take(Buffer.from(text))
    // Nobody reads it: what a manifest would say was never there.
    if (!way.write(text)) return ok({ trades: count, manifest: null })
    count += trades
    way.told(count)
  }
  if (way.seen === null || task.manifest === null) return ok({ trades: count, manifest: null })
  const manifest = manifestOf(task, way.seen, reader, way.check)
  return filled(task.manifest, (put) => {
    put(textOf(manifest))
    return ok({ trades: count, manifest })
  })
}

/** The manifest gets its name after the file did, and neither when anything goes wrong before. */
function toFile(task: ExportTask, out: string, way: Way, reader: TapeReader): Result {
  if (task.manifest === null) return filled(out, (put) => fill(task, way, reader, put, null))
  return filled(task.manifest, (note) =>
    filled(out, (put) => fill(task, way, reader, put, (said) => note(textOf(said)))),
  )
}

type Put = (bytes: Uint8Array) => void

function filled<T>(path: string, fillIt: (put: Put) => Outcome<T>): Outcome<T> {
  const file = PartFile.open(path)
  return file.ok ? file.value.fill(fillIt) : file
}

function fill(
  task: ExportTask,
  way: Way,
  reader: TapeReader,
  put: Put,
  note: ((manifest: Manifest) => void) | null,
): Result {
  const write = (bytes: Uint8Array): void => {
    way.seen?.take(bytes)
    put(bytes)
  }
  const all = way.along(reader.trades(task.filter))
  const trades =
    task.format === 'parquet'
      ? writeParquet(all, write, (done) => way.told(done))
      : writeText(all, task.format, write, way)
  if (trades === 0 && task.strict === true) return fail('not-found', nothingThere(task, reader))
  const manifest = way.seen === null ? null : manifestOf(task, way.seen, reader, way.check)
  if (manifest !== null) note?.(manifest)
  return ok({ trades, manifest })
}

function writeText(trades: Iterable<Trade>, format: ExportFormat, write: Put, way: Way): number {
  let count = 0
  for (const chunk of exportChunks(trades, format)) {
    write(Buffer.from(chunk.text))
    count += chunk.trades
    way.told(count)
  }
  return count
}

function nothingThere({ filter: { markets = [] } }: ExportTask, reader: TapeReader): string {
  const rolledOff = reader
    .kept()
    .filter(({ market }) => markets.includes(market))
    .map(({ market, keptFrom }) => `${market} from ${new Date(keptFrom).toISOString()} on`)
  const kept = rolledOff.length === 0 ? '' : ` Trades are kept of ${rolledOff.join(', of ')}.`
  return `The tape holds no trade of ${markets.join(', ')} in this stretch.${kept} Choose a stretch in which something was recorded.`
}

function manifestOf(
  task: ExportTask,
  seen: Written,
  reader: TapeReader,
  check: () => void,
): Manifest {
  const inverse = new Set(reader.inverse())
  const markets = seen.tally.all().map(({ market, trades, first, last }): ManifestMarket => {
    check()
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
      ledger: { ...coverStretches(looking(reader.ledger(stretch), check)), gaps },
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
/** Minutes of the ledger between two looks at whether to go on. */
const MINUTES_A_LOOK = 10_000

function* looking<T>(minutes: Iterable<T>, check: () => void): Generator<T> {
  let count = 0
  for (const minute of minutes) {
    count += 1
    if (count % MINUTES_A_LOOK === 0) check()
    yield minute
  }
}

const textOf = (manifest: Manifest): Uint8Array =>
  Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
