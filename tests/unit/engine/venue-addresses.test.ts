import { expect, test } from 'vitest'
import { venueAddresses } from '../../../src/main/engine/venue-addresses.ts'
import { venues } from '../../../src/main/venues/index.ts'
import type { VenueId } from '../../../src/shared/domain/market.ts'

const hosts = (addresses: readonly string[]): readonly string[] =>
  addresses.map((address) => new URL(address).host)

test('every address that a venue names anywhere is there, once', () => {
  const found = venueAddresses(venues, {})
  expect(new Set(found).size).toBe(found.length)
  // Found by looking through the whole declarations, whatever their fields are called.
  for (const venue of venues) {
    const named = new Set<string>()
    const look = (value: unknown): void => {
      if (typeof value === 'string' && /^(?:wss|https):\/\//.test(value)) named.add(value)
      else if (typeof value === 'object' && value !== null)
        for (const one of Object.values(value)) look(one)
    }
    look({ stream: venue.stream, rest: venue.rest })
    expect(named.size).toBeGreaterThan(1)
    for (const address of named) expect(found, venue.id).toContain(address)
  }
})

test('a configured address replaces those of the venue, a disabled venue has none', () => {
  const [first, second, ...others] = venues
  if (first === undefined || second === undefined) throw new Error('There are venues.')
  const configured: Record<VenueId, { enabled?: boolean; ws?: string; rest?: string }> = {
    [first.id]: { ws: 'ws://127.0.0.1:7001/ws' },
    [second.id]: { ws: 'ws://127.0.0.1:7002', rest: 'http://127.0.0.1:7003' },
  }
  for (const { id } of others) configured[id] = { enabled: false }
  const found = venueAddresses(venues, configured)
  expect(hosts(found)).toEqual(
    expect.arrayContaining(['127.0.0.1:7001', '127.0.0.1:7002', '127.0.0.1:7003']),
  )
  expect(found).not.toContain(first.stream.url)
  expect(found).toContain(first.rest.base)
  expect(found.filter((address) => !address.includes('127.0.0.1'))).toEqual(
    found.filter((address) => venueAddresses([first], {}).includes(address)),
  )
})
