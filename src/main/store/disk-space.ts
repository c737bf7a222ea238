import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../ports.ts'

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

const EVERY_MS = 3_000

/** Looks at the disk now and then; between two looks it answers what it saw last. */
export class DiskWatch {
  readonly #look: () => Promise<DiskSpace>
  #seen: DiskSpace = { databaseBytes: 0, freeBytes: null }
  #stop: (() => void) | undefined

  constructor(look: () => Promise<DiskSpace>) {
    this.#look = look
  }

  get seen(): DiskSpace {
    return this.#seen
  }

  async start(clock: Clock): Promise<void> {
    await this.refresh()
    this.#stop = clock.every(EVERY_MS, () => void this.refresh())
  }

  stop(): void {
    this.#stop?.()
  }

  async refresh(): Promise<void> {
    this.#seen = await this.#look()
  }
}
