import type { Database } from 'better-sqlite3'
import { tape } from './001-tape.ts'
import { ledger } from './002-ledger.ts'
import { columns } from './003-columns.ts'
import { retention } from './004-retention.ts'
import { coarse } from './005-coarse.ts'
import { alerts } from './006-alerts.ts'
import { analyses } from './007-analyses.ts'

/** SQL, or what has to be computed. Either runs in a transaction of its own. */
export type Migration = string | ((db: Database) => void)

/** Migration n (from 1) takes a database from version n − 1 to n. Never edit one that was released. */
export const MIGRATIONS: readonly Migration[] = [
  tape,
  ledger,
  columns,
  retention,
  coarse,
  alerts,
  analyses,
]
