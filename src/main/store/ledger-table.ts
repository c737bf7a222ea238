import type { Database, Statement } from 'better-sqlite3'
import type { Gap, Span } from '../../shared/domain/ledger.ts'
import type { MarketTable } from './market-table.ts'
import type { PackedChange } from './packed-ledger.ts'

type Value = number | string | null

/** Writes what is known of the tape's completeness. The same again changes nothing. */
export class LedgerTable {
  readonly #markets: MarketTable
  readonly #span: Statement<Value[]>
  readonly #gap: Statement<Value[]>
  readonly #beyond: Statement<[number, number, number], number>

  constructor(db: Database, markets: MarketTable) {
    this.#markets = markets
    this.#span = db.prepare(
      `INSERT INTO span (market, proof, from_ts, to_ts, last_seq) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET to_ts = excluded.to_ts,
         last_seq = coalesce(excluded.last_seq, last_seq)
       WHERE excluded.to_ts >= to_ts`,
    )
    this.#beyond = db
      .prepare<[number, number, number], number>(
        `SELECT EXISTS (SELECT 1 FROM market JOIN gap ON gap.market = market.id
           WHERE market.id = ? AND kept_from > ? AND gap.id = ? AND state <> 'filled')`,
      )
      .pluck()
    this.#gap = db.prepare(
      `REPLACE INTO gap (id, market, cause, state, from_ts, to_ts, first_seq, last_seq, missing,
         recovered, opened_at, closed_at, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
  }

  /** Part of the transaction under way. */
  write(ledger: readonly PackedChange[]): void {
    for (const { market, change } of ledger) {
      const { id } = this.#markets.ensure(market)
      if (change.t === 'span') this.#writeSpan(id, change.span)
      else this.#writeGap(id, change.gap)
    }
  }

  #writeSpan(market: number, span: Span): void {
    this.#span.run(market, span.proof, span.from, span.to, span.lastSeq)
  }

  #writeGap(market: number, gap: Gap): void {
    // Trades older than those that are kept are not taken any more: what was missing there stays so.
    const from = Math.min(gap.from, gap.to)
    if (gap.state === 'filled' && this.#beyond.get(market, from + 1, gap.id) === 1) return
    this.#gap.run(
      gap.id,
      market,
      gap.cause,
      gap.state,
      // Match times may step back; a stretch has its earlier end first.
      from,
      Math.max(gap.from, gap.to),
      gap.firstSeq,
      gap.lastSeq,
      gap.missing,
      gap.recovered,
      gap.openedAt,
      gap.closedAt,
      gap.reason ?? null,
    )
  }
}
