import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Database } from 'better-sqlite3'

const INCREMENTAL = 2
/** A file built anew needs its size twice for a moment: as a temporary file and in the log. */
const ROOM = 2.5

/** Sets how a new, still empty database gives space back: by the page, whenever pages are free. */
export function planFreeSpace(db: Database): void {
  db.pragma('auto_vacuum = INCREMENTAL')
}

/**
 * A database made before version 3 cannot give space back: it is built anew, once. When the disk has no
 * room for that, it is done at a later start; until then its free pages are used again.
 */
export function rebuildOnce(db: Database, path: string): void {
  const number = (name: string): number => Number(db.pragma(name, { simple: true }))
  if (number('auto_vacuum') === INCREMENTAL) return
  const live = (number('page_count') - number('freelist_count')) * number('page_size')
  try {
    const { bavail, bsize } = statfsSync(dirname(path))
    if (bavail * bsize < ROOM * live) return
    // In a file: the whole database would not fit into memory.
    db.pragma('temp_store = FILE')
    db.pragma('auto_vacuum = INCREMENTAL')
    db.exec('VACUUM')
  } catch {
    // Nothing is lost by it; tried again at the next start.
  } finally {
    db.pragma('temp_store = MEMORY')
  }
}
