import type { Database, Statement } from 'better-sqlite3'
import type { AnalysisEntry, SpendingDay } from '../../shared/contract/analysis.ts'
import { ANALYSES } from '../../shared/domain/analysis.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { AnalysisBook, AnalysisChange, AnalysisLogQuery } from './analysis-store.ts'

type Value = number | string | null
type Request = AnalysisBook['requests'][number]

/** Most signals that are handed out at once. */
const MOST_SIGNALS = 100_000
const DAY = 86_400_000

/** Markets of the log, one step of the index each: its entries are not gone through. */
const MARKETS = `
WITH RECURSIVE known (market) AS (
  SELECT min(market) FROM analysis
  UNION ALL
  SELECT (SELECT min(market) FROM analysis WHERE market > known.market)
  FROM known WHERE known.market IS NOT NULL
)
SELECT market FROM known WHERE market IS NOT NULL`

/** The analyses' log and what their requests used, on the disk. */
export class AnalysisTable {
  readonly #db: Database
  readonly #entry: Statement<Value[]>
  readonly #reserve: Statement<Value[]>
  readonly #settle: Statement<Value[]>

  constructor(db: Database) {
    this.#db = db
    this.#entry = db.prepare(
      `REPLACE INTO analysis (id, at, market, kind, state, model, provider, prompt, settled_at, cost,
         failure, answered, unmarked, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    // Told twice when the thread died before its answer: the second time changes nothing.
    this.#reserve = db.prepare(
      `INSERT INTO analysis_request (id, at, model, tokens, money, settled)
       VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING`,
    )
    this.#settle = db.prepare(
      'UPDATE analysis_request SET tokens = ?, money = ?, settled = 1 WHERE id = ?',
    )
  }

  /** One transaction: all of it is on the disk when this returns, or nothing is and it throws. */
  keep(changes: readonly AnalysisChange[]): void {
    this.#db
      .transaction(() => {
        for (const change of changes) this.#write(change)
      })
      .immediate()
  }

  book(since: EpochMs): AnalysisBook {
    const number = (sql: string): number => this.#db.prepare<[], number>(sql).pluck().get() ?? 0
    return {
      newestEntry: number('SELECT max(id) FROM analysis'),
      newestRequest: number('SELECT max(id) FROM analysis_request'),
      latest: this.#latest(),
      unmarked: this.#entries('WHERE unmarked = 1 ORDER BY id'),
      requests: this.#db
        .prepare<[number], Request>(
          `SELECT id, at, model, tokens, money FROM analysis_request WHERE at >= ? ORDER BY at, id`,
        )
        .all(since),
    }
  }

  log({ limit, before, market, kind, from, to }: AnalysisLogQuery): readonly AnalysisEntry[] {
    const conditions: [string, Value | undefined][] = [
      ['id < ?', before],
      ['market = ?', market],
      ['kind = ?', kind],
      ['at >= ?', from],
      ['at < ?', to],
    ]
    const asked = conditions.filter(([, value]) => value !== undefined)
    const where = asked.length === 0 ? '' : `WHERE ${asked.map(([text]) => text).join(' AND ')}`
    return this.#entries(
      `${where} ORDER BY id DESC LIMIT ?`,
      ...asked.map(([, value]) => value ?? null),
      limit,
    )
  }

  /** Ascending by moment: the newest hundred thousand at most. */
  signals(): readonly AnalysisEntry[] {
    return this.#entries(
      `WHERE kind = 'signal' AND answered = 1 ORDER BY at DESC, id DESC LIMIT ?`,
      MOST_SIGNALS,
    ).toReversed()
  }

  spending(from: EpochMs): readonly SpendingDay[] {
    return this.#db
      .prepare<[number], SpendingDay>(
        `SELECT at - at % ${DAY} AS day, model, count(*) AS requests, sum(tokens) AS tokens,
           total(money) AS money
         FROM analysis_request WHERE at >= ? GROUP BY day, model ORDER BY day, model`,
      )
      .all(from)
  }

  #latest(): readonly AnalysisEntry[] {
    const markets = this.#db.prepare<[], string>(MARKETS).pluck().all()
    return markets.flatMap((market) =>
      ANALYSES.flatMap((kind) =>
        this.#entries('WHERE market = ? AND kind = ? ORDER BY id DESC LIMIT 1', market, kind),
      ),
    )
  }

  #entries(rest: string, ...values: readonly Value[]): AnalysisEntry[] {
    return this.#db
      .prepare<Value[], string>(`SELECT body FROM analysis ${rest}`)
      .pluck()
      .all(...values)
      .map((body) => JSON.parse(body) as AnalysisEntry)
  }

  #write(change: AnalysisChange): void {
    switch (change.t) {
      case 'reserve':
        this.#reserve.run(change.id, change.at, change.model, change.tokens, change.money)
        return
      case 'settle':
        this.#settle.run(change.tokens, change.money, change.id)
        return
      case 'entry':
        this.#writeEntry(change.entry, change.unmarked ?? isUnmarked(change.entry))
    }
  }

  #writeEntry(entry: AnalysisEntry, unmarked: boolean): void {
    this.#entry.run(
      entry.id,
      entry.snapshot.at,
      entry.market,
      entry.kind,
      entry.state,
      entry.model,
      entry.provider,
      entry.prompt,
      entry.settledAt,
      entry.cost,
      entry.failure?.code ?? null,
      entry.verdict === null ? 0 : 1,
      unmarked ? 1 : 0,
      JSON.stringify(entry),
    )
  }
}

/** A believed signal without marks, or with one that is pending or lacks a return. */
function isUnmarked({ kind, state, marks }: AnalysisEntry): boolean {
  if (kind !== 'signal' || state !== 'done') return false
  if (marks === null) return true
  return Object.values(marks).some(
    ({ outcome, returns }) => outcome === 'pending' || Object.values(returns).includes(null),
  )
}
