import type { Database } from 'better-sqlite3'
import type { Gap, LedgerChange } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { ORIGINS } from '../../shared/domain/trade.ts'
import { LedgerView } from './ledger-view.ts'
import type { TapeColumns } from './tape-columns.ts'
import { TapePages } from './tape-pages.ts'

/** A stretch of the tape in which each number follows the one before. */
interface Run {
  from: number
  to: number
  lastSeq: number
  rows: number
}

const SNAPSHOT = ORIGINS.indexOf('snapshot')
const EVER = Number.MAX_SAFE_INTEGER

/**
 * What the ids of a market prove of a stretch of its tape, [from, to] and the trade on either side of it,
 * where each id is the number of the print's last match: spans, and gaps that are filled thereby. `check`
 * is called between two pages and may throw.
 */
export function* provedRuns(
  db: Database,
  name: MarketId,
  stretch: { readonly from: number; readonly to: number },
  now: number,
  check: () => void,
): Generator<LedgerChange> {
  const id = db.prepare<[string], number>('SELECT id FROM market WHERE name = ?').pluck().get(name)
  if (id === undefined) return
  const pages = new TapePages(db)
  const [before = stretch.from] = pages.newest(id, stretch.from, 1).exchangeTime
  const after = pages.next(id, stretch.to, EVER, 1)?.columns.exchangeTime[0] ?? stretch.to
  const missing = new LedgerView(db)
    .gapsOf({ id, name }, before, after + 1)
    .filter(({ state }) => state !== 'filled')
  // A gap may have been filled in parts: it is looked at from end to end.
  const from = missing.reduce((least, gap) => Math.min(least, gap.from), before)
  const to = missing.reduce((most, gap) => Math.max(most, gap.to), after)
  let run: Run | null = null
  for (const columns of pages.pages(id, from, to)) {
    check()
    for (let row = 0; row < columns.count; row += 1) {
      const seq = numberOf(columns, row)
      const time = columns.exchangeTime[row] ?? 0
      if (run !== null && seq === run.lastSeq + (columns.matches[row] ?? 1)) {
        run.to = time
        run.lastSeq = seq
        run.rows += 1
        continue
      }
      if (run !== null) yield* changesOf(name, run, missing, now)
      run = Number.isNaN(seq) ? null : { from: time, to: time, lastSeq: seq, rows: 1 }
    }
  }
  if (run !== null) yield* changesOf(name, run, missing, now)
}

/** NaN where nothing is proved: an id that is no number, and history that is in no bar. */
function numberOf({ id, origin }: TapeColumns, row: number): number {
  return origin[row] === SNAPSHOT ? Number.NaN : (id.number[row] ?? Number.NaN)
}

function* changesOf(
  market: MarketId,
  { from, to, lastSeq, rows }: Run,
  missing: readonly Gap[],
  now: number,
): Generator<LedgerChange> {
  if (rows < 2) return
  const times = { from: epochMs(from), to: epochMs(to) }
  yield { t: 'span', span: { market, proof: 'ids', ...times, lastSeq } }
  for (const gap of missing) {
    if (gap.from < from || gap.to > to) continue
    const recovered = gap.recovered + (gap.missing ?? 0)
    const { reason: _, ...rest } = gap
    yield {
      t: 'gap',
      gap: { ...rest, state: 'filled', missing: 0, recovered, closedAt: epochMs(now) },
    }
  }
}
