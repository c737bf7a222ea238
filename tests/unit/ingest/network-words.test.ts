import { describe, expect, it } from 'vitest'
import { networkWords } from '../../../src/main/ingest/network-words.ts'

const coded = (code: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { code, ...more })

describe('network errors in plain words', () => {
  it.each([
    [
      coded('ENOTFOUND', 'getaddrinfo ENOTFOUND ws.okx.com', { hostname: 'ws.okx.com' }),
      'the name ws.okx.com is not found: no network, or its DNS blocks it (ENOTFOUND)',
    ],
    [
      coded('ECONNREFUSED', 'connect ECONNREFUSED'),
      'the connection was refused: nothing listens there (ECONNREFUSED)',
    ],
    [
      new TypeError('fetch failed', { cause: coded('ECONNRESET', 'read ECONNRESET') }),
      'the connection was cut (ECONNRESET)',
    ],
    [
      Object.assign(new AggregateError([coded('ETIMEDOUT', 'a')], ''), { code: 'ETIMEDOUT' }),
      'no answer in time: a firewall may swallow it (ETIMEDOUT)',
    ],
    [
      coded('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate'),
      'its certificate is not trusted: a proxy may sit in between (SELF_SIGNED_CERT_IN_CHAIN)',
    ],
    [new Error('something else'), 'something else'],
    ['a string', 'a string'],
  ])('%s', (error, words) => expect(networkWords(error)).toBe(words))
})
