import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const has = (name: string): boolean => spawnSync('which', [name], { stdio: 'ignore' }).status === 0

/** Why a Secret Service of a test's own cannot be started here; null: it can. */
export const NO_KEYCHAIN: string | null =
  process.platform !== 'linux'
    ? 'the tests know how to start a keychain of their own on Linux only'
    : ['dbus-run-session', 'gnome-keyring-daemon', 'bash'].every(has)
      ? null
      : 'gnome-keyring or dbus is not installed'

export interface PrivateKeychain {
  /** The command that runs another one with this keychain, unlocked, on a message bus of its own. */
  readonly wrap: (command: readonly string[]) => readonly [string, readonly string[]]
  readonly environment: Readonly<Record<string, string>>
  /** Where the service keeps its files. */
  readonly home: string
  remove(): void
}

/**
 * A real Secret Service (gnome-keyring) under a private D-Bus session, with a home of its own: whoever
 * runs the tests keeps their keychain untouched. What was kept is there again for the next command.
 */
export function privateKeychain(): PrivateKeychain {
  const home = mkdtempSync(join(tmpdir(), 'tapedeck-keychain-'))
  const script =
    'printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$0" "$@"'
  return {
    home,
    environment: { HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: join(home, 'data') },
    wrap: (command) => ['dbus-run-session', ['--', 'bash', '-c', script, ...command]],
    remove: () => rmSync(home, { recursive: true, force: true }),
  }
}
