import { expect, test } from 'vitest'
import { SystemProxies } from '../../../src/main/engine/system-proxies.ts'

const environment = (address: string): string =>
  address.includes('inside') ? '' : 'http://environment:1'

test('the word of the system counts by host and port, "straight on" too', () => {
  const proxies = new SystemProxies(
    { 'a.example:9443': 'socks5://s:1', 'b.example': '' },
    environment,
  )
  expect(proxies.of('wss://a.example:9443/ws')).toBe('socks5://s:1')
  expect(proxies.of('https://b.example/time')).toBe('')
  expect(proxies.of('wss://b.example:443/')).toBe('')
})

test('where the system said nothing, the environment counts', () => {
  const proxies = new SystemProxies({ 'a.example:9443': 'socks5://s:1' }, environment)
  expect(proxies.of('wss://a.example/ws')).toBe('http://environment:1')
  expect(proxies.of('https://inside.example')).toBe('')
  expect(new SystemProxies(undefined, environment).of('https://a')).toBe('http://environment:1')
  // A word of the language is no host that was told.
  expect(new SystemProxies({}, environment).of('https://constructor')).toBe('http://environment:1')
})

test('a new word replaces the old one, and says whether it is another', () => {
  const proxies = new SystemProxies({ a: 'http://p:1', b: '' }, environment)
  expect(proxies.replace({ b: '', a: 'http://p:1' })).toBe(false)
  expect(proxies.replace({ a: 'http://p:1' })).toBe(true)
  expect(proxies.of('https://b')).toBe('http://environment:1')
  expect(proxies.replace({ a: 'http://p:1', c: '' })).toBe(true)
  expect(proxies.of('https://c')).toBe('')
  expect(proxies.replace({ a: '', c: '' })).toBe(true)
  expect(proxies.of('https://a')).toBe('')
})
