import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { _electron } from '@playwright/test'
import { listen, type Running, type Start, tapeOf } from './shell.ts'

const DEFAULTS: Readonly<Record<string, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
}

/** Why nothing can run in Electron itself on this machine. */
export const NO_ELECTRON = 'no Electron binary is installed here (npx install-electron fetches it)'

/**
 * Path of the installed Electron binary. Looks at files only: importing the package would try to
 * download the binary when it is not there.
 */
export function findElectron(): string | undefined {
  const explicit = process.env.ELECTRON_EXEC_PATH
  if (explicit !== undefined) return existsSync(explicit) ? explicit : undefined
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist')
  const named = join(folder, 'path.txt')
  const name = existsSync(named)
    ? readFileSync(named, 'utf8').trim()
    : (DEFAULTS[process.platform] ?? 'electron')
  const path = join(dist, name)
  return existsSync(path) ? path : undefined
}

/** Electron itself. */
export async function startElectron({ dataDir, config, live }: Start): Promise<Running> {
  const executablePath = findElectron()
  if (executablePath === undefined) throw new Error(NO_ELECTRON)
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const app = await _electron.launch({
    executablePath,
    args: ['.', ...tapeOf(live), '--config', config, ...root],
    env: { ...(process.env as Record<string, string>), TAPEDECK_DATA_DIR: dataDir },
  })
  const child = app.process()
  let output = ''
  child.stderr?.on('data', (data) => {
    output += String(data)
  })
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code) => resolve(code ?? 128))
  })
  const page = await app.firstWindow()
  const problems = listen(page)
  return {
    page,
    problems: async () => problems,
    stop: async () => {
      await app.evaluate(({ app: electron }) => electron.quit()).catch(() => {})
      return ended
    },
    end: () => child.kill('SIGTERM'),
    ended,
    output: () => output,
  }
}
