import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { databasePath } from '../../src/main/platform/data-files.ts'
import { startSimulator } from '../../src/main/simulator/index.ts'
import { openReader } from '../../src/main/store/reader.ts'
import type { TapeReader } from '../../src/main/store/store.ts'
import { tapedeck, until } from './command.ts'

// `record` as a whole, killed without warning while venues are trading. (That nothing flushed is
// ever lost is shown twenty times over in store-kill.test.ts; this is the way in front of it.)
const folder = mkdtempSync(join(tmpdir(), 'tapedeck-kill-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function reading<T>(use: (reader: TapeReader) => T): T | undefined {
  const reader = openReader(databasePath(folder, false))
  if (!reader.ok) return undefined
  try {
    return use(reader.value)
  } finally {
    reader.value.close()
  }
}
const keys = (reader: TapeReader): string[] =>
  [...reader.trades({})].map(({ market, id, price, qty, side }) =>
    [market, id, price, qty, side].join(' '),
  )

it('loses nothing that was stored, stores nothing twice, and goes on after each kill', async () => {
  const simulator = await startSimulator({
    venues: ['binance', 'okx', 'bybit'],
    rate: 3_000,
    seed: 7,
  })
  const config = join(folder, 'config.json')
  const markets = ['binance', 'okx', 'bybit'].flatMap((venue) =>
    ['BTC', 'ETH', 'SOL'].map((base) => `${venue}:${base}-USDT`),
  )
  const venues = Object.fromEntries(
    simulator.addresses.map(({ venue, ws, rest }) => [venue, { ws, rest }]),
  )
  writeFileSync(config, JSON.stringify({ markets, venues, batch: { size: 500, ms: 50 } }))
  let stored: readonly string[] = []
  for (let round = 0; round < 4; round += 1) {
    const recorder = tapedeck('record', '--data-dir', folder, '--config', config)
    await recorder.event('ready')
    const before = stored.length
    await until('another 1,500 trades', () => (reading(keys)?.length ?? 0) > before + 1_500)
    stored = reading(keys) ?? []
    recorder.child.kill('SIGKILL')
    await recorder.ended
    expect(reading((reader) => reader.integrity())).toEqual([])
    const after = reading(keys) ?? []
    expect(new Set(after).size).toBe(after.length)
    const present = new Set(after)
    expect(stored.filter((key) => !present.has(key))).toEqual([])
    stored = after
  }
  // The store writes decimals in one spelling; the venues pad theirs with zeros.
  const plain = (decimal: string): string =>
    decimal.includes('.') ? decimal.replace(/0+$/, '').replace(/\.$/, '') : decimal
  // Over a socket, or by REST afterwards what was made while nobody recorded.
  const made = new Set(
    [...simulator.sent(), ...simulator.printed()].map(({ market, id, price, qty, side }) =>
      [market, id, plain(price), plain(qty), side].join(' '),
    ),
  )
  await simulator.close()
  expect(stored.filter((key) => !made.has(key))).toEqual([])
}, 90_000)
