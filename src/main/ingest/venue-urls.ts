import type { Venue } from '../venues/venue.ts'

/** Addresses of a venue's stream, the usual one first; with a host chosen, that one alone. */
export function hostUrls(
  { stream: { url, alternatives = [] } }: Venue,
  host: string | undefined,
): readonly string[] {
  const all = [url, ...alternatives]
  if (host === undefined) return all
  const chosen = all.filter((address) => new URL(address).host === host)
  return chosen.length > 0 ? chosen : all
}
