import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { startLabBench } from '../../src/main/engine/lab-bench.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import { DEFAULTS } from '../../src/main/services/settings.ts'
import { startSimulator } from '../../src/main/simulator/index.ts'
import type { WayFigures } from '../../src/shared/contract/status.ts'
import { silent } from '../unit/services/fakes.ts'
import { tapedeck, until } from './command.ts'

// Ways to the same trades whose delays and losses are known, measured over real sockets and REST.
const folder = mkdtempSync(join(tmpdir(), 'tapedeck-lab-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const DELAY_MS = 300
/** Longer than the first exchange with the venue's clock takes on a busy machine. */
const DOUBT_MS = 500
const BTC = 'bybit:BTC-USDT'

async function measured(faults: readonly string[], trades: number) {
  const simulator = await startSimulator({ venues: ['bybit'], rate: 0, seed: 5, faults })
  const { venue, ws, rest } = simulator.address('bybit')
  const bench = await startLabBench({
    market: BTC,
    ways: [
      { id: 'socket', kind: 'websocket' },
      { id: 'poll', kind: 'rest', intervalMs: 200 },
    ],
    addresses: { [venue]: { ws, rest } },
    settings: { ...DEFAULTS, markets: [] },
    clock: systemClock,
    log: silent,
  })
  if (!bench.ok) throw new Error(bench.failure.message)
  const { status, stop } = bench.value
  await until('both ways run', () => status().ways.every(({ state }) => state === 'running'))
  await until('the clock is known', () => status().ways[0]?.uncertaintyMs !== null)
  // What is counted begins by the venue's clock as it was known then: a trade within that uncertainty may lie before it.
  await wait(DOUBT_MS)
  for (let n = 0; n < trades; n += 1) {
    simulator.emit(BTC, 1)
    await wait(10)
  }
  await until('all are settled', () => status().union === trades, 20)
  const result = await stop()
  const sent = new Set(simulator.sent().map(({ id }) => id))
  await simulator.close()
  const [socket, poll] = result.ways
  if (socket === undefined || poll === undefined) throw new Error('two ways were asked for')
  return { socket, poll, lead: result.leads[0], sent: sent.size }
}

/** The middle of what was measured lies where it was put, within what the clocks leave open. */
const within = ({ delay, uncertaintyMs }: WayFigures, least: number): boolean =>
  (delay.min ?? Number.NaN) >= least - (uncertaintyMs ?? 0) - 1

describe('ways side by side', () => {
  it('a delay is reproduced within the uncertainty, by a skewed clock too', async () => {
    const faults = [`delay:by=${DELAY_MS}ms`, 'skew:ms=4000']
    const { socket, poll, lead } = await measured(faults, 120)
    expect(socket).toMatchObject({ completeness: 1, missed: 0, trades: 120 })
    expect(poll).toMatchObject({ completeness: 1, missed: 0 })
    expect(socket.uncertaintyMs).toBeLessThan(100)
    expect(within(socket, DELAY_MS)).toBe(true)
    expect(socket.delay.p50).toBeLessThan(DELAY_MS + 150)
    // A poll has a trade 100 ms after its match in the middle, the socket after 300.
    expect(lead?.lead.p50).toBeLessThan(0)
    expect(poll.requests).toBeGreaterThan(5)
    expect(poll.bytes).toBeGreaterThan(0)
  }, 60_000)

  it('what a socket loses is counted to the trade', async () => {
    const { socket, poll, sent } = await measured(['drop:every=7'], 150)
    expect(sent).toBeLessThan(150)
    expect(socket).toMatchObject({ trades: sent, missed: 150 - sent })
    expect(poll).toMatchObject({ trades: 150, missed: 0, completeness: 1 })
  }, 60_000)

  it('what polling cannot see is counted to the trade: more than 60 prints between two polls', async () => {
    const simulator = await startSimulator({ venues: ['bybit'], rate: 0, seed: 6 })
    const config = join(folder, 'config.json')
    const [address] = simulator.addresses
    const { ws, rest } = address ?? { ws: '', rest: '' }
    writeFileSync(config, JSON.stringify({ venues: { bybit: { ws, rest } } }))
    const lab = tapedeck(
      ...['lab', 'sources', '--market', BTC, '--rest', '2s', '--for', '16s', '--json'],
      ...['--config', config],
    )
    await until('the socket subscribed and a poll came', () =>
      simulator.sockets().some(({ heard }) => heard.some((text) => text.includes('subscribe'))),
    )
    await wait(3_500)
    simulator.emit(BTC, 100)
    const { code, stdout, stderr } = await lab.ended
    await simulator.close()
    expect(code, stderr).toBe(0)
    const { ways, union } = JSON.parse(stdout) as { ways: WayFigures[]; union: number }
    expect(union).toBe(100)
    expect(ways).toMatchObject([
      { trades: 100, missed: 0 },
      { trades: 60, missed: 40, completeness: 0.6 },
    ])
  }, 60_000)
})
