import { existsSync, rmSync } from 'node:fs'
import { nodePath } from './packages.mjs'
import { run } from './process.mjs'
import { at } from './root.mjs'

const LIMIT_MS = 60_000
const FRAMES = 40

/**
 * The stack of the process that last left its memory behind in the project's folder (CI asks the system for
 * that), as gdb tells it; empty where there is no such file. The file is dropped: it is as large as the process.
 * @returns {Promise<string[]>}
 */
export async function stackOfCore() {
  const core = at('core')
  if (!existsSync(core)) return []
  const args = ['-batch', '-q', '-ex', `bt ${FRAMES}`, nodePath(), core]
  const { output } = await run('gdb', args, { limitMs: LIMIT_MS })
  dropCore()
  // Frames of compiled JavaScript have no names here.
  const named = (line) => line.startsWith('#') && !line.endsWith('?? ()')
  return output.split('\n').filter((line) => named(line) || line.includes('gdb'))
}

/** In CI alone: elsewhere a file of that name may be somebody's. */
export function dropCore() {
  if (process.env.CI !== undefined) rmSync(at('core'), { force: true })
}
