import type { ExportedMarket, ExportRequest, ExportRun } from '../../src/shared/contract/export.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { type Failure, fail, type Outcome, ok } from '../../src/shared/domain/outcome.ts'
import { epochMs } from '../../src/shared/domain/time.ts'

export type ExportsKind = 'slow' | 'fails' | 'refuses'

const FOLDER =
  '/home/reader/a-folder-with-a-rather-long-name/and-one-more-below-it/.local/share/tapedeck/exports'
const SHA = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
const PER_MS = 1 / 650
const FULL: Failure = {
  code: 'storage-full',
  message:
    'Less than 256 MB are left on the disk, which recording needs. Make room, or export a shorter stretch.',
}

/** Exports that write nothing and say that they did. */
export class FakeExports {
  readonly #kind: ExportsKind | undefined
  readonly #push: (key: string, value: unknown) => void
  #running: ExportRun | null = null
  #finished: readonly ExportRun[] = []
  #count = 0

  constructor(kind: ExportsKind | undefined, push: (key: string, value: unknown) => void) {
    this.#kind = kind
    this.#push = push
  }

  status = () => ({ running: this.#running, finished: this.#finished })

  start(request: ExportRequest): Outcome<null> {
    if (this.#running !== null || this.#kind === 'refuses')
      return fail('busy', 'An export is under way. Wait for its end, or cancel it first.')
    this.#count += 1
    const name = request.markets.slice(0, 2).join('_').replaceAll(':', '-')
    this.#running = {
      ...{ id: this.#count, state: 'running', request, trades: 0, bytes: 0, share: 0 },
      ...{ elapsedMs: 0, written: null, failure: null },
      file: `${FOLDER}/${name}_20261126T000000Z_20261126T010000Z-${this.#count}.${request.format}`,
    }
    this.#push('export.status', this.status())
    return ok(null)
  }

  cancel(): void {
    this.#end({ state: 'cancelled' })
  }

  /** A tenth of a second of our clock. */
  tick(): void {
    const run = this.#running
    if (run === null) return
    const share = Math.min(1, run.share + (this.#kind === 'slow' ? 0.002 : 0.06))
    const { from, to, markets } = run.request
    const trades = Math.round((to - from) * PER_MS * share * markets.length)
    this.#running = { ...run, share, trades, bytes: trades * 95, elapsedMs: run.elapsedMs + 100 }
    if (this.#kind === 'fails' && share > 0.4) this.#end({ state: 'failed', failure: FULL })
    else if (share === 1)
      this.#end({
        state: 'done',
        written: {
          manifest: `${run.file}.manifest.json`,
          sha256: SHA,
          markets: markets.map((market, at) => written(market, at, run)),
        },
      })
    else this.#push('export.status', this.status())
  }

  #end(how: Partial<ExportRun>): void {
    if (this.#running === null) return
    this.#finished = [{ ...this.#running, ...how }, ...this.#finished].slice(0, 5)
    this.#running = null
    this.#push('export.status', this.status())
  }
}

/** Some of which something is missing. */
function written(market: MarketId, at: number, { trades, request }: ExportRun): ExportedMarket {
  const { from, to, markets } = request
  const all = Math.ceil((to - from) / 60_000)
  const none = { complete: 0, backfilled: 0, gap: 0, unknown: 0 }
  if (at === 3) return { ...{ market, trades: 0, first: null, last: null, minutes: none, gaps: 0 } }
  const gap = at === 1 ? Math.min(3, all) : 0
  const unknown = at > 0 ? Math.min(12, all - gap) : 0
  return {
    ...{ market, trades: Math.round(trades / markets.length), gaps: gap },
    ...{ first: from, last: epochMs(to - 1) },
    minutes: { ...none, complete: all - gap - unknown, gap, unknown },
  }
}
