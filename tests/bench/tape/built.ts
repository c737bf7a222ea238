import { join } from 'node:path'
import { Child } from '../harness/child.ts'
import { inFolder } from '../harness/folder.ts'

export interface Built {
  /** Files with the same trades. */
  readonly tape: string
  readonly rows: string
}

/** Builds both files in a folder for the time of some work. */
export function withTape<T>(
  trades: number,
  deadlineMs: number,
  work: (built: Built) => Promise<T>,
): Promise<T> {
  return inFolder(async (folder) => {
    const built = { tape: join(folder, 'tape.sqlite'), rows: join(folder, 'rows.sqlite') }
    const args = [built.tape, built.rows, String(trades)]
    const child = new Child(new URL('./build.ts', import.meta.url), { args, deadlineMs })
    await child.event('built')
    await child.stop()
    return work(built)
  })
}
