import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { askedAs, proxyOfPac, systemProxies } from '../../../src/main/electron/system-proxies.ts'
import { FakeClock } from '../ingest/fake-clock.ts'
import { silent } from '../services/fakes.ts'

describe('of a PAC answer', () => {
  it.each([
    ['DIRECT', ''],
    ['  direct ;', ''],
    ['PROXY proxy.example:8080', 'http://proxy.example:8080'],
    ['PROXY proxy.example:8080; DIRECT', 'http://proxy.example:8080'],
    ['DIRECT; PROXY proxy.example:8080', ''],
    ['HTTP a:1', 'http://a:1'],
    ['HTTPS secure.example:443', 'https://secure.example:443'],
    ['SOCKS5 10.0.0.1:1080;SOCKS old:1080', 'socks5://10.0.0.1:1080'],
    ['SOCKS old:1080', 'socks4://old:1080'],
    ['SOCKS4 old:1080', 'socks4://old:1080'],
    ['PROXY [2001:db8::1]:3128', 'http://[2001:db8::1]:3128'],
    ['QUIC fast:443; HTTPS slow:443', 'https://slow:443'],
    ['PROXY ; SOCKS5 b:2', 'socks5://b:2'],
    ['PROXY a:99999; PROXY b:2', 'http://b:2'],
    ['PROXY a:1 b:2; PROXY c:3', 'http://c:3'],
    ['PROXY me:secret@a:1; DIRECT', ''],
  ])('%s the first usable way counts', (answer, proxy) => {
    expect(proxyOfPac(answer)).toBe(proxy)
  })

  it.each(['', ';;', 'QUIC a:1', 'PROXY', 'nonsense', 'PROXY a/b', 'DIRECT please'])(
    'that names no way, "%s", nothing is known',
    (answer) => {
      expect(proxyOfPac(answer)).toBeUndefined()
    },
  )

  test('whatever it says, what comes out is an address without name and password, or none', () => {
    const words = fc.constantFrom('PROXY', 'SOCKS5', 'HTTPS', 'DIRECT', ' ', ';', '@', ':', '/')
    const mixed = fc.array(fc.oneof(words, fc.string()), { maxLength: 8 })
    fc.assert(
      fc.property(mixed, (parts) => {
        const proxy = proxyOfPac(parts.join(''))
        if (proxy === undefined || proxy === '') return
        const { hostname, username, password, protocol } = new URL(proxy)
        expect(hostname).not.toBe('')
        expect(username + password).toBe('')
        expect(['http:', 'https:', 'socks4:', 'socks5:']).toContain(protocol)
      }),
    )
  })
})

test('a socket is asked for as the page beside it', () => {
  expect(askedAs('wss://a.example:9443/ws')).toBe('https://a.example:9443/ws')
  expect(askedAs('ws://127.0.0.1:9')).toBe('http://127.0.0.1:9')
  expect(askedAs('https://a.example')).toBe('https://a.example')
})

describe('of the venues', () => {
  const addresses = [
    'wss://a.example:9443/ws',
    'https://a.example',
    'https://b.example/x',
    'no url',
  ]

  it('each host is asked for once, and answers by host and port', async () => {
    const asked: string[] = []
    const resolve = async (address: string): Promise<string> => {
      asked.push(address)
      return address.includes('9443') ? 'SOCKS5 s:1080' : 'DIRECT'
    }
    const clock = new FakeClock()
    const twice = [...addresses, 'wss://b.example/stream']
    expect(await systemProxies(twice, { resolve, clock, logger: silent })).toEqual({
      'a.example:9443': 'socks5://s:1080',
      'a.example': '',
      'b.example': '',
    })
    expect(asked).toHaveLength(3)
    expect(asked.every((address) => address.startsWith('https://'))).toBe(true)
  })

  it('one that fails, or says nothing usable, is left out', async () => {
    const resolve = async (address: string): Promise<string> => {
      if (address.includes('9443')) throw new Error('no such script')
      return address.includes('b.example') ? 'QUIC q:1' : 'PROXY p:1'
    }
    const parts = { resolve, clock: new FakeClock(), logger: silent }
    expect(await systemProxies(addresses, parts)).toEqual({ 'a.example': 'http://p:1' })
  })

  it('one that hangs holds nothing up, and its late answer changes nothing', async () => {
    const clock = new FakeClock()
    const late = Promise.withResolvers<string>()
    const resolve = (address: string): Promise<string> =>
      address.includes('b.example') ? late.promise : Promise.resolve('DIRECT')
    const asking = systemProxies(addresses, { resolve, clock, logger: silent })
    await Promise.resolve()
    clock.advance(3_000)
    const told = await asking
    expect(told).toEqual({ 'a.example:9443': '', 'a.example': '' })
    late.resolve('PROXY p:1')
    await new Promise((resolve) => setImmediate(resolve))
    expect(told).toEqual({ 'a.example:9443': '', 'a.example': '' })
  })
})
