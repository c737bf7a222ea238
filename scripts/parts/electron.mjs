import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodePath } from './packages.mjs'
import { run, toolEnvironment } from './process.mjs'
import { at } from './root.mjs'
import { oneLine, seconds, withoutColours } from './say.mjs'

/** After a failed download the next starts do not wait for another for this long. */
const REMEMBERED_MS = 6 * 3_600_000
const MEMORY = () => at('.cache', 'electron-download.json')
const NAMES = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
const package_ = (...parts) => at('node_modules', 'electron', ...parts)

/**
 * The installed Electron program, or null. Looks at files only: loading the `electron` package
 * would begin a download.
 */
export function electronBinary() {
  const given = process.env.ELECTRON_EXEC_PATH
  if (given !== undefined && given !== '') return existsSync(given) ? given : null
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? package_('dist')
  const path = join(folder, read(package_('path.txt')) ?? NAMES[process.platform] ?? 'electron')
  // path.txt is written last: without it the archive may be half unpacked.
  const finished = process.env.ELECTRON_OVERRIDE_DIST_PATH || existsSync(package_('path.txt'))
  return finished && existsSync(path) ? path : null
}

/** Why Electron cannot open a window here, whatever is installed; null when it can. */
export function desktopObstacle(args = []) {
  if (process.platform !== 'linux') return null
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display here'
  if (process.getuid?.() === 0 && !args.includes('--no-sandbox'))
    return 'Electron does not run as root with its sandbox on'
  return null
}

/**
 * Fetches Electron's program (about 120 MB) with Electron's own installer, at first use.
 * @param {{ log: (text: string) => void, again?: boolean, limitMs?: number }} options `again`: also
 *   when a download failed a short while ago
 * @returns {Promise<string | null>} one line why it is not there, or null: it is
 */
export async function fetchElectron({ log, again = false, limitMs = downloadLimit() }) {
  if (electronBinary() !== null) return null
  const version = JSON.parse(readFileSync(package_('package.json'), 'utf8')).version
  const before = again ? null : failureOf(version)
  if (before !== null) return before
  log(`downloading Electron ${version} (once, about 120 MB, at most ${seconds(limitMs)}) …`)
  const proxied = Object.keys(process.env).some((name) => /^https?_proxy$/i.test(name))
  const result = await run(nodePath(), [package_('install.js')], {
    env: toolEnvironment(proxied ? { NODE_USE_ENV_PROXY: '1' } : {}),
    limitMs,
    keepIn: at('.cache', 'electron-download.log'),
  })
  if (result.code === 0 && electronBinary() !== null) return null
  const reason = result.timedOut
    ? `the download did not finish in ${seconds(limitMs)}`
    : `the download failed (${failureIn(result.output)}; offline, or blocked?)`
  remember({ version, at: Date.now(), reason })
  return reason
}

function downloadLimit() {
  const given = Number(process.env.TAPEDECK_DOWNLOAD_SECONDS)
  return given > 0 ? given * 1000 : 5 * 60_000
}

/** The reason of a download that failed in the last hours, in words; null: try. */
function failureOf(version) {
  try {
    const memory = JSON.parse(read(MEMORY()) ?? 'null')
    const age = Date.now() - memory.at
    if (memory.version !== version || !(age >= 0 && age < REMEMBERED_MS)) return null
    const minutes = Math.round(age / 60_000)
    return `${memory.reason}, ${minutes} min ago; --download tries again now`
  } catch {
    return null
  }
}

function remember(memory) {
  try {
    mkdirSync(at('.cache'), { recursive: true })
    writeFileSync(MEMORY(), JSON.stringify(memory))
  } catch {
    // Then the next start tries once more.
  }
}

function failureIn(output) {
  const lines = withoutColours(output).split('\n')
  return oneLine(lines.find((line) => /error/i.test(line)) ?? output, 160) || 'no reason given'
}

function read(path) {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return null
  }
}
