import { describe, expect, it } from 'vitest'
import { type Telling, venueState } from '../../../src/main/ingest/venue-state.ts'

const up = (state: Telling['state']): Telling => ({ state, attempt: 0 })
const down = (state: Telling['state'], attempt = 3): Telling => ({
  state,
  attempt,
  reason: `${state} because`,
})

describe('state of a venue with several sockets', () => {
  it.each<[readonly Telling[], Telling['state'], string | undefined]>([
    [[], 'idle', undefined],
    [[up('live')], 'live', undefined],
    [[down('waiting')], 'waiting', 'waiting because'],
    [[up('live'), up('idle')], 'live', undefined],
    [[up('quiet'), up('live')], 'live', undefined],
    [[up('quiet'), up('quiet')], 'quiet', undefined],
    [[down('waiting'), down('blocked')], 'blocked', 'blocked because'],
    [[up('live'), down('waiting')], 'degraded', '1 of 2 sockets missing: waiting because'],
    [[up('live'), down('connecting', 1)], 'connecting', 'connecting because'],
    [[up('live'), up('stale')], 'degraded', '1 of 2 sockets silent; about to be replaced'],
    [[up('stale'), up('stale')], 'stale', undefined],
    [[down('failed'), down('failed')], 'failed', 'failed because'],
  ])('%j', (sockets, state, reason) => {
    expect(venueState(sockets)).toMatchObject({ state, ...(reason !== undefined && { reason }) })
  })
})
