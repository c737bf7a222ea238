import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { run, toolEnvironment } from './process.mjs'
import { at } from './root.mjs'
import { oneLine, Problem, seconds, withoutColours } from './say.mjs'

/** The Node that builds, tests and runs everything (the `node` package of the lock file). */
export const NODE_MAJOR = 24
const STAMP = () => at('node_modules', '.tapedeck-setup.json')
const INSTALL_LIMIT_MS = 15 * 60_000
const windows = process.platform === 'win32'

/** Why packages must be installed, in words; null when they are as the lock file says. */
export function installReason() {
  if (!existsSync(at('node_modules'))) return 'no packages installed yet'
  if (!existsSync(at('node_modules', 'node')) && nodePath() === null)
    return 'node_modules/node was removed'
  const stamp = readJson(STAMP())
  const here = `${process.platform}-${process.arch}`
  if (stamp !== null && stamp.platform !== here)
    return `the installed packages are for ${stamp.platform}, this is ${here}`
  if (stamp !== null && stamp.lock === lockHash()) return null
  const difference = differenceFromLock()
  if (difference !== null) return difference
  writeStamp()
  return null
}

/**
 * Installs exactly what the lock file names, development packages included. No install script runs:
 * npm would compile better-sqlite3, which brings its binaries along (the lock file does not keep its
 * "gypfile": false), and that needs Python, a compiler and Node's headers from the network.
 */
export async function install(reason, log) {
  log(`installing packages with npm ci (${reason}); this takes up to a minute …`)
  const started = Date.now()
  const result = await npm(['ci', '--include=dev', '--ignore-scripts'])
  if (result.code !== 0)
    throw new Problem(
      `npm ci failed: ${npmReason(result)}`,
      `Mend that and run "npm ci --ignore-scripts" in this folder; all its output: ${result.log}`,
    )
  await fetchNode(log)
  writeStamp()
  log(`packages installed in ${seconds(Date.now() - started)}`)
}

/**
 * Runs the one install script that is needed: that of the `node` package, which fetches the binary
 * of Node 24 for this platform. Should that fail, a running Node that is new enough will do.
 */
export async function fetchNode(log) {
  if (inTreeNode() !== null) return
  log(`fetching Node ${NODE_MAJOR} for this platform …`)
  const result = await npm(['rebuild', 'node', '--ignore-scripts=false'])
  known = null
  if (inTreeNode() !== null) return
  if (nodePath() === null)
    throw new Problem(
      `Node ${NODE_MAJOR} could not be installed: ${npmReason(result)}`,
      `Run "npm rebuild node --ignore-scripts=false", or start this with Node ${NODE_MAJOR} or newer`,
    )
  log(`Node ${NODE_MAJOR} could not be fetched; going on with ${process.version}`)
}

/** npm as the installing user runs it, bounded in time; its output also goes to .cache/npm.log. */
async function npm(args) {
  const { command, before, shell } = npmCommand()
  const log = at('.cache', 'npm.log')
  const result = await run(
    command,
    [...before, ...args, '--no-audit', '--no-fund', '--loglevel=error'],
    { env: installEnvironment(), shell, limitMs: INSTALL_LIMIT_MS, keepIn: log },
  )
  return { ...result, log }
}

/** Node 24: that of the lock file, else the running one when it is new enough, else null. */
export function nodePath() {
  if (known === null || !existsSync(known)) {
    const runningIsNewEnough = majorOf(process.version) >= NODE_MAJOR
    known = inTreeNode() ?? (runningIsNewEnough ? process.execPath : null)
  }
  return known
}
let known = null

function inTreeNode() {
  const name = windows ? 'node.exe' : 'node'
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
  const native = `${prefix}-${windows ? 'win' : process.platform}-${process.arch}`
  const candidates = [
    at('node_modules', 'node', 'bin', name),
    at('node_modules', 'node', 'node_modules', native, 'bin', name),
    at('node_modules', native, 'bin', name),
  ]
  const works = (path) => existsSync(path) && majorOf(nodeVersion(path)) === NODE_MAJOR
  return candidates.find(works) ?? null
}

const majorOf = (version) => Number(/^v(\d+)\./.exec(version ?? '')?.[1] ?? 0)

function nodeVersion(path) {
  if (path === null) return null
  if (path === process.execPath) return process.version
  const result = spawnSync(path, ['-p', 'process.version'], { encoding: 'utf8', timeout: 10_000 })
  return result.status === 0 ? result.stdout.trim() : null
}

/** The npm that runs this script, or that of the running Node, or the one on the path. */
function npmCommand() {
  const node = process.env.npm_node_execpath ?? process.execPath
  const given = process.env.npm_execpath
  if (given !== undefined && basename(given) === 'npm-cli.js' && existsSync(given))
    return { command: node, before: [given], shell: false }
  const beside = dirname(process.execPath)
  const cli = [
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ].find((path) => existsSync(path))
  if (cli !== undefined) return { command: process.execPath, before: [cli], shell: false }
  return { command: windows ? 'npm.cmd' : 'npm', before: [], shell: windows }
}

function installEnvironment() {
  const env = toolEnvironment()
  // Either would leave the development packages out, and with them the build.
  delete env.NODE_ENV
  delete env.npm_config_omit
  return env
}

/** The telling lines of npm's output: its code and its first explanation. */
function npmReason({ output, timedOut }) {
  if (timedOut) return `it did not finish in ${seconds(INSTALL_LIMIT_MS)}`
  const lines = withoutColours(output)
    .split(/\r?\n/)
    .map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim())
    .filter((line) => line !== '' && !/^(npm warn|A complete log|rebuilt dep)/i.test(line))
  const code = lines.find((line) => /^code E\w+/.test(line))?.slice(5)
  const text = lines.find((line) => !/^(code|errno|syscall|path) /.test(line))
  return oneLine([code, text].filter(Boolean).join(': ') || 'no reason given')
}

/** What differs between node_modules (npm's own record of it) and the lock file; null: nothing. */
function differenceFromLock() {
  const wanted = readJson(at('package-lock.json'))?.packages
  if (wanted === undefined)
    throw new Problem('package-lock.json is missing or not JSON', 'Restore it')
  const installed = readJson(at('node_modules', '.package-lock.json'))?.packages
  if (installed === undefined) return 'node_modules was not finished'
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue
    const found = installed[path]
    if (found === undefined && !entry.optional && !entry.devOptional) return `${path} is missing`
    if (found !== undefined && found.version !== entry.version)
      return `${path} is ${found.version}, the lock file says ${entry.version}`
  }
  return null
}

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex')

function writeStamp() {
  const stamp = {
    lock: lockHash(),
    platform: `${process.platform}-${process.arch}`,
    node: nodeVersion(nodePath()),
  }
  try {
    writeFileSync(STAMP(), `${JSON.stringify(stamp)}\n`)
  } catch {
    // A read-only install: the next start compares the lock file again, that is all.
  }
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}
