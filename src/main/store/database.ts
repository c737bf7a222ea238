import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { planFreeSpace, rebuildOnce } from './free-space.ts'
import { MIGRATIONS, type Migration } from './migrations/migrations.ts'
import { openingFailure } from './storage-failure.ts'

/** `TAPE`: tells our files from those of other programs. */
export const APPLICATION_ID = 0x54415045
/** Larger files are not read through at each start (about half a second at this size). */
const CHECK_BYTES = 256 * 2 ** 20
/** The write-ahead log is cut back to this after a checkpoint that reached its end. */
const WAL_BYTES = 64 * 2 ** 20
const BUSY_MS = 2_000

export interface DatabaseOptions {
  /** The steps to run; all known ones unless a test says otherwise. */
  readonly migrations?: readonly Migration[]
  /** Largest file that is checked through when opened. */
  readonly checkBytes?: number
}

/**
 * Opens the database for writing, creating or migrating it. Write-ahead log; every commit is on the
 * disk when it returns (synchronous FULL), at power loss too. Fails with `storage-corrupt` for a file that
 * is damaged or no database, `invalid` for one of a newer version or of another program.
 */
export function openDatabase(
  path: string,
  options: DatabaseOptions = {},
): Outcome<Database.Database> {
  const migrations = options.migrations ?? MIGRATIONS
  let db: Database.Database | undefined
  try {
    db = new Database(path, { timeout: BUSY_MS })
    const refusal = refuseForeign(db, path, migrations.length)
    if (refusal !== undefined) return closing(db, refusal)
    planFreeSpace(db)
    configure(db)
    const damage = damageOf(db, path, options.checkBytes ?? CHECK_BYTES)
    if (damage !== undefined) return closing(db, corrupt(path, damage))
    migrate(db, migrations)
    rebuildOnce(db, path)
    return ok(db)
  } catch (error) {
    db?.close()
    const failure = openingFailure(error, path)
    if (failure.code === 'storage-corrupt') return corrupt(path, failure.message)
    return { ok: false, failure: { ...failure, message: `${path}: ${failure.message}` } }
  }
}

const closing = <T>(db: Database.Database, refusal: Outcome<T>): Outcome<T> => {
  db.close()
  return refusal
}

const corrupt = (path: string, detail: string) =>
  fail(
    'storage-corrupt',
    `${path} is damaged or is no database (${detail}). Nothing was changed. Move it aside together ` +
      'with its -wal and -shm files and start again: a new one is made. What can be saved of the old ' +
      `one: sqlite3 '${path}' .recover | sqlite3 recovered.db`,
  )

/** Looks before anything is written. */
function refuseForeign(db: Database.Database, path: string, latest: number) {
  const version = Number(db.pragma('user_version', { simple: true }))
  const application = Number(db.pragma('application_id', { simple: true }))
  const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()
  if (tables !== 0 && application !== APPLICATION_ID)
    return fail(
      'invalid',
      `${path} is a database of another program. Nothing was changed. Use another data folder.`,
    )
  if (version > latest)
    return fail(
      'invalid',
      `${path} was written by a newer Tapedeck (format ${version}, this one knows ${latest}). ` +
        'Nothing was changed. Install the newer version, or use another data folder.',
    )
  return undefined
}

function configure(db: Database.Database): void {
  const mode = db.pragma('journal_mode = WAL', { simple: true })
  if (mode !== 'wal') throw new Error(`no write-ahead log on this file system (${String(mode)})`)
  db.pragma('synchronous = FULL')
  // macOS: without these, fsync leaves data in the drive's own cache. No effect elsewhere.
  db.pragma('fullfsync = ON')
  db.pragma('checkpoint_fullfsync = ON')
  db.pragma('foreign_keys = ON')
  db.pragma('temp_store = MEMORY')
  db.pragma('wal_autocheckpoint = 1000')
  db.pragma(`journal_size_limit = ${WAL_BYTES}`)
}

function damageOf(db: Database.Database, path: string, checkBytes: number): string | undefined {
  // The tape itself is left out of the check when it would hold up the start.
  const whole = statSync(path).size <= checkBytes
  const known = db.prepare(`SELECT name FROM sqlite_schema WHERE name IN ('market', 'candle')`)
  const targets = whole
    ? ['']
    : known
        .pluck()
        .all()
        .map((name) => `('${String(name)}')`)
  for (const target of targets) {
    const said = db.prepare(`PRAGMA quick_check${target}`).pluck().get()
    if (said !== 'ok') return String(said)
  }
  return undefined
}

/** Each step with its version in a transaction of its own. */
function migrate(db: Database.Database, migrations: readonly Migration[]): void {
  const from = Number(db.pragma('user_version', { simple: true }))
  for (const [index, step] of migrations.entries()) {
    if (index < from) continue
    db.transaction(() => {
      if (typeof step === 'string') db.exec(step)
      else step(db)
      db.pragma(`application_id = ${APPLICATION_ID}`)
      db.pragma(`user_version = ${index + 1}`)
    }).immediate()
  }
}
