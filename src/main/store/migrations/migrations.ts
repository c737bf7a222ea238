import { tape } from './001-tape.ts'
import { ledger } from './002-ledger.ts'

/** Migration n (from 1) takes a database from version n − 1 to n. Never edit one that was released. */
export const MIGRATIONS: readonly string[] = [tape, ledger]
