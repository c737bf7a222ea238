import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NO_KEYCHAIN, type PrivateKeychain, privateKeychain } from './keychain.ts'

const PEER = fileURLToPath(new URL('keychain-peer.ts', import.meta.url))
const CANARY = 'sk-canary-keychain-7f3a'

let keychain: PrivateKeychain
beforeEach(() => {
  keychain = privateKeychain()
})
afterEach(() => keychain.remove())

function ask(args: readonly string[], withService = true): unknown {
  const command = [process.execPath, PEER, ...args]
  const [file, rest] = withService ? keychain.wrap(command) : [process.execPath, command.slice(1)]
  const { DBUS_SESSION_BUS_ADDRESS: _, ...bare } = process.env
  const env = { ...bare, ...keychain.environment }
  const { stdout } = spawnSync(file, rest, { env, encoding: 'utf8', timeout: 30_000 })
  return JSON.parse(stdout)
}

describe.skipIf(NO_KEYCHAIN !== null)(
  `a real Secret Service on a private bus${NO_KEYCHAIN === null ? '' : ` (skipped: ${NO_KEYCHAIN})`}`,
  () => {
    test('a secret is kept, found by another process, and forgotten', () => {
      expect(ask(['set', 'ai https://one.example', CANARY])).toEqual({ kept: true, held: false })
      expect(ask(['get', 'ai https://one.example'])).toEqual({ secret: CANARY, held: false })
      expect(ask(['get', 'ai https://other.example'])).toEqual({ secret: null, held: false })
      expect(ask(['set', 'ai https://one.example', ''])).toEqual({ kept: true, held: false })
      expect(ask(['get', 'ai https://one.example'])).toEqual({ secret: null, held: false })
    }, 60_000)

    test('its files do not hold the secret in the clear', () => {
      ask(['set', 'ai https://one.example', CANARY])
      const files = readdirSync(keychain.home, { recursive: true, withFileTypes: true })
      const bodies = files
        .filter((file) => file.isFile())
        .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
      expect(bodies.length).toBeGreaterThan(0)
      expect(bodies.filter((body) => body.includes(CANARY))).toEqual([])
    }, 60_000)
  },
)

test('without a service a secret is held by its process alone, which says so; no other store is used', () => {
  expect(ask(['set', 'ai https://one.example', CANARY], false)).toEqual({ kept: false, held: true })
  expect(ask(['get', 'ai https://one.example'], false)).toEqual({ secret: null, held: false })
}, 60_000)
