import Database from 'better-sqlite3'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { openingFailure } from './storage-failure.ts'

export interface WriterLock {
  release(): void
}

/**
 * Makes this process the only writer of the database at `path`. The lock is an exclusive transaction
 * on an empty SQLite file beside it: the operating system drops it when the process dies, however
 * it dies, and readers of the database never look at it. Fails with `busy` when another holds it.
 */
export function acquireWriterLock(path: string): Outcome<WriterLock> {
  let holder: Database.Database | undefined
  try {
    const opened = new Database(`${path}-lock`, { timeout: 0 })
    holder = opened
    opened.pragma('journal_mode = MEMORY')
    opened.pragma('locking_mode = EXCLUSIVE')
    opened.exec('BEGIN EXCLUSIVE')
    return ok({
      release: () => {
        if (opened.open) opened.close()
      },
    })
  } catch (error) {
    holder?.close()
    const { code, message } = openingFailure(error, path)
    if (code !== 'busy') return fail(code, `${path}: ${message}`)
    return fail(
      'busy',
      `Another Tapedeck is recording into ${path}. Stop it first, or use another data folder.`,
    )
  }
}
