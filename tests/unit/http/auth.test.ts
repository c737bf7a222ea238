import { hostname } from 'node:os'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGate, isLoopback, type Knock } from '../../../src/main/http/auth.ts'
import { newToken } from '../../../src/main/http/token.ts'

const token = newToken()
const knock = (parts: Partial<Knock>): Knock => ({
  host: '127.0.0.1:8080',
  origin: undefined,
  cookie: undefined,
  token: null,
  ...parts,
})
const gate = createGate({ token, port: 8080, boundTo: '127.0.0.1' })

describe('the token', () => {
  it('is 32 bytes of chance, in letters for a URL', () => {
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(newToken()).not.toBe(token)
  })

  it('opens, and nothing else does', () => {
    expect(gate.tokenRight(knock({ token }))).toBe(true)
    fc.assert(
      fc.property(fc.string(), (other) => {
        expect(gate.tokenRight(knock({ token: other }))).toBe(other === token)
        expect(gate.cookieRight(knock({ cookie: `tapedeck-8080=${other}` }))).toBe(other === token)
      }),
    )
    expect(gate.tokenRight(knock({ token: null }))).toBe(false)
    expect(gate.tokenRight(knock({ token: `${token}x` }))).toBe(false)
  })

  it('is found in the cookie of this port, even behind a planted one', () => {
    const own = `tapedeck-8080=${token}`
    expect(gate.cookieRight(knock({ cookie: own }))).toBe(true)
    expect(gate.cookieRight(knock({ cookie: `a=b; tapedeck-8080=fake; ${own}` }))).toBe(true)
    expect(gate.cookieRight(knock({ cookie: `tapedeck-8081=${token}` }))).toBe(false)
    expect(gate.cookieRight(knock({ cookie: `x-${own}` }))).toBe(false)
    expect(gate.cookieRight(knock({ cookie: undefined }))).toBe(false)
  })

  it('travels in a cookie that scripts and other sites do not get', () => {
    expect(gate.cookie).toBe(`tapedeck-8080=${token}; Path=/; HttpOnly; SameSite=Strict`)
  })
})

describe('the host', () => {
  it.each(['127.0.0.1:8080', 'localhost:8080', 'LOCALHOST:8080', '[::1]:8080'])(
    'answers to %s',
    (host) => expect(gate.hostAllowed(knock({ host }))).toBe(true),
  )

  it.each([
    'evil.example:8080',
    'localhost.evil.example:8080',
    '127.0.0.1.evil.example:8080',
    '127.0.0.1',
    '127.0.0.1:80801',
    '127.0.0.1:8081',
    '192.168.1.2:8080',
    '0.0.0.0:8080',
    'evil@127.0.0.1:8080',
    '127.0.0.1:8080/',
    '',
    undefined,
  ])('does not answer to %s', (host) => expect(gate.hostAllowed(knock({ host }))).toBe(false))

  it('answers to bare addresses, never to foreign names, when it listens everywhere', () => {
    const open = createGate({ token, port: 8080, boundTo: '0.0.0.0' })
    expect(open.hostAllowed(knock({ host: '192.168.1.2:8080' }))).toBe(true)
    expect(open.hostAllowed(knock({ host: `${hostname()}:8080` }))).toBe(true)
    expect(open.hostAllowed(knock({ host: 'evil.example:8080' }))).toBe(false)
    const named = createGate({ token, port: 80, boundTo: 'box.lan' })
    expect(named.hostAllowed(knock({ host: 'box.lan' }))).toBe(true)
    expect(named.hostAllowed(knock({ host: '10.0.0.1' }))).toBe(false)
  })

  it('knows an address of this computer', () => {
    for (const host of ['127.0.0.1', '127.8.8.8', '::1', 'localhost'])
      expect(isLoopback(host)).toBe(true)
    for (const host of ['0.0.0.0', '::', '192.168.0.1', '127.0.0.1.evil.example', '1270.0.0.1'])
      expect(isLoopback(host)).toBe(false)
  })
})

describe('the origin', () => {
  it('is the page that was served here, or no browser at all', () => {
    const allowed = (origin: string | undefined) => gate.originAllowed(knock({ origin }))
    expect(allowed(undefined)).toBe(true)
    expect(allowed('http://127.0.0.1:8080')).toBe(true)
    for (const origin of [
      'null',
      '',
      'http://127.0.0.1',
      'http://127.0.0.1:8081',
      'https://127.0.0.1:8080',
      'http://localhost:8080',
      'http://evil.example',
      'http://127.0.0.1:8080.evil.example',
    ])
      expect(allowed(origin)).toBe(false)
  })
})
