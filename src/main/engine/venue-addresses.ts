import type { EngineConfig } from '../services/engine-config.ts'
import type { Venue } from '../venues/venue.ts'

/** Every address at which these venues may be reached; those of a config replace the venue's own. */
export function venueAddresses(
  venues: readonly Venue[],
  configured: EngineConfig['venues'],
): readonly string[] {
  const all = venues.flatMap((venue) => {
    const own = configured[venue.id]
    if (own?.enabled === false) return []
    return [
      ...(own?.ws !== undefined ? [own.ws] : streamAddresses(venue)),
      ...(own?.rest !== undefined ? [own.rest] : restAddresses(venue)),
    ]
  })
  return [...new Set(all)]
}

const streamAddresses = ({ stream }: Venue): readonly string[] => [
  stream.url,
  ...(stream.alternatives ?? []),
]

/** A call may have a host of its own. */
const restAddresses = ({ stream, rest }: Venue): readonly string[] => {
  const { serverTime, instruments, more = [], day, minutes, trades } = rest
  const calls = [serverTime, instruments, ...more, day, minutes, trades?.recent]
  const all = [...calls, trades?.history?.page, stream.ticket]
  return [rest.base, ...all.flatMap((call) => call?.base ?? [])]
}
