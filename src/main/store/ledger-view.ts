import type { Database, Statement } from 'better-sqlite3'
import { INTERVALS } from '../../shared/domain/candle.ts'
import type { Gap, LedgerMinute, Proof, Span } from '../../shared/domain/ledger.ts'
import { ledgerMinutes, type MinuteCount } from '../../shared/domain/ledger-minutes.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'

const MINUTE = INTERVALS['1m']
/** A page of the ledger: a week. */
const PAGE_MS = 7 * 24 * 60 * MINUTE

const PROOFS: readonly Proof[] = ['none', 'ids', 'overlap', 'candle']
const ANY_PROOF = PROOFS.map((proof) => `'${proof}'`).join(', ')

const SPAN = 'proof, from_ts AS "from", to_ts AS "to", last_seq AS lastSeq'
const GAP = `gap.id, market.name AS market, cause, state, from_ts AS "from", to_ts AS "to",
  first_seq AS firstSeq, last_seq AS lastSeq, missing, recovered, opened_at AS openedAt,
  closed_at AS closedAt, reason`
const GAPS = `SELECT ${GAP} FROM gap JOIN market ON market.id = gap.market`

/** A market and its row in the table `market`. */
export interface LedgerMarket {
  readonly id: number
  readonly name: MarketId
}

type SpanRow = Omit<Span, 'market'>
type GapRow = Omit<Gap, 'reason'> & { readonly reason: string | null }
type Window = [market: number, from: number, to: number]

/** Reads what is known of the tape's completeness, for the store's thread and for readers. */
export class LedgerView {
  readonly #spans: Statement<Window, SpanRow>
  readonly #gaps: Statement<Window, GapRow>
  readonly #counts: Statement<Window, MinuteCount>
  readonly #next: Statement<{ market: number; from: number }, number | null>
  readonly #newestSpan: Statement<[number, string], SpanRow>
  readonly #unfilled: Statement<[number], GapRow>
  readonly #newestGaps: Statement<number[], GapRow>
  readonly #newestGapsOf: Statement<number[], GapRow>
  readonly #page: (market: LedgerMarket, from: number, to: number, now: number) => LedgerMinute[]

  constructor(db: Database) {
    // By their end: what is asked for most is recent, and the spans before it are many.
    this.#spans = db.prepare(
      `SELECT ${SPAN} FROM span INDEXED BY span_end
       WHERE market = ? AND proof IN (${ANY_PROOF}) AND to_ts >= ? AND from_ts < ?`,
    )
    this.#gaps = db.prepare(
      `${GAPS} WHERE gap.market = ? AND to_ts >= ? AND from_ts < ? ORDER BY from_ts, gap.id`,
    )
    this.#counts = db.prepare(
      `SELECT open_time AS minute, trades, backfilled FROM candle
       WHERE market = ? AND open_time >= ? AND open_time < ? AND trades > 0`,
    )
    // A minimum a proof: each is one step in the primary key, however many spans there are.
    const firstSpans = PROOFS.map(
      (proof) =>
        `SELECT min(from_ts) AS at FROM span WHERE market = :market AND proof = '${proof}' AND from_ts >= :from`,
    )
    this.#next = db
      .prepare<{ market: number; from: number }, number | null>(
        `SELECT min(at) FROM (${firstSpans.join(' UNION ALL ')}
           UNION ALL SELECT min(from_ts) FROM gap WHERE market = :market AND from_ts >= :from
           UNION ALL SELECT * FROM (SELECT open_time FROM candle
             WHERE market = :market AND open_time >= :from AND trades > 0
             ORDER BY open_time LIMIT 1))`,
      )
      .pluck()
    this.#newestSpan = db.prepare(
      `SELECT ${SPAN} FROM span WHERE market = ? AND proof = ?
       ORDER BY to_ts DESC, from_ts DESC LIMIT 1`,
    )
    this.#unfilled = db.prepare(
      `${GAPS} WHERE gap.market = ? AND state IN ('open', 'filling', 'cancelled')
       ORDER BY from_ts, gap.id`,
    )
    const overlapping = (where: string): string =>
      `${GAPS} WHERE ${where} to_ts >= ? AND from_ts < ? ORDER BY from_ts DESC, gap.id DESC LIMIT ?`
    this.#newestGaps = db.prepare(overlapping(''))
    this.#newestGapsOf = db.prepare(overlapping('gap.market = ? AND'))
    // One transaction a page: its spans, gaps and counts are of one moment.
    this.#page = db.transaction((market: LedgerMarket, from: number, to: number, now: number) =>
      ledgerMinutes({
        market: market.name,
        from: epochMs(from),
        to: epochMs(to),
        now: epochMs(now),
        spans: this.#spans.all(market.id, from, to).map((row) => ({ market: market.name, ...row })),
        gaps: this.#gaps.all(market.id, from, to).map(toGap),
        counts: this.#counts.all(market.id, from, to),
      }),
    )
  }

  /** Rows for minutes that open in [from, to) and are over at `now`; a page at a time in memory. */
  *minutes(
    market: LedgerMarket,
    from: number,
    to: number,
    now: number,
  ): IterableIterator<LedgerMinute> {
    let start: number | undefined = Math.ceil(from / MINUTE) * MINUTE
    const last = Math.min(to, now)
    while (start !== undefined && start < last) {
      const end: number = start + PAGE_MS
      const rows = this.#page(market, start, Math.min(end, last), now)
      yield* rows
      start = rows.length > 0 ? end : this.#nextMinute(market.id, end)
    }
  }

  /** Spans that overlap [from, to), in any order. */
  spansOf(market: LedgerMarket, from: number, to: number): readonly Span[] {
    return this.#spans.all(market.id, from, to).map((row) => ({ market: market.name, ...row }))
  }

  /** Gaps that overlap [from, to), oldest first. */
  gapsOf(market: LedgerMarket, from: number, to: number): readonly Gap[] {
    return this.#gaps.all(market.id, from, to).map(toGap)
  }

  /** Gaps that overlap [from, to), newest first; of one market, or of all for null. */
  newestGaps(market: number | null, from: number, to: number, limit: number): readonly Gap[] {
    const rows =
      market === null
        ? this.#newestGaps.all(from, to, limit)
        : this.#newestGapsOf.all(market, from, to, limit)
    return rows.map(toGap)
  }

  /** Gaps that may still be filled, oldest first. */
  unfilled(market: number): readonly Gap[] {
    return this.#unfilled.all(market).map(toGap)
  }

  /** The span of each proof that reaches furthest. */
  newestSpans(market: LedgerMarket): readonly Span[] {
    return PROOFS.flatMap((proof) => {
      const row = this.#newestSpan.get(market.id, proof)
      return row === undefined ? [] : [{ market: market.name, ...row }]
    })
  }

  /** Where it goes on behind a page without rows: nothing that is known reaches over its end. */
  #nextMinute(market: number, from: number): number | undefined {
    const at = this.#next.get({ market, from })
    return at === null || at === undefined ? undefined : Math.floor(at / MINUTE) * MINUTE
  }
}

const toGap = ({ reason, ...row }: GapRow): Gap => (reason === null ? row : { ...row, reason })
