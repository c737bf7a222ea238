import { expect, test } from 'vitest'
import { holdSecrets } from '../../../src/main/engine/held-secrets.ts'
import type { SecretStore } from '../../../src/main/ports.ts'

function fakeStore(kept: boolean): SecretStore {
  const keychain = new Map<string, string>()
  return {
    isHeld: () => false,
    get: async (name) => keychain.get(name),
    set: async (name, secret) => {
      if (kept) keychain.set(name, secret)
      return { kept }
    },
  }
}

test('without a keychain a secret is there again for the next engine', async () => {
  const held: Record<string, string> = {}
  const tell = (name: string, secret: string): void => {
    held[name] = secret
  }
  const first = holdSecrets(fakeStore(false), {}, tell)
  expect(await first.set('proxy a', 'secret')).toEqual({ kept: false })
  expect(await first.get('proxy a')).toBe('secret')
  const next = holdSecrets(fakeStore(false), held, tell)
  expect(await next.get('proxy a')).toBe('secret')
  expect(await next.get('proxy b')).toBeUndefined()
  await next.set('proxy a', '')
  expect(await next.get('proxy a')).toBeUndefined()
  expect(held['proxy a']).toBe('')
})

test('what the keychain keeps is held nowhere else, and an older one that was held is forgotten', async () => {
  const told: string[] = []
  const store = holdSecrets(fakeStore(true), { 'proxy a': 'old' }, (name, secret) => {
    told.push(`${name}=${secret}`)
  })
  await store.set('proxy a', 'new')
  expect(told).toEqual(['proxy a='])
  expect(await store.get('proxy a')).toBe('new')
})
