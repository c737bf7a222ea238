import type { DeliverySettings } from '../../../shared/contract/alerts.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import type { SecretStore } from '../../ports.ts'

export type RemoteChannel = 'webhook' | 'telegram'

interface Address {
  readonly address: string
  readonly chat: string
}

const CHANNELS: readonly RemoteChannel[] = ['webhook', 'telegram']
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Where firings are posted to. An address may hold a secret: it lies in the keychain and is never shown whole. */
export class Addresses {
  readonly #secrets: SecretStore
  readonly #known = new Map<RemoteChannel, Address>()
  /** Settles when what the keychain holds is known; it may take seconds to answer. */
  loaded: Promise<void> = Promise.resolve()

  constructor(secrets: SecretStore) {
    this.#secrets = secrets
  }

  load(): Promise<void> {
    this.loaded = this.#load()
    return this.loaded
  }

  async #load(): Promise<void> {
    for (const channel of CHANNELS) {
      const kept = addressIn(await this.#secrets.get(secretName(channel)))
      if (kept !== undefined && !this.#known.has(channel)) this.#known.set(channel, kept)
    }
  }

  of(channel: RemoteChannel): Address | undefined {
    return this.#known.get(channel)
  }

  async set(
    channel: RemoteChannel,
    address: string,
    chat = '',
  ): Promise<Outcome<{ readonly kept: boolean }>> {
    if (address === '') {
      this.#known.delete(channel)
      return ok(await this.#secrets.set(secretName(channel), ''))
    }
    const checked = checkAddress(address)
    if (!checked.ok) return checked
    if (channel === 'telegram' && chat.trim() === '')
      return fail('invalid', 'Say to which chat it goes: its id, or @ and the name of a channel.')
    const value = { address: checked.value, chat: chat.trim() }
    this.#known.set(channel, value)
    return ok(await this.#secrets.set(secretName(channel), JSON.stringify(value)))
  }

  settings(): DeliverySettings {
    const host = (channel: RemoteChannel): string | null => {
      const known = this.#known.get(channel)
      return known === undefined ? null : new URL(known.address).host
    }
    return {
      webhook: { host: host('webhook') },
      telegram: { host: host('telegram'), chat: this.#known.get('telegram')?.chat ?? '' },
    }
  }
}

/** Without a slash at its end. Only to this machine may it go unencrypted. */
function checkAddress(text: string): Outcome<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return fail('invalid', 'That is no web address: it begins with https://')
  if (url.protocol === 'http:' && !LOOPBACK.has(url.hostname))
    return fail(
      'invalid',
      'Use https://: over http:// anybody on the way can read the address, and with it send in your name. ' +
        'http:// is for programs on this machine only.',
    )
  return ok(url.href.replace(/\/$/, ''))
}

const secretName = (channel: RemoteChannel): string => `alerts ${channel}`

function addressIn(secret: string | undefined): Address | undefined {
  if (secret === undefined || secret === '') return undefined
  try {
    const { address, chat } = JSON.parse(secret) as Partial<Address>
    return typeof address === 'string' && typeof chat === 'string' ? { address, chat } : undefined
  } catch {
    return undefined
  }
}
