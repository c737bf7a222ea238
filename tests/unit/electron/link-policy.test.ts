import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mayNavigate, mayOpenOutside, originOf } from '../../../src/main/electron/link-policy.ts'

const HOSTS = ['tradingview.com', 'docs.example.org']

describe('links that may be opened outside', () => {
  test.each([
    'https://tradingview.com/',
    'https://www.tradingview.com/lightweight-charts/?utm=1#x',
    'https://docs.example.org/websocket',
  ])('%s', (url) => expect(mayOpenOutside(url, HOSTS)).toBe(true))

  test.each([
    'http://tradingview.com/',
    'https://tradingview.com.evil.test/',
    'https://eviltradingview.com/',
    'https://example.org/',
    'https://tradingview.com@evil.test/',
    'https://someone@tradingview.com/',
    'https://tradingview.com:8443/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'smb://tradingview.com/x',
    'ms-msdt:/id',
    'tradingview.com',
    '',
  ])('not %s', (url) => expect(mayOpenOutside(url, HOSTS)).toBe(false))

  test('nothing but https on a listed host, whatever the address', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (url) => {
        const { protocol, hostname } = new URL(url)
        const listed = HOSTS.some((host) => hostname === host || hostname.endsWith(`.${host}`))
        return !mayOpenOutside(url, HOSTS) || (protocol === 'https:' && listed)
      }),
    )
    expect(mayOpenOutside('https://tradingview.com/', [])).toBe(false)
  })
})

test('the window itself stays on the app, and may reload', () => {
  const origin = 'app://tapedeck'
  expect(mayNavigate('app://tapedeck/index.html', origin)).toBe(true)
  expect(mayNavigate('app://other/index.html', origin)).toBe(false)
  expect(mayNavigate('https://tapedeck/', origin)).toBe(false)
  expect(mayNavigate('about:blank', origin)).toBe(false)
  expect(mayNavigate('nonsense', origin)).toBe(false)
})

test('an origin is scheme and host, also of a scheme that URL does not know', () => {
  expect(originOf('app://tapedeck/x?y')).toBe('app://tapedeck')
  expect(originOf('http://127.0.0.1:5173/x')).toBe('http://127.0.0.1:5173')
  expect(originOf('data:text/html,x')).toBeUndefined()
})
