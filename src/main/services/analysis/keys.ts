import type { KeyState } from '../../../shared/contract/analysis.ts'
import type { SecretStore } from '../../ports.ts'

/**
 * Keys of AI providers, each bound to the origin it was given for: a base address of another host never gets it, and
 * finds its own again. They are used here and shown nowhere.
 */
export class Keys {
  readonly #secrets: SecretStore
  readonly #known = new Map<string, string>()

  constructor(secrets: SecretStore) {
    this.#secrets = secrets
  }

  /** Reads the key of an address from the keychain, once. */
  async load(baseUrl: string): Promise<void> {
    const name = nameOf(baseUrl)
    if (this.#known.has(name)) return
    this.#known.set(name, (await this.#secrets.get(name)) ?? '')
  }

  /** '' when there is none. */
  of(baseUrl: string): string {
    return this.#known.get(nameOf(baseUrl)) ?? ''
  }

  state(baseUrl: string): KeyState {
    if (this.of(baseUrl) === '') return 'absent'
    return this.#secrets.isHeld(nameOf(baseUrl)) ? 'session' : 'kept'
  }

  /** '' forgets it. */
  async set(baseUrl: string, key: string): Promise<KeyState> {
    const name = nameOf(baseUrl)
    this.#known.set(name, key)
    await this.#secrets.set(name, key)
    return this.state(baseUrl)
  }
}

const nameOf = (baseUrl: string): string => `ai ${new URL(baseUrl).origin}`
