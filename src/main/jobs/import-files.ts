import { existsSync, readFileSync } from 'node:fs'
import { type MarketId, parseMarketId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import type { TradeBatch } from '../../shared/domain/trade.ts'
import { Batcher, type BatchRow, withoutRows } from '../pipeline/batcher.ts'
import { manifestOf, readManifest } from '../services/export/manifest.ts'
import { emptyRow } from '../services/import/text-format.ts'
import type { OpenStore } from '../store/store-server.ts'
import { ImportNotes } from './import-notes.ts'
import { type ImportSource, SourceError } from './import-source.ts'
import type { ImportedFile, ImportResult, ImportTask } from './import-task.ts'
import { ImportWriter } from './import-writer.ts'
import { PrintOverlaps } from './print-overlaps.ts'
import type { RefusedRows } from './refused-rows.ts'
import type { JobContext } from './task.ts'

/** Trades of one transaction. */
const BATCH = 16_384
/** Trades of one millisecond among which one is looked for. */
const MOST_AT_ONCE = 100_000
/** Rows between two looks at whether to go on. */
const LOOK_EVERY = 4_096

/** A file that cannot be read to its end. */
export class FileFailure extends Error {}

const JOINED_OTHERWISE = 'its matches are on the tape already, in prints that join them otherwise'

/** Markets whose quantities are in quote units, as the manifests beside the files say. */
function inverseIn(files: readonly string[]): ReadonlySet<MarketId> {
  const found = new Set<MarketId>()
  for (const file of files) {
    const path = manifestOf(file)
    const manifest = existsSync(path) ? readManifest(readFileSync(path, 'utf8')) : null
    for (const { market, quantity } of manifest?.markets ?? [])
      if (quantity === 'quote') found.add(market)
  }
  return found
}

/** One import into a tape that is open for writing. */
export class Import {
  readonly #task: ImportTask
  readonly #context: JobContext
  readonly #refused: RefusedRows
  readonly #notes: ImportNotes
  readonly #writer: ImportWriter
  readonly #overlaps: PrintOverlaps
  readonly #batcher = new Batcher(BATCH)
  readonly #row = emptyRow()
  readonly #keptFrom = new Map<MarketId, number>()
  readonly #asked: string
  /** Of the rows of the batch under way. */
  readonly #lines = new Float64Array(BATCH)
  #lastAdded: Pick<BatchRow, 'market' | 'id' | 'exchangeTime'> = emptyRow()
  #rows = 0

  constructor(task: ImportTask, context: JobContext, store: OpenStore, refused: RefusedRows) {
    this.#task = task
    this.#context = context
    this.#refused = refused
    this.#notes = new ImportNotes(task.path, ({ market, id, time }) => {
      const at = epochMs(time)
      return store.history.tradeIds({ market, from: at, to: at, limit: MOST_AT_ONCE }).includes(id)
    })
    this.#overlaps = new PrintOverlaps(store)
    this.#asked = `${task.format} ${task.market}`
    this.#writer = new ImportWriter(store, inverseIn(task.files), this.#notes.stretches(), () =>
      context.check(),
    )
  }

  /** Takes all files, in the order of the task. Throws `Stopped`, `FileFailure`, or what the disk says. */
  async run(sources: readonly ImportSource[]): Promise<ImportResult> {
    const files: ImportedFile[] = []
    for (const [at, source] of sources.entries())
      files.push(await this.#take(this.#task.files[at] ?? '', source))
    this.#context.progress('seal', this.#rows)
    this.#writer.seal()
    const gapsFilled = this.#writer.settle(this.#isNumbered, this.#task.now)
    this.#notes.done(this.#task.files)
    const sum = (of: 'taken' | 'duplicates'): number =>
      files.reduce((all, file) => all + file[of], 0)
    return {
      files,
      taken: sum('taken'),
      duplicates: sum('duplicates'),
      refused: this.#refused.count,
      firstRefused: this.#refused.first,
      gapsFilled,
    }
  }

  async #take(file: string, source: ImportSource): Promise<ImportedFile> {
    const from = this.#task.resume ? (this.#notes.find(file, this.#asked)?.line ?? 0) : 0
    const before = this.#refused.count
    const count = { rows: 0, taken: 0, duplicates: 0 }
    let last = from
    const flush = (): void => {
      const batch = this.#withoutOverlaps(file, this.#batcher.take())
      if (batch === null) return
      const { market, id, exchangeTime: time } = this.#lastAdded
      const { stored, duplicates } = this.#writer.write(batch)
      count.taken += stored
      count.duplicates += duplicates
      const note = { asked: this.#asked, line: last, last: { market, id, time } }
      this.#notes.left(file, note, this.#writer.stretches)
    }
    const take = (line: number, reason: string | null): void => {
      count.rows += 1
      this.#look()
      last = line
      const wrong = reason ?? this.#tooOld()
      if (wrong !== null) this.#refused.add({ file, line, reason: wrong })
      else {
        const { market, id, exchangeTime } = this.#row
        this.#lastAdded = { market, id, exchangeTime }
        this.#lines[this.#batcher.count] = line
        if (this.#batcher.add(this.#row)) flush()
      }
    }
    try {
      await source.read(from, this.#row, take)
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      flush()
      throw new FileFailure(`${file} cannot be read behind line ${last}: ${error.message}`)
    }
    flush()
    const refused = this.#refused.count - before
    return { file, format: source.format, from, ...count, refused }
  }

  #look(): void {
    this.#rows += 1
    if (this.#rows % LOOK_EVERY !== 0) return
    this.#context.check()
    this.#context.progress('import', this.#rows)
  }

  /** What has rolled off does not come back. */
  #tooOld(): string | null {
    const { market, exchangeTime } = this.#row
    let keptFrom = this.#keptFrom.get(market)
    if (keptFrom === undefined) {
      keptFrom = this.#writer.keptFrom(market)
      this.#keptFrom.set(market, keptFrom)
    }
    if (exchangeTime >= keptFrom) return null
    return `it is older than what the tape keeps, which begins at ${new Date(keptFrom).toISOString()}`
  }

  /** Refuses the rows whose matches are on the tape in other prints. */
  #withoutOverlaps(file: string, batch: TradeBatch | null): TradeBatch | null {
    if (batch === null) return null
    const rows = this.#overlaps.find(batch, this.#mayJoin)
    if (rows.length === 0) return batch
    for (const row of rows)
      this.#refused.add({ file, line: this.#lines[row] ?? 0, reason: JOINED_OTHERWISE })
    return withoutRows(batch, new Set(rows))
  }

  readonly #mayJoin = (market: MarketId): boolean =>
    this.#task.joining.includes(parseMarketId(market)?.venue ?? '')

  readonly #isNumbered = (market: MarketId): boolean =>
    this.#task.numbered.includes(parseMarketId(market)?.venue ?? '')
}
