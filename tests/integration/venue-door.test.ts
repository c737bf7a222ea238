import { afterAll, describe, expect, it } from 'vitest'
import { checkVenues } from '../../src/main/cli/doctor/venue-checks.ts'
import { Network } from '../../src/main/engine/network.ts'
import { fetchJson } from '../../src/main/ingest/fetch-json.ts'
import { connectWebSocket } from '../../src/main/ingest/ws-connect.ts'
import { createSecretStore } from '../../src/main/platform/secret-store.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import { DEFAULTS } from '../../src/main/services/settings.ts'
import { startSimulator } from '../../src/main/simulator/index.ts'
import { SIMULATED_VENUES } from '../../src/main/simulator/simulator.ts'
import { venues } from '../../src/main/venues/index.ts'

// `doctor` and "Try" knock at every venue the way its feed does: simulated venues answer 405 to a GET where
// the call is a POST, and 401 to a socket without the ticket that it must have.
const simulator = await startSimulator({ venues: [...SIMULATED_VENUES], rate: 1 })
const addresses = Object.fromEntries(
  SIMULATED_VENUES.map((venue) => {
    const { ws, rest } = simulator.address(venue)
    return [venue, { ws, rest }]
  }),
)
const network = new Network({
  settings: () => ({ ...DEFAULTS, markets: [], proxy: { mode: 'none', url: '' } }),
  secrets: createSecretStore(
    () => {},
    async () => ({ ok: false }),
  ),
  systemProxy: () => '',
  connect: connectWebSocket,
  fetchJson,
  clock: systemClock,
  addresses,
})
afterAll(async () => {
  network.close()
  await simulator.close()
})

it('doctor finds REST, clock and socket of every venue', async () => {
  const checks = await checkVenues(venues, { venues: addresses }, systemClock)
  expect(checks.filter(({ status }) => status !== 'ok')).toEqual([])
  expect(checks).toHaveLength(venues.length + 1)
})

describe('"Try" in the settings', () => {
  it.each(venues)('reaches REST and the socket of $label', async (venue) => {
    const tried = await network.try(venue, {})
    expect(tried).toMatchObject({ ok: true })
    if (tried.ok) {
      expect(tried.value.restMs).toBeGreaterThan(0)
      expect(tried.value.websocketMs).toBeGreaterThan(0)
    }
  })
})
