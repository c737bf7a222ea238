/**
 * May this address be handed to the person's own browser? Only https without a port or a name and
 * password in it, to one of `hosts` or a name below one of them.
 */
export function mayOpenOutside(address: string, hosts: readonly string[]): boolean {
  const url = parse(address)
  if (url === undefined || url.protocol !== 'https:') return false
  if (url.username !== '' || url.password !== '' || url.port !== '') return false
  return hosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`))
}

/** May the window itself go there? Only to the app's own pages (a reload counts as going there). */
export function mayNavigate(address: string, origin: string): boolean {
  return originOf(address) === origin
}

/**
 * Scheme and host of an address. `URL.origin` says `null` for every scheme that it does not know,
 * so it cannot tell our own scheme from a stranger's.
 */
export function originOf(address: string): string | undefined {
  const url = parse(address)
  return url === undefined || url.host === '' ? undefined : `${url.protocol}//${url.host}`
}

const parse = (address: string): URL | undefined => URL.parse(address) ?? undefined
