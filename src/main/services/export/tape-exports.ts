import type { ExportRequest, ExportRun, ExportStatus } from '../../../shared/contract/export.ts'
import { type Failure, fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import type { Jobs } from '../../jobs/jobs.ts'
import type { Clock, ExportFolder } from '../../ports.ts'
import { Topic } from '../topic.ts'
import { exportName } from './export-name.ts'
import { writtenOf } from './export-written.ts'
import { manifestOf } from './manifest.ts'

const STATUS_MS = 100
/** Exports that ended and are still told of. */
const MOST_FINISHED = 5
/** What an export leaves free on the disk: recording goes before it. */
export const RESERVE_BYTES = 256_000_000
/** How often it is looked whether that is still free, ms. */
const LOOK_MS = 1_000

export interface TapeExportsOptions {
  readonly clock: Clock
  readonly jobs: Pick<Jobs, 'run'>
  /** The database that is recorded into. */
  readonly path: string
  /** Whether that is the demo tape: its files say so in their names. */
  readonly demo: boolean
  readonly folder: ExportFolder
  /** Resolves when what was received until now can be read from the tape, or waited long enough. */
  readonly written: () => Promise<void>
}

/** Trades of the tape as files that people take away: one at a time, in a thread of its own. */
export class TapeExports {
  readonly status: Topic<ExportStatus>
  readonly #options: TapeExportsOptions
  #shown: ExportStatus = { running: null, finished: [] }
  #count = 0
  #cancel: AbortController | null = null
  #ended: Promise<void> = Promise.resolve()

  constructor(options: TapeExportsOptions) {
    this.#options = options
    this.status = new Topic(STATUS_MS, () => this.#shown)
  }

  /**
   * Begins; what comes of it is told in the topic. Fails with `busy` while another is under way, and with
   * `invalid` for a stretch that holds nothing.
   */
  start(request: ExportRequest): Outcome<null> {
    const now = this.#options.clock.now()
    const { from } = request
    if (this.#cancel !== null)
      return fail('busy', 'An export is under way. Wait for its end, or cancel it first.')
    if (from >= request.to)
      return fail('invalid', 'The stretch is empty: its end must be after its start.')
    if (from >= now)
      return fail('invalid', 'The stretch begins in the future: nothing is recorded there yet.')
    this.#count += 1
    // Nothing lies in the future, and a name is not to say that it did.
    const to = epochMs(Math.min(request.to, now))
    const markets = [...new Set(request.markets)].sort()
    const run: ExportRun = {
      ...{ id: this.#count, state: 'running', request: { ...request, markets, to } },
      ...{ trades: 0, bytes: 0, share: 0, elapsedMs: 0 },
      ...{ file: null, written: null, failure: null },
    }
    this.#cancel = new AbortController()
    this.#show({ ...this.#shown, running: run })
    this.#ended = this.#run(run, this.#cancel)
    return ok(null)
  }

  /** Ends the one that is under way; nothing of it stays. Nothing happens when there is none. */
  cancel(): void {
    this.#cancel?.abort()
  }

  /** Resolves when the one that was under way has ended and cleaned up. */
  async stop(): Promise<void> {
    this.cancel()
    await this.#ended
  }

  async #run(begun: ExportRun, cancel: AbortController): Promise<void> {
    const { clock, folder } = this.#options
    const start = clock.monotonic()
    let run = begun
    const tell = (more: Partial<ExportRun>): void => {
      run = { ...run, ...more, elapsedMs: Math.round(clock.monotonic() - start) }
      if (run.state === 'running') this.#show({ ...this.#shown, running: run })
    }
    const full = new DiskGuard(folder, cancel)
    const forget = clock.every(LOOK_MS, () => void full.look())
    try {
      tell(await this.#write(begun.request, cancel.signal, full, tell))
    } catch (error) {
      const message = `The export broke off unexpectedly: ${String(error)}. Try it again.`
      tell({ state: 'failed', failure: { code: 'internal', message } })
    } finally {
      forget()
      this.#cancel = null
      const finished = [run, ...this.#shown.finished].slice(0, MOST_FINISHED)
      this.#show({ running: null, finished })
    }
  }

  /** How it ended. */
  async #write(
    request: ExportRequest,
    signal: AbortSignal,
    disk: DiskGuard,
    tell: (more: Partial<ExportRun>) => void,
  ): Promise<Partial<ExportRun>> {
    const { clock, jobs, path, demo, folder, written } = this.#options
    await written()
    const taken = await folder.names()
    if (!taken.ok) return { state: 'failed', failure: taken.failure }
    await disk.look()
    const name = exportName(request, demo, taken.value)
    const [file, manifest] = [folder.path(name), folder.path(manifestOf(name))]
    tell({ file })
    const { markets, from, to, format } = request
    const filter = { markets, from, to }
    const now = clock.now()
    const outcome = await jobs.run(
      { t: 'export', path, filter, format, out: file, manifest, now, strict: true },
      {
        signal,
        onProgress: ({ done, share = 0, bytes = 0 }) => tell({ trades: done, share, bytes }),
      },
    )
    if (outcome.ok && outcome.value.manifest !== null) {
      const said = outcome.value.manifest
      return {
        ...{ state: 'done', share: 1, trades: said.trades, bytes: said.bytes },
        written: writtenOf(said, manifest, markets),
      }
    }
    // A thread that heard of it too late may have given a file its name.
    await folder.remove([name, manifestOf(name)])
    const failure = outcome.ok ? NO_MANIFEST : outcome.failure
    if (disk.failure !== null) return { state: 'failed', failure: disk.failure }
    return failure.code === 'cancelled' ? { state: 'cancelled' } : { state: 'failed', failure }
  }

  #show(status: ExportStatus): void {
    this.#shown = status
    this.status.publish(status)
  }
}

/** Breaks an export off before it takes the room that recording needs. */
class DiskGuard {
  readonly #folder: ExportFolder
  readonly #cancel: AbortController
  failure: Failure | null = null

  constructor(folder: ExportFolder, cancel: AbortController) {
    this.#folder = folder
    this.#cancel = cancel
  }

  async look(): Promise<void> {
    const free = await this.#folder.freeBytes()
    if (free === null || free >= RESERVE_BYTES || this.#cancel.signal.aborted) return
    this.failure = NO_ROOM
    this.#cancel.abort()
  }
}

const NO_ROOM: Failure = {
  code: 'storage-full',
  message: `Less than ${RESERVE_BYTES / 1e6} MB are left on the disk, which recording needs. Make room, or export a shorter stretch.`,
}
const NO_MANIFEST: Failure = {
  code: 'internal',
  message: 'The export ended without saying what it wrote. Try it again.',
}
