import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import type { Failure, FailureCode } from '../../shared/domain/outcome.ts'

const CODES: readonly (readonly [RegExp, FailureCode, string])[] = [
  [
    /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    'storage-full',
    'The disk is full. Free some space; writing goes on by itself.',
  ],
  [
    /^(SQLITE_READONLY|SQLITE_PERM|SQLITE_AUTH|EROFS|EACCES|EPERM)/,
    'storage-read-only',
    'The database cannot be written: the disk or the file is read-only. Make it writable; writing goes on by itself.',
  ],
  [
    /^(SQLITE_BUSY|SQLITE_LOCKED)/,
    'busy',
    'Another program holds the database locked. Close it; writing goes on by itself.',
  ],
  [
    /^(SQLITE_CORRUPT|SQLITE_NOTADB)/,
    'storage-corrupt',
    'The database file is damaged. Stop, move the file aside and start again; `.recover` of the sqlite3 tool can save what is in it.',
  ],
  [
    /^(SQLITE_IOERR|SQLITE_CANTOPEN|SQLITE_PROTOCOL|SQLITE_NOMEM|EIO|ENOENT|EMFILE|ENFILE)/,
    'unavailable',
    'The disk does not answer as it should (read or write error). Check it; writing is tried again.',
  ],
]

/**
 * An exception of SQLite or the file system as a failure with a plain reason. The message depends on
 * the kind of failure only. Anything unknown is `internal`: a bug, not the disk.
 */
export function storageFailure(error: unknown): Failure {
  const code = errorCode(error)
  const known = CODES.find(([pattern]) => pattern.test(code))
  if (known !== undefined) return { code: known[1], message: `${known[2]} (${code})` }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) }
}

/**
 * The same for a file that could not be opened. SQLite says only that it could not; the folder tells
 * whether it is missing or read-only.
 */
export function openingFailure(error: unknown, path: string): Failure {
  const failure = storageFailure(error)
  if (failure.code !== 'unavailable' && failure.code !== 'internal') return failure
  try {
    accessSync(dirname(path), constants.W_OK)
    return failure
  } catch (reason) {
    return storageFailure(reason)
  }
}

const errorCode = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : ''
