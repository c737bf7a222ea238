import Database from 'better-sqlite3'
import { databasePath } from '../../../src/main/platform/data-files.ts'
import { systemClock as clock } from '../../../src/main/platform/system-clock.ts'
import { openStore } from '../../../src/main/store/store-client.ts'
import type { AlertId } from '../../../src/shared/domain/alert.ts'
import type { Measured, MeasureOptions } from '../ingest/measure.ts'
import { measureRecord } from '../ingest/record.ts'
import type { VenueServer } from '../ingest/venue-server.ts'
import { nearExpressions, thousandExpressions, usualExpressions } from './rules.ts'

/** Which alerts are armed: none, a thousand that wait, that are near their levels, that fire often. */
export type Armed = 'none' | 'waiting' | 'near' | 'firing'

export interface RecordedWith extends Measured {
  readonly firings: number
}

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** The whole `record` command with alerts in its database. */
export async function recordWith(
  armed: Armed,
  server: VenueServer,
  options: MeasureOptions,
): Promise<RecordedWith> {
  let firings = 0
  const measured = await measureRecord(server, options, undefined, {
    before: (folder) => arm(folder, EXPRESSIONS[armed]()),
    after: (folder) => {
      firings = firingsIn(folder)
    },
  })
  return { ...measured, firings }
}

const EXPRESSIONS: Readonly<Record<Armed, () => readonly string[]>> = {
  none: () => [],
  waiting: usualExpressions,
  near: nearExpressions,
  firing: thousandExpressions,
}

async function arm(folder: string, expressions: readonly string[]): Promise<void> {
  if (expressions.length === 0) return
  const opened = await openStore(
    { path: databasePath(folder, false), maxWaitingTrades: 1_000 },
    { clock, log: silent },
  )
  if (!opened.ok) throw new Error(opened.failure.message)
  const now = clock.now()
  opened.value.note(
    [],
    expressions.map((expr, i) => ({
      t: 'alert',
      alert: {
        ...{ id: `bench-${i}` as AlertId, name: '', expr, severity: 'info', rearm: 'auto' },
        ...{ cooldownMs: 60_000, expiresAt: null, armed: true, createdAt: now },
        ...{ channels: ['desktop'], armedAt: now, spentAt: null },
      },
    })),
  )
  await opened.value.flushed()
  await opened.value.close()
}

function firingsIn(folder: string): number {
  const db = new Database(databasePath(folder, false), { readonly: true })
  try {
    return Number(db.prepare('SELECT count(*) FROM alert_event').pluck().get())
  } finally {
    db.close()
  }
}
