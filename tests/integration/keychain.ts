import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
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

export interface OpenKeychain {
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

export interface PrivateKeychain {
  /** The command that runs another one with this keychain, unlocked, on a message bus of its own. */
  readonly wrap: (command: readonly string[]) => readonly [string, readonly string[]]
  readonly environment: Readonly<Record<string, string>>
  /** Where the service keeps its files. */
  readonly home: string
  /** Keeps it running for several commands; what they need in their environment, and how to end it. */
  open(): Promise<OpenKeychain>
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
  const environment = { HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: join(home, 'data') }
  const wrap: PrivateKeychain['wrap'] = (command) => [
    'dbus-run-session',
    ['--', 'bash', '-c', script, ...command],
  ]
  return {
    ...{ home, environment, wrap },
    async open() {
      // It lasts as long as its standard input, and so not longer than this process.
      const [file, args] = wrap(['bash', '-c', 'echo "$DBUS_SESSION_BUS_ADDRESS"; read -r _'])
      const { DBUS_SESSION_BUS_ADDRESS: _, ...bare } = process.env
      const child = spawn(file, args, {
        stdio: ['pipe', 'pipe', 'ignore'],
        env: { ...bare, ...environment },
      })
      const [line] = (await once(child.stdout, 'data')) as [Buffer]
      return {
        environment: { ...environment, DBUS_SESSION_BUS_ADDRESS: String(line).trim() },
        close: async () => {
          const closed = once(child, 'close')
          child.stdin.end()
          await closed
        },
      }
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  }
}
