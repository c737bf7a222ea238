import { expect, test } from 'vitest'
import type { SecretStore } from '../../../../src/main/ports.ts'
import { Keys } from '../../../../src/main/services/analysis/keys.ts'

const ONE = 'https://one.example/v1'
const OTHER = 'https://other.example/v1'

function secrets(kept: boolean) {
  const chain = new Map<string, string>()
  const held = new Map<string, string>()
  const store: SecretStore = {
    get: async (name) => held.get(name) ?? chain.get(name),
    set: async (name, secret) => {
      ;(kept ? chain : held).set(name, secret)
      return { kept }
    },
    isHeld: (name) => held.has(name),
  }
  return { store, chain }
}

test('a key belongs to the origin it was given for, whatever the path', async () => {
  const { store, chain } = secrets(true)
  const keys = new Keys(store)
  expect(await keys.set(ONE, 'sk-1')).toBe('kept')
  expect([...chain.keys()]).toEqual(['ai https://one.example'])
  expect(keys.of('https://one.example/other')).toBe('sk-1')
  expect(keys.of(OTHER)).toBe('')
  expect(keys.of('http://one.example/v1')).toBe('')
  expect(keys.of('https://one.example:8443/v1')).toBe('')
})

test('it is found again by the next run', async () => {
  const { store } = secrets(true)
  await new Keys(store).set(ONE, 'sk-1')
  const next = new Keys(store)
  expect(next.state(ONE)).toBe('absent')
  await next.load(ONE)
  expect(next.state(ONE)).toBe('kept')
})

test('without a keychain it is there for this session', async () => {
  const { store } = secrets(false)
  const keys = new Keys(store)
  expect(await keys.set(ONE, 'sk-1')).toBe('session')
  expect(await keys.set(ONE, '')).toBe('absent')
})
