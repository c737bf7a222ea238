import type { Clock, Logger } from '../ports.ts'

/** How a proxy of a PAC answer is written as an address; absent where it cannot be used (QUIC). */
const SCHEMES: Readonly<Record<string, string>> = {
  PROXY: 'http',
  HTTP: 'http',
  HTTPS: 'https',
  SOCKS: 'socks4',
  SOCKS4: 'socks4',
  SOCKS5: 'socks5',
}

/** Longest wait for the system's word, milliseconds: a PAC file may hang on a dead server. */
const WAIT_MS = 3_000

/**
 * The first usable way of a PAC answer (`PROXY host:port; SOCKS5 host:port; DIRECT`, as Chromium
 * gives it) as the address of a proxy; '' for straight on, `undefined` when it names no usable way.
 */
export function proxyOfPac(answer: string): string | undefined {
  for (const element of answer.split(';')) {
    const [kind = '', place, ...rest] = element.trim().split(/\s+/)
    const keyword = kind.toUpperCase()
    if (keyword === 'DIRECT' && place === undefined) return ''
    const scheme = SCHEMES[keyword]
    if (scheme === undefined || place === undefined || rest.length > 0) continue
    const address = `${scheme}://${place}`
    // Only a host and a port: anything more would not be what the answer's form allows.
    if (/^[^/?#@\\]+$/.test(place) && URL.canParse(address)) return address
  }
  return undefined
}

/** The address to ask for, as Electron takes it: the way of a socket is that of the page beside it. */
export const askedAs = (address: string): string => address.replace(/^ws/, 'http')

export interface SystemProxiesParts {
  /** Such as `session.resolveProxy`: a PAC answer for an http(s) address. */
  readonly resolve: (address: string) => Promise<string>
  readonly clock: Pick<Clock, 'after'>
  readonly logger: Logger
  /** Longest wait for all answers together, milliseconds. */
  readonly waitMs?: number
}

/**
 * Asks the operating system for the proxy of each address; answers by host (`host:port` where the
 * address gives one), '' for straight on. A host without an answer in time, or with an unusable
 * one, is left out. Never fails.
 */
export async function systemProxies(
  addresses: readonly string[],
  { resolve, clock, logger, waitMs = WAIT_MS }: SystemProxiesParts,
): Promise<Readonly<Record<string, string>>> {
  const byHost = new Map<string, string>()
  for (const address of addresses)
    if (URL.canParse(address)) byHost.set(new URL(askedAs(address)).host, askedAs(address))
  const known: Record<string, string> = {}
  const ask = async ([host, address]: readonly [string, string]): Promise<void> => {
    try {
      const proxy = proxyOfPac(await resolve(address))
      if (proxy !== undefined) known[host] = proxy
    } catch (error) {
      logger.warn('system-proxy-unknown', { host, message: String(error) })
    }
  }
  const late = Promise.withResolvers<void>()
  const cancel = clock.after(waitMs, late.resolve)
  await Promise.race([Promise.all([...byHost].map(ask)), late.promise])
  cancel()
  const told = { ...known } // what comes later must not change an answer that was given
  logger.info('system-proxies', {
    hosts: byHost.size,
    answered: Object.keys(told).length,
    proxies: [...new Set(Object.values(told))].filter((proxy) => proxy !== '').join(' '),
  })
  return told
}
