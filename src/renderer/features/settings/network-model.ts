import type { ProxySettings, Settings, VenueNetwork } from '../../../shared/contract/status.ts'

/** `same`: a venue without a setting of its own. */
export type ProxyMode = ProxySettings['mode'] | 'same'

export interface ProxyDraft {
  readonly mode: ProxyMode
  readonly url: string
  /** Never read back; '' leaves what is kept. */
  readonly password: string
}

export interface VenueDraft {
  readonly proxy: ProxyDraft
  /** '' for the usual one. */
  readonly host: string
  readonly transport: 'auto' | 'rest'
}

export interface NetworkDraft {
  readonly proxy: ProxyDraft
  readonly venues: Readonly<Record<string, VenueDraft>>
  readonly maxAttempts: string
  readonly pollSeconds: string
  readonly catchUpHours: string
}

export const LIMITS = { pollSeconds: [1, 3_600], catchUpHours: [0, 168] } as const

const SAME: ProxyDraft = { mode: 'same', url: '', password: '' }
const UNSET: VenueDraft = { proxy: SAME, host: '', transport: 'auto' }

export const venueDraft = (draft: NetworkDraft, venue: string): VenueDraft =>
  draft.venues[venue] ?? UNSET

export const toNetworkDraft = (settings: Settings): NetworkDraft => ({
  proxy: { ...settings.proxy, password: '' },
  venues: Object.fromEntries(
    Object.entries(settings.venues).map(([venue, { proxy, host, transport }]) => [
      venue,
      {
        proxy: proxy === undefined ? SAME : { ...proxy, password: '' },
        host: host ?? '',
        transport: transport ?? 'auto',
      },
    ]),
  ),
  maxAttempts: settings.maxAttempts === null ? '' : String(settings.maxAttempts),
  pollSeconds: String(settings.pollSeconds),
  catchUpHours: String(settings.catchUpHours),
})

/** An address that the engine will take: a scheme it knows, a host, no password. */
export function isProxyAddress(text: string): boolean {
  if (!/^(?:https?|socks(?:4a?|5h?)?):\/\//.test(text.trim()) || !URL.canParse(text.trim()))
    return false
  const { hostname, password } = new URL(text.trim())
  return hostname !== '' && password === ''
}

export const isProxyWrong = ({ mode, url }: ProxyDraft): boolean =>
  mode === 'manual' && !isProxyAddress(url)

/** A whole number within limits; undefined when it is none. */
export function wholeIn(
  text: string,
  [least, most]: readonly [number, number],
): number | undefined {
  const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : undefined
}

/** null for ever; undefined when it is no number of attempts. */
export const attempts = (text: string): number | null | undefined =>
  text.trim() === '' ? null : wholeIn(text, [1, 100_000])

const proxyOf = ({ mode, url }: ProxyDraft): ProxySettings | undefined =>
  mode === 'same' ? undefined : { mode, url: mode === 'manual' ? url.trim() : '' }

/** A venue's own settings; undefined when it has none. */
export function venueNetwork({ proxy, host, transport }: VenueDraft): VenueNetwork | undefined {
  const own = proxyOf(proxy)
  const network: VenueNetwork = {
    ...(own === undefined ? {} : { proxy: own }),
    ...(host === '' ? {} : { host }),
    ...(transport === 'auto' ? {} : { transport }),
  }
  return Object.keys(network).length === 0 ? undefined : network
}

/** What is to be saved; undefined while anything of it is wrong. */
export function readNetworkDraft(
  draft: NetworkDraft,
): Pick<Settings, 'proxy' | 'venues' | 'maxAttempts' | 'pollSeconds' | 'catchUpHours'> | undefined {
  const proxy = proxyOf(draft.proxy)
  const maxAttempts = attempts(draft.maxAttempts)
  const pollSeconds = wholeIn(draft.pollSeconds, LIMITS.pollSeconds)
  const catchUpHours = wholeIn(draft.catchUpHours, LIMITS.catchUpHours)
  const proxies = [draft.proxy, ...Object.values(draft.venues).map((venue) => venue.proxy)]
  if (proxy === undefined || maxAttempts === undefined || proxies.some(isProxyWrong))
    return undefined
  if (pollSeconds === undefined || catchUpHours === undefined) return undefined
  const venues = Object.fromEntries(
    Object.entries(draft.venues).flatMap(([venue, each]) => {
      const network = venueNetwork(each)
      return network === undefined ? [] : [[venue, network] as const]
    }),
  )
  return { proxy, venues, maxAttempts, pollSeconds, catchUpHours }
}

type NetworkPatch = NonNullable<ReturnType<typeof readNetworkDraft>>

/**
 * The patch without what is as it was: naming proxy or venues restarts the engine, so they are named
 * only when they change. A typed password restarts it too, or sockets would stay on the old one.
 */
export function changedNetwork(
  saved: NetworkDraft,
  draft: NetworkDraft,
): Partial<NetworkPatch> | undefined {
  const after = readNetworkDraft(draft)
  if (after === undefined) return undefined
  const { proxy, venues, ...numbers } = after
  const before = readNetworkDraft(saved)
  const way = (patch: NetworkPatch | undefined): string =>
    JSON.stringify([
      patch && [patch.proxy.mode, patch.proxy.url],
      Object.entries(patch?.venues ?? {})
        .map(([venue, { proxy, host, transport }]) => [
          venue,
          proxy?.mode,
          proxy?.url,
          host,
          transport,
        ])
        .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    ])
  const same = way(before) === way(after) && typedPasswords(draft).length === 0
  return same ? numbers : { proxy, venues, ...numbers }
}

/** Passwords that were typed, by the address they belong to. */
export const typedPasswords = (draft: NetworkDraft): readonly { url: string; password: string }[] =>
  [draft.proxy, ...Object.values(draft.venues).map((venue) => venue.proxy)].flatMap(
    ({ mode, url, password }) =>
      mode === 'manual' && password !== '' ? [{ url: url.trim(), password }] : [],
  )
