import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodePath } from './packages.mjs'
import { run } from './process.mjs'
import { at } from './root.mjs'
import { oneLine, Problem, seconds, withoutColours } from './say.mjs'

const STAMP = () => at('out', '.stamp')
const SOURCES = ['src', 'resources', 'electron.vite.config.ts', 'package.json', 'package-lock.json']
const PRODUCTS = ['main/index.js', 'main/headless.js', 'preload/index.cjs', 'renderer/index.html']

/** Why the app must be built, in words; null when `out` is what the sources give. */
export function buildReason() {
  if (!existsSync(at('out'))) return 'not built yet'
  const missing = PRODUCTS.find((file) => !existsSync(at('out', file)))
  if (missing !== undefined) return `out/${missing} is missing`
  // By content, not by time: a checkout or a copy can make changed files look old.
  return read(STAMP()) === sourcesHash() ? null : 'the sources changed'
}

/** Builds main, preload and renderer into `out`. */
export async function buildApp(reason, log) {
  log(`building (${reason}) …`)
  const hash = sourcesHash()
  rmSync(STAMP(), { force: true })
  const logFile = at('.cache', 'build.log')
  const result = await run(
    nodePath(),
    [at('node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build'],
    { limitMs: 10 * 60_000, keepIn: logFile },
  )
  if (result.code !== 0)
    throw new Problem(
      `the build failed: ${buildFailure(result.output)}`,
      `The whole output is in ${logFile}`,
    )
  const missing = PRODUCTS.find((file) => !existsSync(at('out', file)))
  if (missing !== undefined) throw new Problem(`the build made no out/${missing}`, `See ${logFile}`)
  mkdirSync(at('out'), { recursive: true })
  writeFileSync(STAMP(), hash)
  log(`built in ${seconds(result.ms)}`)
}

function buildFailure(output) {
  const lines = withoutColours(output).split(/\r?\n/)
  const telling = lines.find((line) => /error|cannot|could not|failed/i.test(line))
  return oneLine(telling ?? lines.filter((line) => line.trim() !== '').pop() ?? 'no reason given')
}

/** One hash over names and contents of everything that goes into the build. */
function sourcesHash() {
  const hash = createHash('sha256')
  for (const path of SOURCES.flatMap((name) => filesUnder(name)).sort()) {
    const content = readFileSync(at(path))
    hash.update(`${path}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

function filesUnder(path) {
  if (!existsSync(at(path))) return []
  let entries
  try {
    entries = readdirSync(at(path), { withFileTypes: true })
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path]
    throw error
  }
  return entries.flatMap((entry) => {
    const inner = join(path, entry.name)
    return entry.isDirectory() ? filesUnder(inner) : [inner]
  })
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
