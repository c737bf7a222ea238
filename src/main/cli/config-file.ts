import { readFile } from 'node:fs/promises'
import { parseConfig } from '../services/config.ts'
import type { Config } from '../services/config-schema.ts'
import { UsageError } from './arguments.ts'
import type { Rooms } from './command.ts'

/** Reads the file behind --config; without one, nothing is set. Throws `UsageError`, one line. */
export async function readConfig(path: string | undefined, rooms: Rooms): Promise<Config> {
  if (path === undefined) return {}
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`
    throw new UsageError(`${path}: ${why}`)
  }
  const venues = (await rooms.venues()).map(({ id }) => id)
  const parsed = parseConfig(text, path, venues)
  if (!parsed.ok) throw new UsageError(parsed.failure.message)
  return parsed.value
}
