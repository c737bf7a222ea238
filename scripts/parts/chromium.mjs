import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { run } from './process.mjs'

const linux = process.platform === 'linux'
/** Debian's package of that name puts it here. */
const SHELL = '/usr/bin/chromium-headless-shell'

/**
 * An installed Chromium (or Chrome, or Edge): CHROMIUM_PATH, else where the system puts it, else
 * Playwright's own. Never downloads.
 * @returns {string | null} absolute path
 */
export function findChromium() {
  const given = process.env.CHROMIUM_PATH
  if (given !== undefined && given !== '') return existsSync(given) ? given : null
  return [...systemPaths(), ...playwrightPaths()].find((path) => works(path)) ?? null
}

/**
 * Where Chromium's headless shell is, the same engine without the windows of a browser; null: nowhere. A start of
 * it costs half the CPU.
 */
export function findHeadlessShell() {
  const given = process.env.CHROMIUM_PATH
  if (given !== undefined && given !== '') return null
  return works(SHELL) ? SHELL : null
}

/** On Debian as root only, where it is missing; without it the tests take the whole Chromium. */
export async function installHeadlessShell(log) {
  if (findHeadlessShell() !== null || !isDebian() || process.getuid?.() !== 0) return
  const problem = await aptInstall('chromium-headless-shell', log)
  if (problem !== null) log(problem)
}

/** The one command that would put a Chromium here. */
export function chromiumAdvice() {
  if (isDebian()) return 'run: sudo apt-get install -y chromium'
  return 'run: npx playwright install chromium'
}

/** On Debian and Ubuntu as root only: installs Chromium. Answers why not, else null. */
export async function installChromium(log) {
  if (!isDebian() || process.getuid?.() !== 0) return 'no Chromium found'
  const problem = await aptInstall('chromium', log)
  if (problem !== null) return problem
  return findChromium() === null ? 'apt-get installed a chromium that does not start' : null
}

/** Null: it is there; else why not. */
async function aptInstall(name, log) {
  log(`no ${name} found; installing it with apt-get (a minute or two) …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', name]]) {
    const result = await run('apt-get', args, { env, limitMs: 5 * 60_000 })
    if (result.code !== 0) {
      const line = result.output.split('\n').find((text) => text.startsWith('E: '))
      return `no ${name}, and apt-get ${args[0]} failed${line ? ` (${line.slice(3)})` : ''}`
    }
  }
  return null
}

const isDebian = () => linux && existsSync('/etc/debian_version')

/** On Linux a name can be an empty shell (a snap stub), so ask it; elsewhere that opens a window. */
function works(path) {
  if (!existsSync(path)) return false
  if (!linux) return true
  return spawnSync(path, ['--version'], { timeout: 10_000, stdio: 'ignore' }).status === 0
}

function systemPaths() {
  if (process.platform === 'darwin') {
    return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
      ['Chromium', 'Google Chrome', 'Microsoft Edge'].map((name) =>
        join(folder, `${name}.app`, 'Contents', 'MacOS', name),
      ),
    )
  }
  if (process.platform === 'win32') {
    const { ProgramFiles, 'ProgramFiles(x86)': x86, LOCALAPPDATA } = process.env
    return [ProgramFiles, x86, LOCALAPPDATA]
      .filter(Boolean)
      .flatMap((folder) => [
        join(folder, 'Chromium', 'Application', 'chrome.exe'),
        join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
        join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
      ])
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
  const folders = new Set(['/usr/bin', '/snap/bin', ...(process.env.PATH ?? '').split(delimiter)])
  return names.flatMap((name) => [...folders].filter(Boolean).map((folder) => join(folder, name)))
}

function playwrightPaths() {
  const own = {
    darwin: join(homedir(), 'Library', 'Caches', 'ms-playwright'),
    win32: join(process.env.LOCALAPPDATA ?? homedir(), 'ms-playwright'),
  }[process.platform]
  const folder =
    process.env.PLAYWRIGHT_BROWSERS_PATH ?? own ?? join(homedir(), '.cache', 'ms-playwright')
  const inside = [
    ['chrome-linux', 'chrome'],
    ['chrome-linux64', 'chrome'],
    ['chrome-win', 'chrome.exe'],
    ['chrome-win64', 'chrome.exe'],
    ['chrome-mac', 'Chromium.app', 'Contents', 'MacOS', 'Chromium'],
    ['chrome-mac-arm64', 'Chromium.app', 'Contents', 'MacOS', 'Chromium'],
  ]
  return list(folder)
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort()
    .reverse()
    .flatMap((name) => inside.map((parts) => join(folder, name, ...parts)))
}

function list(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
