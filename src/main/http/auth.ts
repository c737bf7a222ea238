import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { hostname } from 'node:os'

/** What of a request decides whether it is let in. */
export interface Knock {
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly cookie: string | undefined
  /** `token` of the query, if there is one. */
  readonly token: string | null
}

/** Who may talk to this server. */
export interface Gate {
  readonly cookieName: string
  /** Value of Set-Cookie that admits a browser from now on. */
  readonly cookie: string
  /** False for a name that is not ours: what a rebound DNS name would send. */
  hostAllowed(knock: Knock): boolean
  /** False for a page of somebody else's; true without an Origin (no browser). */
  originAllowed(knock: Knock): boolean
  tokenRight(knock: Knock): boolean
  cookieRight(knock: Knock): boolean
}

export interface GateOptions {
  readonly token: string
  readonly port: number
  /** The address that the server listens on, as it was asked for. */
  readonly boundTo: string
}

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '::1']
const WILDCARDS = ['0.0.0.0', '::']

/** True for an address that only this computer can reach. */
export const isLoopback = (host: string): boolean =>
  LOOPBACK_NAMES.includes(host) || (isIP(host) === 4 && host.startsWith('127.'))

/** An IPv6 address in the brackets that a URL wants. */
export const hostInUrl = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host)

/**
 * The gate of one running server. The token opens it once; after that the cookie does, which is
 * named with the port because browsers share cookies between the ports of a host.
 */
export function createGate({ token, port, boundTo }: GateOptions): Gate {
  const cookieName = `tapedeck-${port}`
  const names = new Set([...LOOPBACK_NAMES, boundTo.toLowerCase()])
  if (WILDCARDS.includes(boundTo)) names.add(hostname().toLowerCase())

  return {
    cookieName,
    cookie: `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`,
    hostAllowed: ({ host }) => {
      const named = splitHost(host)
      if (named === undefined || named.port !== port) return false
      // A name can be made to point here by somebody else; a bare address cannot.
      return names.has(named.name) || (WILDCARDS.includes(boundTo) && isIP(named.name) !== 0)
    },
    originAllowed: ({ origin, host }) =>
      origin === undefined || origin.toLowerCase() === `http://${host?.toLowerCase()}`,
    tokenRight: (knock) => knock.token !== null && same(knock.token, token),
    cookieRight: ({ cookie }) =>
      cookiesNamed(cookieName, cookie).some((value) => same(value, token)),
  }
}

/** Compares in a time that tells nothing of either text, not even its length. */
function same(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

/** `[::1]:8080` → ::1 and 8080. Without a port it is HTTP's 80. */
function splitHost(host: string | undefined): { name: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::(\d{1,5}))?$/i.exec(host ?? '')
  const name = match?.[1] ?? match?.[2]
  return name === undefined
    ? undefined
    : { name: name.toLowerCase(), port: Number(match?.[3] ?? 80) }
}

/** All values of a cookie: a page on another port can plant a second one of the same name. */
const cookiesNamed = (name: string, header: string | undefined): readonly string[] =>
  (header ?? '')
    .slice(0, 8_192)
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .slice(0, 8)
    .map((part) => part.slice(name.length + 1))
