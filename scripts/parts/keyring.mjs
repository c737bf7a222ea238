import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './process.mjs'

const NEEDED = ['dbus-run-session', 'gnome-keyring-daemon']

/** Whether a Secret Service of its own can be started here, for the tests of the keychain. */
export const hasKeyring = () => process.platform === 'linux' && NEEDED.every(isInPath)

/** On Debian and Ubuntu as root only: installs one. Answers why not, else null. */
export async function installKeyring(log) {
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0)
    return `${NEEDED.join(' and ')} are not installed`
  log('no Secret Service found; installing gnome-keyring with apt-get …')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const install = ['install', '-y', '--no-install-recommends', 'gnome-keyring', 'dbus']
  for (const args of [['update'], install]) {
    const { code } = await run('apt-get', args, { env, limitMs: 3 * 60_000 })
    if (code !== 0) return `apt-get ${args[0]} failed`
  }
  return hasKeyring() ? null : 'apt-get installed a gnome-keyring that is not there'
}

const isInPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)))
