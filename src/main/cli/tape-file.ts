import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fail, type Outcome } from '../../shared/domain/outcome.ts'
import { databasePath } from '../platform/data-files.ts'
import type { TapeReader } from '../store/store.ts'
import type { Given } from './arguments.ts'
import type { Rooms } from './command.ts'

/** The options of every command that reads a tape. */
export const tapeOptions = {
  'data-dir': { value: 'D', required: true, help: 'folder of the tape' },
  demo: { help: 'the demo tape instead of the live one' },
} as const

/** Path of the tape that the options name. */
export const tapePath = (given: Given): string =>
  databasePath(resolve(given.required('data-dir')), given.has('demo'))

/** Why there is nothing to read; null when there is a file. */
export function missingTape(given: Given): string | null {
  const path = tapePath(given)
  if (existsSync(path)) return null
  const hint = given.has('demo') ? '' : ' (--demo reads the demo tape)'
  return `there is no tape yet: ${path} does not exist${hint}`
}

/** Opens it for reading, which a recorder at work does not mind. */
export async function openTape(given: Given, rooms: Rooms): Promise<Outcome<TapeReader>> {
  const missing = missingTape(given)
  if (missing !== null) return fail('not-found', missing)
  return (await rooms.openReader())(tapePath(given))
}
