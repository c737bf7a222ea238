import { afterAll, describe, expect, it } from 'vitest'
import { Network } from '../../src/main/engine/network.ts'
import { createFeed } from '../../src/main/ingest/feed-session.ts'
import { fetchJson } from '../../src/main/ingest/fetch-json.ts'
import { connectWebSocket } from '../../src/main/ingest/ws-connect.ts'
import { createSecretStore } from '../../src/main/platform/secret-store.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import { DEFAULTS } from '../../src/main/services/settings.ts'
import { startSimulator } from '../../src/main/simulator/index.ts'
import { okx } from '../../src/main/venues/okx.ts'
import type { ProxySettings, Settings } from '../../src/shared/contract/status.ts'
import { silent } from '../unit/services/fakes.ts'
import { until } from './command.ts'
import { connectProxy, type ProxyPeer, socksProxy } from './proxy-peers.ts'

// Real proxies on the loopback between Tapedeck and a simulated venue.
const simulator = await startSimulator({ venues: ['okx'], rate: 50, timeScale: 20 })
const { ws, rest } = simulator.address('okx')
const peers: ProxyPeer[] = []
afterAll(async () => {
  await simulator.close()
  for (const peer of peers) await peer.close()
})

async function started(peer: Promise<ProxyPeer>): Promise<ProxyPeer> {
  const running = await peer
  peers.push(running)
  return running
}

function network(proxy: ProxySettings, systemProxy: (url: string) => string = () => '') {
  const settings: Settings = { ...DEFAULTS, markets: [], proxy }
  const secrets = createSecretStore(
    () => {},
    async () => ({ ok: false }),
  )
  return new Network({
    settings: () => settings,
    secrets,
    systemProxy,
    connect: connectWebSocket,
    fetchJson,
    clock: systemClock,
    addresses: { okx: { ws, rest } },
  })
}

const manual = (url: string): ProxySettings => ({ mode: 'manual', url })

describe.each([
  ['HTTP CONNECT', connectProxy, 'http'],
  ['SOCKS5', socksProxy, 'socks5'],
] as const)('through %s', (_name, start, scheme) => {
  it('the stream and REST of a feed go the same way, and the status says so', async () => {
    const peer = await started(start())
    const ways = network(manual(`${scheme}://127.0.0.1:${peer.port}`))
    const way = ways.of(okx)
    let trades = 0
    const feed = createFeed({
      venue: okx,
      address: { ws, rest },
      ...way,
      listener: {
        trades: (_market, _prints, _rows, count) => {
          trades += count
        },
        newest() {},
        changed() {},
        began() {},
        broken() {},
      },
      clock: systemClock,
      random: Math.random,
      connect: connectWebSocket,
      fetchJson,
      log: silent,
    })
    feed.start()
    const market = await feed.resolve('BTC-USDT')
    expect(market.ok).toBe(true)
    if (market.ok) feed.watch(market.value)
    await until('trades through the proxy', () => trades > 3)
    expect(feed.status().proxy).toBe(`${scheme}://127.0.0.1:${peer.port}`)
    expect(peer.asked.some((target) => target.endsWith(new URL(ws).host))).toBe(true)
    expect(peer.asked.some((target) => target.endsWith(new URL(rest).host))).toBe(true)
    await feed.stop()
    ways.close()
  })

  it('a password is asked for, kept apart from the address, and a wrong one is told', async () => {
    const peer = await started(start('me:s3cret p@ss'))
    const url = `${scheme}://me@127.0.0.1:${peer.port}`
    const ways = network(manual(url))
    const without = await ways.try(okx, {}, 'wrong')
    expect(without.ok).toBe(false)
    expect(JSON.stringify(without)).not.toContain('wrong')
    expect(peer.refused).toBeGreaterThan(0)
    expect(await ways.password(url, 's3cret p@ss')).toEqual({ ok: true, value: { kept: false } })
    const tried = await ways.try(okx, {})
    expect(tried).toMatchObject({ ok: true })
    if (tried.ok) expect(tried.value.websocketMs).toBeGreaterThan(0)
    ways.close()
  })
})

describe('a proxy', () => {
  it('that is not there is told with what to look at, within the deadline', async () => {
    const ways = network(manual('http://127.0.0.1:1'))
    const tried = await ways.try(okx, {})
    expect(tried).toMatchObject({ ok: false, failure: { code: 'unavailable' } })
    expect(tried.ok || tried.failure.message).toMatch(/^OKX by REST .*ECONNREFUSED/)
  })

  it('of the system is used unless the venue has its own setting', async () => {
    const peer = await started(connectProxy())
    const ways = network({ mode: 'system', url: '' }, () => `http://127.0.0.1:${peer.port}`)
    expect((await ways.try(okx, {})).ok).toBe(true)
    const asked = peer.asked.length
    expect(asked).toBeGreaterThan(0)
    expect((await ways.try(okx, { proxy: { mode: 'none', url: '' } })).ok).toBe(true)
    expect(peer.asked).toHaveLength(asked)
    ways.close()
  })

  it('whose address cannot be used is refused before anything is opened', async () => {
    const ways = network(manual('ftp://x'))
    expect(await ways.try(okx, {})).toMatchObject({ ok: false, failure: { code: 'invalid' } })
    expect(await ways.password('http://a:b@c', 'x')).toMatchObject({ ok: false })
  })
})
