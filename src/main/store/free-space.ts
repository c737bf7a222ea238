import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Database } from 'better-sqlite3'

const INCREMENTAL = 2
/** Free pages that are kept for what is written next; more are given back to the disk, some a step. */
export const KEPT_PAGES = 1_024
const PAGES_A_STEP = 256
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

/** How a database lies in its file, bytes. */
export interface FileUse {
  readonly pageBytes: number
  /** All pages. */
  readonly file: number
  /** Those that hold something. */
  readonly used: number
}

export function fileUse(db: Database): FileUse {
  const number = (name: string): number => Number(db.pragma(name, { simple: true }))
  const pageBytes = number('page_size')
  const pages = number('page_count')
  return {
    pageBytes,
    file: pages * pageBytes,
    used: (pages - number('freelist_count')) * pageBytes,
  }
}

/**
 * Gives some of the free pages beyond `kept` back to the file system: one bounded step. True when there is
 * more to give back.
 */
export function giveBackPages(db: Database, kept = KEPT_PAGES): boolean {
  const free = Number(db.pragma('freelist_count', { simple: true }))
  const more = Math.min(free - kept, PAGES_A_STEP)
  if (more <= 0 || db.pragma('auto_vacuum', { simple: true }) !== INCREMENTAL) return false
  db.exec(`PRAGMA incremental_vacuum(${more})`)
  return Number(db.pragma('freelist_count', { simple: true })) < free
}
