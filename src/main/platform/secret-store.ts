import type { LogFields, SecretStore } from '../ports.ts'
import { probeKeychain } from './keychain-probe.ts'

const SERVICE = 'tapedeck'
const PROBE_MS = 4_000
const CALL_MS = 10_000

/** The calls of the keychain library that are used. */
export interface Keychain {
  get(name: string, signal: AbortSignal): Promise<string | undefined>
  set(name: string, secret: string, signal: AbortSignal): Promise<void>
  delete(name: string, signal: AbortSignal): Promise<void>
}

/**
 * Secrets in the OS keychain (Keychain, Credential Manager, Secret Service). It is trusted only after
 * a dummy was written, read and deleted; without one, secrets live in this process and end with it.
 */
export function createSecretStore(
  log: (event: string, fields: LogFields) => void,
  probe: (ms: number) => Promise<{ readonly ok: boolean }> = probeKeychain,
  open: () => Promise<Keychain> = systemKeychain,
): SecretStore {
  const session = new Map<string, string>()
  let found: Promise<Keychain | null> | null = null
  const keychain = (): Promise<Keychain | null> => {
    found ??= probe(PROBE_MS).then(async (answer) => {
      if (answer.ok) return open()
      log('keychain-absent', { meaning: 'secrets are held for this session only' })
      return null
    })
    return found
  }
  const failed = (error: unknown): void =>
    log('keychain-failed', { message: error instanceof Error ? error.message : String(error) })
  return {
    isHeld: (name) => session.has(name),
    async get(name) {
      const held = session.get(name)
      if (held !== undefined) return held
      try {
        return await (await keychain())?.get(name, AbortSignal.timeout(CALL_MS))
      } catch (error) {
        failed(error)
        return undefined
      }
    },
    async set(name, secret) {
      session.set(name, secret)
      try {
        const chain = await keychain()
        if (chain === null) return { kept: false }
        const signal = AbortSignal.timeout(CALL_MS)
        await (secret === '' ? chain.delete(name, signal) : chain.set(name, secret, signal))
        session.delete(name)
        return { kept: true }
      } catch (error) {
        failed(error)
        return { kept: false }
      }
    },
  }
}

async function systemKeychain(): Promise<Keychain> {
  const { AsyncEntry } = await import('@napi-rs/keyring')
  const entry = (name: string) =>
    new AsyncEntry(SERVICE, name, { linux: { store: 'secret-service' } })
  return {
    get: async (name, signal) => (await entry(name).getPassword(signal)) ?? undefined,
    set: (name, secret, signal) => entry(name).setPassword(secret, signal),
    delete: async (name, signal) => {
      await entry(name).deletePassword(signal)
    },
  }
}
