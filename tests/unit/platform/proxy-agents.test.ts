import { afterEach, describe, expect, it } from 'vitest'
import {
  environmentProxy,
  ProxyAgents,
  parseProxy,
  proxyLabel,
} from '../../../src/main/platform/proxy-agents.ts'

const failure = (text: string): string => {
  const outcome = parseProxy(text)
  return outcome.ok ? 'taken' : outcome.failure.message
}

describe('the address of a proxy', () => {
  it('is http, https or SOCKS with a host', () => {
    for (const text of ['http://a:3128', 'https://a', 'socks5://me@a:1080', 'socks4://a:1'])
      expect(failure(text)).toBe('taken')
  })

  it('is refused with the reason and an example otherwise', () => {
    expect(failure('proxy:3128')).toMatch(/cannot be reached by proxy:.*socks5:\/\/host:1080/)
    expect(failure('nonsense')).toMatch(/no address/)
    expect(failure('ftp://a')).toMatch(/by ftp:/)
    expect(failure('socks5://')).toMatch(/no host|no address/)
  })

  it('never holds a password: that would be shown and saved with it', () => {
    expect(failure('http://me:secret@a:1')).toMatch(/keychain/)
    expect(failure('http://me:secret@a:1')).not.toContain('secret')
  })

  it('is shown without its user', () => {
    expect(proxyLabel(new URL('socks5://me:x@a:1080'))).toBe('socks5://a:1080')
  })
})

describe('the proxy of the environment', () => {
  const before = { ...process.env }
  afterEach(() => {
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'])
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
  })

  it('is that of https for a wss address, none where it is excluded, and never for this machine', () => {
    process.env.https_proxy = 'http://p:3128'
    process.env.no_proxy = 'inside.example'
    expect(environmentProxy('wss://ws.example:8443/a')).toBe('http://p:3128')
    expect(environmentProxy('wss://inside.example/')).toBe('')
    for (const host of ['localhost:9', '127.0.0.1:9', '[::1]:9'])
      expect(environmentProxy(`wss://${host}/`)).toBe('')
    expect(environmentProxy('no address')).toBe('')
  })
})

describe('agents', () => {
  it('are made once for each proxy, and SOCKS looks names up at the far end', () => {
    const agents = new ProxyAgents()
    const one = agents.agent(new URL('http://a:1'))
    expect(agents.agent(new URL('http://a:1'))).toBe(one)
    const socks = agents.agent(new URL('socks5://a:1')) as unknown as { shouldLookup: boolean }
    expect(socks).not.toBe(one)
    expect(socks.shouldLookup).toBe(false)
    agents.close()
  })
})
