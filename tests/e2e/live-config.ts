import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { venues } from '../../src/main/venues/index.ts'

/**
 * A configuration in which every live venue is at a port of this machine where nobody listens, so
 * that no test reaches a real venue, wherever it runs. The demo tape is not touched by it.
 */
export function writeLiveConfig(folder: string): string {
  const path = join(folder, 'config.json')
  const address = { ws: 'ws://127.0.0.1:9/ws', rest: 'http://127.0.0.1:9' }
  const addresses = Object.fromEntries(venues.map(({ id }) => [id, address]))
  writeFileSync(path, JSON.stringify({ venues: addresses }))
  return path
}
