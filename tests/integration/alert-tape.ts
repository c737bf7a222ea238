import Database from 'better-sqlite3'
import { replayTape } from '../../src/main/jobs/replay-tape.ts'
import { compileAlert } from '../../src/main/pipeline/alerts/compiled-alert.ts'
import type { Firing } from '../../src/main/pipeline/alerts/firing.ts'
import { evaluateStretch } from '../../src/main/pipeline/alerts/stretch.ts'
import { databasePath } from '../../src/main/platform/data-files.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import type { KeptAlert } from '../../src/main/store/alert-changes.ts'
import { openReader } from '../../src/main/store/reader.ts'
import type { TapeReader } from '../../src/main/store/store.ts'
import { openStore } from '../../src/main/store/store-client.ts'
import type { AlertDraft, Delivery } from '../../src/shared/contract/alerts.ts'
import type { AlertId } from '../../src/shared/domain/alert.ts'
import type { Trade } from '../../src/shared/domain/trade.ts'
import { silent } from '../unit/services/fakes.ts'
import { unwrap } from '../unit/store/store-kit.ts'

// What a test of a whole process asks of the data folder that it left: trades, alerts and their log.

/** A line of the log of alerts. */
export interface Logged {
  readonly id: number
  readonly alert: string
  readonly at: number
  readonly market: string
  readonly time: number
  /** Null: live. */
  readonly cause: string | null
  readonly deliveries: readonly Delivery[]
}

/** Writes alerts that are armed from now on into a new database. */
export async function armIn(
  folder: string,
  drafts: readonly AlertDraft[],
): Promise<readonly KeptAlert[]> {
  const path = databasePath(folder, false)
  const opened = await openStore(
    { path, maxWaitingTrades: 1_000 },
    { clock: systemClock, log: silent },
  )
  const store = unwrap(opened)
  const now = systemClock.now()
  const alerts = drafts.map(
    (draft, i): KeptAlert => ({
      ...draft,
      ...{ id: `alert-${i}` as AlertId, name: draft.expr, armed: true },
      ...{ createdAt: now, armedAt: now, spentAt: null },
    }),
  )
  store.note(
    [],
    alerts.map((alert) => ({ t: 'alert', alert })),
  )
  unwrap(await store.flushed())
  await store.close()
  return alerts
}

/** Asks the database as it is now. */
export function asked<T>(folder: string, sql: string): readonly T[] {
  const db = new Database(databasePath(folder, false), { readonly: true })
  try {
    return db.prepare<[], T>(sql).all()
  } finally {
    db.close()
  }
}
export const count = (folder: string, of: string): number =>
  asked<{ n: number }>(folder, `SELECT count(*) AS n FROM ${of}`)[0]?.n ?? 0

export const logIn = (folder: string): readonly Logged[] =>
  asked<Omit<Logged, 'deliveries'> & { deliveries: string }>(
    folder,
    'SELECT id, alert, at, market, time, cause, deliveries FROM alert_event ORDER BY at, id',
  ).map((row) => ({ ...row, deliveries: JSON.parse(row.deliveries) as Delivery[] }))

/** How many trades are stored. */
export const storedIn = (folder: string): number =>
  reading(folder, (reader) => reader.stats().reduce((sum, { trades }) => sum + trades, 0))

/** Match time of the last trade of the market that has been quiet for longest, epoch ms. */
export const reachedIn = (folder: string): number =>
  reading(folder, (reader) => Math.min(...reader.stats().map(({ last }) => last ?? 0)))

/** All trades, in the order in which they happened. */
export const tradesIn = (folder: string): readonly Trade[] =>
  reading(folder, (reader) => [...reader.trades({})])

/** Every moment at which a condition became true on the tape that is there now, whatever holds firings back. */
export function metIn(folder: string, alerts: readonly KeptAlert[]): readonly Firing[] {
  const rules = alerts.map((alert) => {
    const compiled = compileAlert(alert)
    if (!compiled.ok) throw new Error(compiled.problem.message)
    return { ...compiled.value, cooldownMs: 0, rearm: 'auto' as const }
  })
  const all = { from: 0, to: Number.MAX_SAFE_INTEGER, until: Number.POSITIVE_INFINITY }
  return reading(
    folder,
    (reader) =>
      evaluateStretch(replayTape(reader), {
        ...{ ...all, rules, markets: reader.markets(), order: 'exchange', begin: null },
        ...{ gaps: [], receivedBefore: Number.POSITIVE_INFINITY, save: false },
      }).firings,
  )
}

function reading<T>(folder: string, use: (reader: TapeReader) => T): T {
  const reader = unwrap(openReader(databasePath(folder, false)))
  try {
    return use(reader)
  } finally {
    reader.close()
  }
}
