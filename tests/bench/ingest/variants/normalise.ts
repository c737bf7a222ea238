import { createFeed } from '../../../../src/main/ingest/feed-session.ts'
import { fetchJson } from '../../../../src/main/ingest/fetch-json.ts'
import { connectWebSocket } from '../../../../src/main/ingest/ws-connect.ts'
import { createLogger } from '../../../../src/main/platform/log.ts'
import { systemClock } from '../../../../src/main/platform/system-clock.ts'
import { venueById } from '../../../../src/main/venues/index.ts'
import type { VenueId } from '../../../../src/shared/domain/market.ts'
import { MARKETS } from '../../harness/synthetic.ts'
import { countTrades } from '../normalise.ts'
import { address, dialect, tell } from './client.ts'

// Tapedeck's sockets, readers and de-duplication, up to trades that nobody takes any further.
const venue = venueById(address.venue as VenueId)
if (venue === undefined) throw new Error(`no venue ${address.venue}`)
const { listener, trades } = countTrades()
const feed = createFeed({
  venue,
  listener,
  address: { ws: address.ws, rest: address.rest },
  clock: systemClock,
  random: Math.random,
  connect: connectWebSocket,
  fetchJson,
  log: createLogger('warn', (line) => process.stderr.write(`${line}\n`)),
})
tell(() => ({ trades: trades() }))
feed.start()
for (const each of MARKETS) {
  const market = await feed.resolve(dialect.name(each))
  if (!market.ok) throw new Error(market.failure.message)
  feed.watch(market.value)
}
