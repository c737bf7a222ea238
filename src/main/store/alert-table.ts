import type { Database, Statement } from 'better-sqlite3'
import type { AlertEvent, Delivery } from '../../shared/contract/alerts.ts'
import type { AlertId } from '../../shared/domain/alert.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type {
  AlertBook,
  AlertChange,
  AlertLogQuery,
  Checkpoint,
  KeptAlert,
  MissedStretch,
} from './alert-changes.ts'

interface EventRow {
  readonly id: number
  readonly alert: string
  readonly at: number
  readonly market: string
  readonly name: string
  readonly severity: AlertEvent['severity']
  readonly expr: string
  readonly time: number | null
  readonly price: number | null
  readonly figures: string
  readonly cause: 'asleep' | 'not-running' | 'disconnected' | 'back-filled' | null
  readonly learned_at: number | null
  readonly notified_ms: number | null
  readonly deliveries: string
}

type Value = number | string | null | Uint8Array

/** Deliveries that are not over: sent again by the next start. */
const isOpen = ({ state, at }: Delivery): boolean =>
  state === 'queued' || (state === 'grouped' && at === null)

/** Alerts, their log, and the evaluator's checkpoint on the disk. */
export class AlertTable {
  readonly #db: Database
  readonly #alert: Statement<Value[]>
  readonly #remove: Statement<Value[]>
  readonly #fire: Statement<Value[]>
  readonly #deliver: Statement<Value[]>
  readonly #see: Statement<Value[]>
  readonly #miss: Statement<Value[]>
  readonly #judge: Statement<Value[]>
  readonly #state: Statement<Value[]>
  readonly #forget: Statement<Value[]>

  constructor(db: Database) {
    this.#db = db
    this.#alert = db.prepare('REPLACE INTO alert (id, body) VALUES (?, ?)')
    this.#remove = db.prepare('DELETE FROM alert WHERE id = ?')
    this.#fire = db.prepare(
      `INSERT INTO alert_event (id, alert, at, market, name, severity, expr, time, price, figures,
         cause, learned_at, notified_ms, deliveries, open)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    )
    this.#deliver = db.prepare(
      'UPDATE alert_event SET deliveries = ?, open = ?, notified_ms = ? WHERE id = ?',
    )
    this.#see = db.prepare('UPDATE alert_event SET seen = 1 WHERE seen = 0 AND id <= ?')
    this.#miss = db.prepare(
      'REPLACE INTO alert_stretch (gap, market, from_ts, to_ts, cause) VALUES (?, ?, ?, ?, ?)',
    )
    this.#judge = db.prepare('DELETE FROM alert_stretch WHERE gap = ?')
    this.#state = db.prepare('REPLACE INTO alert_state (name, at, data) VALUES (?, ?, ?)')
    this.#forget = db.prepare('DELETE FROM alert_state WHERE name = ?')
  }

  /** Part of the transaction under way. */
  write(changes: readonly AlertChange[]): void {
    for (const change of changes) this.#write(change)
  }

  book(): AlertBook {
    const db = this.#db
    const states = db.prepare<[], { name: string; at: number | null; data: Buffer | null }>(
      'SELECT name, at, data FROM alert_state',
    )
    const state = new Map(states.all().map((row) => [row.name, row]))
    const checkpoint = state.get('checkpoint')
    const pausedUntil = state.get('paused')?.at ?? null
    const number = (sql: string): number => db.prepare<[], number>(sql).pluck().get() ?? 0
    return {
      alerts: keptAlerts(db),
      counts: db
        .prepare<[], { alert: AlertId; fired: number; lastAt: EpochMs }>(
          'SELECT alert, count(*) AS fired, max(at) AS lastAt FROM alert_event GROUP BY alert',
        )
        .all(),
      unseen: number('SELECT count(*) FROM alert_event WHERE seen = 0'),
      open: db
        .prepare<[], EventRow>('SELECT * FROM alert_event WHERE open = 1 ORDER BY id')
        .all()
        .map(eventOf),
      stretches: db
        .prepare<[], MissedStretch>(
          `SELECT gap, market, from_ts AS "from", to_ts AS "to", cause FROM alert_stretch
           ORDER BY from_ts, gap`,
        )
        .all(),
      checkpoint:
        checkpoint?.at == null || checkpoint.data === null
          ? null
          : { at: checkpoint.at, data: new Uint8Array(checkpoint.data) },
      pausedUntil: pausedUntil === null ? null : epochMs(pausedUntil),
      lastEventId: number('SELECT max(id) FROM alert_event'),
    }
  }

  log({ limit, before, alert, from, to }: AlertLogQuery): readonly AlertEvent[] {
    const conditions: [string, Value | undefined][] = [
      ['id < ?', before],
      ['alert = ?', alert],
      ['at >= ?', from],
      ['at < ?', to],
    ]
    const asked = conditions.filter(([, value]) => value !== undefined)
    const where = asked.length === 0 ? '' : `WHERE ${asked.map(([text]) => text).join(' AND ')}`
    return this.#db
      .prepare<Value[], EventRow>(`SELECT * FROM alert_event ${where} ORDER BY id DESC LIMIT ?`)
      .all(...asked.map(([, value]) => value ?? null), limit)
      .map(eventOf)
  }

  #write(change: AlertChange): void {
    switch (change.t) {
      case 'alert':
        this.#alert.run(change.alert.id, JSON.stringify(change.alert))
        return
      case 'removed':
        this.#remove.run(change.id)
        return
      case 'fired':
        this.#writeEvent(change.event)
        return
      case 'delivered': {
        const { id, deliveries, notifiedMs } = change
        this.#deliver.run(
          JSON.stringify(deliveries),
          deliveries.some(isOpen) ? 1 : 0,
          notifiedMs,
          id,
        )
        return
      }
      case 'seen':
        this.#see.run(change.through)
        return
      case 'missed': {
        const { gap, market, from, to, cause } = change.stretch
        this.#miss.run(gap, market, from, to, cause)
        return
      }
      case 'judged':
        this.#judge.run(change.gap)
        return
      case 'checkpoint':
        this.#writeCheckpoint(change.checkpoint)
        return
      case 'paused':
        this.#state.run('paused', change.until, null)
    }
  }

  #writeCheckpoint(checkpoint: Checkpoint | null): void {
    if (checkpoint === null) this.#forget.run('checkpoint')
    else this.#state.run('checkpoint', checkpoint.at, checkpoint.data)
  }

  #writeEvent(event: AlertEvent): void {
    this.#fire.run(
      event.id,
      event.alert,
      event.at,
      event.market,
      event.name,
      event.severity,
      event.expr,
      event.time,
      event.price,
      JSON.stringify(event.values),
      event.late?.cause ?? null,
      event.late?.learnedAt ?? null,
      event.notifiedMs,
      JSON.stringify(event.deliveries),
      event.deliveries.some(isOpen) ? 1 : 0,
    )
  }
}

export const keptAlerts = (db: Database): readonly KeptAlert[] =>
  db
    .prepare<[], string>('SELECT body FROM alert ORDER BY id')
    .pluck()
    .all()
    .map((body) => JSON.parse(body) as KeptAlert)

function eventOf(row: EventRow): AlertEvent {
  const { cause, learned_at: learnedAt } = row
  return {
    id: row.id,
    alert: row.alert as AlertId,
    name: row.name,
    severity: row.severity,
    expr: row.expr,
    at: epochMs(row.at),
    market: row.market as MarketId,
    time: epochMs(row.time ?? row.at),
    price: row.price ?? Number.NaN,
    values: JSON.parse(row.figures) as AlertEvent['values'],
    late: cause === null || learnedAt === null ? null : { cause, learnedAt: epochMs(learnedAt) },
    notifiedMs: row.notified_ms,
    deliveries: JSON.parse(row.deliveries) as readonly Delivery[],
  }
}
