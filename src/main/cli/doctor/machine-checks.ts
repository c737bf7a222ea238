import { existsSync, readFileSync, statSync } from 'node:fs'
import { access, constants, mkdtemp, rm, rmdir, statfs } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Outcome } from '../../../shared/domain/outcome.ts'
import { probeKeychain } from '../../platform/keychain-probe.ts'
import { type CheckResult, reason, result } from './check.ts'

const WANTED_NODE = 24
const KEYCHAIN_DEADLINE_MS = 5_000
const LEAST_FREE_BYTES = 100 * 1_024 ** 2
const COMFORTABLE_FREE_BYTES = 1_024 ** 3

export function checkNode(version = process.versions.node): CheckResult {
  return Number(version.split('.')[0]) >= WANTED_NODE
    ? result('node', 'ok', `Node ${version}`)
    : result(
        'node',
        'fail',
        `Node ${version} is too old: ${WANTED_NODE} is needed`,
        'Start through bin/tapedeck.mjs, which brings the right one',
      )
}

/** The screen and the recorder as they were built. */
export function checkBuild(root: string): CheckResult {
  const missing = ['main/headless.js', 'renderer/index.html'].filter(
    (file) => !existsSync(join(root, 'out', file)),
  )
  return missing.length === 0
    ? result('build', 'ok', 'built')
    : result('build', 'warn', `out/${missing.join(' and out/')} missing`, 'Run npm run build')
}

/** Whether Electron's program is there. Only looks: importing the package would download it. */
export function checkElectron(root: string, env = process.env): CheckResult {
  const path = electronPath(root, env)
  return path !== null && existsSync(path)
    ? result('electron', 'ok', path)
    : result(
        'electron',
        'warn',
        'not there: no window of its own, the browser shows the same screen',
        'Run npx install-electron once to have the desktop app',
      )
}

/** Where the `electron` package would start its program from; null without the package. */
function electronPath(root: string, env: NodeJS.ProcessEnv): string | null {
  if (env.ELECTRON_EXEC_PATH !== undefined) return env.ELECTRON_EXEC_PATH
  try {
    const require = createRequire(join(root, 'package.json'))
    const folder = dirname(require.resolve('electron/package.json'))
    const pathFile = join(folder, 'path.txt')
    const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : platformName()
    return join(env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), name)
  } catch {
    return null // the package is for development; a recorder alone does without
  }
}

function platformName(): string {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return process.platform === 'win32' ? 'electron.exe' : 'electron'
}

/** A Chromium for the tests; looked for by the project's own setup script. */
export async function checkChromium(root: string): Promise<CheckResult> {
  const script = join(root, 'scripts', 'setup.mjs')
  const hint = 'Any browser shows the screen; Chromium is for the tests'
  if (!existsSync(script)) return result('chromium', 'warn', 'not looked for', hint)
  const setup = (await import(pathToFileURL(script).href)) as { findChromium?: () => unknown }
  const path = setup.findChromium?.()
  return typeof path === 'string'
    ? result('chromium', 'ok', path)
    : result('chromium', 'warn', 'none found', hint)
}

export async function checkKeychain(): Promise<CheckResult> {
  const probe = await probeKeychain(KEYCHAIN_DEADLINE_MS)
  return probe.ok
    ? result('keychain', 'ok', 'a secret was written, read and deleted')
    : result(
        'keychain',
        'warn',
        `not usable: ${probe.failure.message.replace(/\s+/g, ' ')}`,
        'Recording needs none; keys of an account would be kept for one run only',
      )
}

/** The database is native code: it can be missing for this system. */
export async function checkDatabase(
  attempt: (path: string) => Promise<Outcome<null>>,
): Promise<CheckResult> {
  const hint = 'Run npm ci in the project folder'
  try {
    const folder = await mkdtemp(join(tmpdir(), 'tapedeck-doctor-'))
    const outcome = await attempt(join(folder, 'try.sqlite')).finally(() =>
      rm(folder, { recursive: true, force: true }),
    )
    return outcome.ok
      ? result('database', 'ok', 'SQLite loads and writes')
      : result('database', 'fail', outcome.failure.message, hint)
  } catch (error) {
    return result('database', 'fail', reason(error), hint)
  }
}

/** Room, and leave to write, where the tape is or would be. */
export async function checkDisk(dataDir: string | undefined): Promise<CheckResult> {
  try {
    const folder = existingFolder(dataDir ?? homedir())
    if (dataDir !== undefined) await tryToWrite(folder, folder === dataDir)
    const { bavail, bsize } = await statfs(folder)
    const free = bavail * bsize
    const message = `${(free / 1_024 ** 3).toFixed(1)} GB free in ${folder}`
    if (free < LEAST_FREE_BYTES) return result('disk', 'fail', message, 'Make room for the tape')
    if (free < COMFORTABLE_FREE_BYTES)
      return result('disk', 'warn', message, 'A busy day takes some hundred megabytes')
    return result('disk', 'ok', message)
  } catch (error) {
    return result('disk', 'fail', reason(error), 'Choose a --data-dir that this user may write')
  }
}

/** A folder to be made later is judged by the one that it would be made in. */
async function tryToWrite(folder: string, itself: boolean): Promise<void> {
  await access(folder, constants.W_OK)
  if (itself) await rmdir(await mkdtemp(join(folder, '.doctor-')))
}

function existingFolder(path: string): string {
  let here = path
  while (!existsSync(here) && dirname(here) !== here) here = dirname(here)
  if (!statSync(here).isDirectory()) throw new Error(`${here} is not a folder`)
  return here
}
