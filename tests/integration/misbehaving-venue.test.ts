import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { databasePath } from '../../src/main/platform/data-files.ts'
import { startSimulator } from '../../src/main/simulator/index.ts'
import { openReader } from '../../src/main/store/reader.ts'
import { tapedeck, until } from './command.ts'

// A whole recorder against venues that misbehave, over real sockets.
const folder = mkdtempSync(join(tmpdir(), 'tapedeck-faults-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const VENUES = ['binance', 'okx', 'bybit'] as const
const MARKETS = VENUES.flatMap((venue) => [`${venue}:BTC-USDT`, `${venue}:ETH-USDT`])

function stored(dataDir: string): string[] {
  const reader = openReader(databasePath(dataDir, false))
  if (!reader.ok) return []
  const found = [...reader.value.trades({})].map(({ market, id }) => `${market} ${id}`)
  reader.value.close()
  return found
}

async function recorded(name: string, faults: readonly string[], rate: number) {
  const simulator = await startSimulator({
    venues: VENUES,
    rate,
    seed: 11,
    faults,
    timeScale: 20,
  })
  const dataDir = join(folder, name)
  const config = join(folder, `${name}.json`)
  const venues = Object.fromEntries(
    simulator.addresses.map(({ venue, ws, rest }) => [venue, { ws, rest }]),
  )
  writeFileSync(config, JSON.stringify({ markets: MARKETS, venues, batch: { ms: 50 } }))
  const recorder = tapedeck('record', '--data-dir', dataDir, '--config', config)
  await recorder.event('ready')
  const end = async () => {
    recorder.child.kill('SIGTERM')
    const ended = await recorder.ended
    const sent = simulator.sent().map(({ market, id }) => `${market} ${id}`)
    const made = simulator.printed().map(({ market, id }) => `${market} ${id}`)
    await simulator.close()
    expect(ended.code, ended.stderr).toBe(0)
    return { sent, made, stored: stored(dataDir), stderr: ended.stderr }
  }
  return { simulator, dataDir, end }
}

describe('a venue that misbehaves', () => {
  it('duplicates, reorders, delays, garbles: every trade sent is stored once, and no other', async () => {
    const faults = ['duplicate:p=0.1', 'reorder:p=0.1', 'delay:p=0.1,by=300ms', 'bad-frame:p=0.02']
    const { simulator, dataDir, end } = await recorded('garbled', faults, 400)
    await until('1,500 trades', () => stored(dataDir).length > 1_500, 30)
    simulator.pause()
    const lacking = () => {
      const present = new Set(stored(dataDir))
      return simulator.sent().filter(({ market, id }) => !present.has(`${market} ${id}`))
    }
    await until('all that was sent', () => lacking().length === 0, 10)
    const result = await end()
    expect(new Set(result.stored).size).toBe(result.stored.length)
    // What a garbled frame took away came by REST afterwards.
    const made = new Set([...result.sent, ...result.made])
    expect(result.stored.filter((key) => !made.has(key))).toEqual([])
    expect(new Set(result.sent).size).toBeLessThan(result.sent.length)
    for (const venue of VENUES) {
      const complaints = result.stderr
        .split('\n')
        .filter((line) => line.includes('unreadable') && line.includes(`"${venue}"`))
      expect(complaints, venue).toHaveLength(1)
    }
  }, 60_000)

  it('cuts and announces its end: the recorder comes back each time and stores nothing twice', async () => {
    const { simulator, dataDir, end } = await recorded('cut', [], 300)
    const markets = () => new Set(stored(dataDir).map((key) => key.split(' ')[0])).size
    await until('a trade of every market', () => markets() === MARKETS.length, 20)
    simulator.cut('binance')
    simulator.cut('bybit')
    simulator.announceShutdown('okx')
    const sockets = () => simulator.sockets().filter(({ open }) => open)
    await until(
      'every venue connected anew',
      () =>
        VENUES.every((venue) => simulator.sockets().filter((s) => s.venue === venue).length >= 2) &&
        VENUES.every((venue) => sockets().some((s) => s.venue === venue && s.trades > 20)),
      30,
    )
    const result = await end()
    expect(new Set(result.stored).size).toBe(result.stored.length)
    // What was made during the cut came by REST afterwards.
    const made = new Set([...result.sent, ...result.made])
    expect(result.stored.filter((key) => !made.has(key))).toEqual([])
  }, 80_000)

  it('fails alone: the others go on as if nothing had happened', async () => {
    const { simulator, dataDir, end } = await recorded('alone', [], 300)
    const count = (venue: string) =>
      stored(dataDir).filter((key) => key.startsWith(`${venue}:`)).length
    await until('trades of all', () => VENUES.every((venue) => count(venue) > 50), 20)
    simulator.fault('stall:at=100ms,venue=bybit')
    const before = { binance: count('binance'), okx: count('okx') }
    await until(
      'another 300 trades of the others',
      () => count('binance') > before.binance + 300 && count('okx') > before.okx + 300,
      20,
    )
    simulator.pause()
    const written = (venue: string) =>
      new Set(simulator.sent().flatMap((row) => (row.venue === venue ? [row.id + row.market] : [])))
        .size
    await until(
      'all of the others',
      () => count('binance') >= written('binance') && count('okx') >= written('okx'),
      10,
    )
    await end()
  }, 60_000)
})
