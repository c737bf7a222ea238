import { describe, expect, it } from 'vitest'
import { createSecretStore, type Keychain } from '../../../src/main/platform/secret-store.ts'

function memoryKeychain(): Keychain & { readonly held: Map<string, string> } {
  const held = new Map<string, string>()
  return {
    held,
    get: async (name) => held.get(name),
    set: async (name, secret) => void held.set(name, secret),
    delete: async (name) => void held.delete(name),
  }
}

describe('secrets', () => {
  it('go to the keychain when its probe went well', async () => {
    const chain = memoryKeychain()
    const store = createSecretStore(
      () => {},
      async () => ({ ok: true }),
      async () => chain,
    )
    expect(await store.set('a', 'x')).toEqual({ kept: true })
    expect([...chain.held]).toEqual([['a', 'x']])
    expect(await store.get('a')).toBe('x')
    expect(await store.set('a', '')).toEqual({ kept: true })
    expect(await store.get('a')).toBe(undefined)
  })

  it('are held for this session only where there is no keychain, and that is said', async () => {
    const said: string[] = []
    const store = createSecretStore(
      (event) => said.push(event),
      async () => ({ ok: false }),
      async () => expect.fail('a keychain that failed its probe was opened'),
    )
    expect(await store.set('a', 'x')).toEqual({ kept: false })
    expect(await store.get('a')).toBe('x')
    expect(said).toEqual(['keychain-absent'])
  })

  it('are held for this session when the keychain fails later, without the secret in the log', async () => {
    const said: string[] = []
    const broken: Keychain = {
      get: () => Promise.reject(new Error('locked')),
      set: () => Promise.reject(new Error('locked')),
      delete: () => Promise.reject(new Error('locked')),
    }
    const store = createSecretStore(
      (event, fields) => said.push(`${event} ${JSON.stringify(fields)}`),
      async () => ({ ok: true }),
      async () => broken,
    )
    expect(await store.set('a', 'geheim')).toEqual({ kept: false })
    expect(await store.get('a')).toBe('geheim')
    expect(await store.get('b')).toBe(undefined)
    expect(said.join()).toContain('locked')
    expect(said.join()).not.toContain('geheim')
  })
})
