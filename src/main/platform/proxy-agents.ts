import type { Agent } from 'node:http'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { getProxyForUrl } from 'proxy-from-env'
import { SocksProxyAgent } from 'socks-proxy-agent'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'

const SCHEMES = ['http:', 'https:', 'socks:', 'socks4:', 'socks4a:', 'socks5:', 'socks5h:']
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/

/**
 * Reads the address of a proxy: `http://host:port`, `https://…` (both asked by CONNECT) or
 * `socks5://…`, with a user name if it wants one, without a password: that is kept apart.
 */
export function parseProxy(text: string): Outcome<URL> {
  const example = 'Write it as http://host:3128 or socks5://host:1080.'
  if (!URL.canParse(text)) return fail('invalid', `${text} is no address of a proxy. ${example}`)
  const url = new URL(text)
  if (!SCHEMES.includes(url.protocol))
    return fail('invalid', `A proxy cannot be reached by ${url.protocol}//. ${example}`)
  if (url.hostname === '') return fail('invalid', `The proxy's address has no host. ${example}`)
  if (url.password !== '')
    return fail('invalid', 'Put the password into its own field: it is kept in the keychain.')
  return ok(url)
}

/** As it may be shown and logged: without user name and password. */
export const proxyLabel = (url: URL): string => `${url.protocol}//${url.host}`

/**
 * The proxy that the environment names for an address (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY;
 * ws counts as http, wss as https); '' for none. This machine itself is never reached by a proxy.
 */
export function environmentProxy(address: string): string {
  if (!URL.canParse(address) || LOOPBACK.test(new URL(address).hostname)) return ''
  return getProxyForUrl(address.replace(/^ws/, 'http'))
}

/** Agents by proxy, each made once, so that its connections can be used again. */
export class ProxyAgents {
  readonly #agents = new Map<string, Agent>()

  /** `proxy` with its password in it; as `parseProxy` takes it otherwise. */
  agent(proxy: URL): Agent {
    const known = this.#agents.get(proxy.href)
    if (known !== undefined) return known
    const made = proxy.protocol.startsWith('socks')
      ? new SocksProxyAgent(remoteNames(proxy), { keepAlive: true })
      : new HttpsProxyAgent(proxy, { keepAlive: true })
    this.#agents.set(proxy.href, made)
    return made
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy()
    this.#agents.clear()
  }
}

/** Names are looked up by the proxy: behind a firewall the local answers are often false. */
function remoteNames(proxy: URL): URL {
  const scheme = { 'socks:': 'socks5h:', 'socks5:': 'socks5h:', 'socks4:': 'socks4a:' }
  const better = scheme[proxy.protocol as keyof typeof scheme]
  return better === undefined ? proxy : new URL(proxy.href.replace(proxy.protocol, better))
}
