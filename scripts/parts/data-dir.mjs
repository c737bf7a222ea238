import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * Where the tape is kept: what was asked for, else TAPEDECK_DATA_DIR, else this system's custom.
 * @param {string | undefined} given value of --data-dir
 * @param {{ platform?: string, env?: Record<string, string | undefined>, home?: string }} [system]
 * @returns {string} absolute path
 */
export function dataDir(given, system = {}) {
  const { platform = process.platform, env = process.env, home = homedir() } = system
  const chosen = given ?? env.TAPEDECK_DATA_DIR
  if (chosen !== undefined && chosen !== '') return resolve(chosen)
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Tapedeck')
  if (platform === 'win32') return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'Tapedeck')
  return join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'tapedeck')
}
