import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface DiskSpace {
  /** The database with its write-ahead log. */
  readonly databaseBytes: number
  /** What an ordinary user may still write there; null where the system does not tell. */
  readonly freeBytes: number | null
}

export async function diskSpace(path: string): Promise<DiskSpace> {
  const sizes = await Promise.all(
    ['', '-wal'].map((suffix) =>
      stat(path + suffix).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  const freeBytes = await statfs(dirname(path)).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  )
  return { databaseBytes: sizes.reduce((sum, size) => sum + size, 0), freeBytes }
}
