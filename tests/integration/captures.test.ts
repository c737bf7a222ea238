import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { tapedeck, until } from './command.ts'
import { framesOf, startRawPlayer } from './raw-player.ts'

// The main job on real input: frames recorded from the live exchanges go over a real socket into
// `record` and come out of `export`. What is expected is read from the capture by this test alone.
const folder = mkdtempSync(join(tmpdir(), 'tapedeck-captures-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const capture = (name: string): URL => new URL(`../fixtures/captures/${name}`, import.meta.url)

interface Row {
  readonly venue: string
  readonly symbol: string
  readonly id: string
  readonly price: string
  readonly qty: string
  readonly side: string
  readonly ts: number
  readonly recvTs: number
  readonly tsMicros?: number
}

async function record(
  name: string,
  config: object,
  played: Promise<void>,
  trades: number,
): Promise<{ rows: readonly Row[]; stderr: string }> {
  const dataDir = join(folder, name)
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify(config))
  const recorder = tapedeck('record', '--data-dir', dataDir, '--config', file)
  await recorder.event('ready')
  await played
  await until(`${trades} trades of ${name} stored`, async () => {
    const { stdout } = await tapedeck('stats', '--data-dir', dataDir).ended
    const total = stdout
      .split('\n')
      .filter((line) => line.includes('"market"'))
      .reduce((sum, line) => sum + (JSON.parse(line) as { trades: number }).trades, 0)
    return total >= trades
  })
  recorder.child.kill('SIGTERM')
  const { code, stdout, stderr } = await recorder.ended
  expect(code, stderr).toBe(0)
  expect(stdout).toContain(`{"event":"stopped","trades":${trades}}`)
  const exported = await tapedeck('export', '--data-dir', dataDir, '--format', 'ndjson').ended
  expect(exported.code, exported.stderr).toBe(0)
  const rows = exported.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)
  return { rows, stderr }
}

/** `58.00000000` and `58` are the same quantity; nothing else may differ. */
const plain = (decimal: string): string =>
  decimal.includes('.') ? decimal.replace(/0+$/, '').replace(/\.$/, '') : decimal

describe('frames recorded from the live exchanges', () => {
  it('Binance, 2021-10-12: come out complete, in order, exact, around a malformed frame', async () => {
    const frames = framesOf(capture('binance-spot-combined-2021-10-12.ndjson'))
    const bad = '{"stream":"nknusdt@aggTrade","data":{"e":"aggTrade","E":16339985'
    const middle = Math.floor(frames.length / 2)
    const played = [...frames.slice(0, middle), bad, ...frames.slice(middle), bad]
    const symbols = ['NKNUSDT', 'LRCBTC', 'BLZETH']
    const player = await startRawPlayer({
      frames: played,
      path: '/stream',
      answer: (frame) =>
        JSON.stringify({ result: null, id: (JSON.parse(frame) as { id: number }).id }),
      rest: (path) =>
        path.startsWith('/api/v3/exchangeInfo')
          ? {
              symbols: symbols.map((symbol) => ({
                symbol,
                status: 'TRADING',
                baseAsset: symbol.slice(0, 3),
                quoteAsset: symbol.slice(3),
                filters: [{ filterType: 'PRICE_FILTER', tickSize: '0.00010000' }],
              })),
            }
          : undefined,
    })
    interface Agg {
      e?: string
      s: string
      a: number
      p: string
      q: string
      T: number
      m: boolean
    }
    const expected = frames
      .map((frame) => (JSON.parse(frame) as { data: Agg }).data)
      .filter(({ e }) => e === 'aggTrade')
      .map(({ s, a, p, q, T, m }) => ({
        venue: 'binance',
        symbol: `${s.slice(0, 3)}-${s.slice(3)}`,
        id: String(a),
        price: plain(p),
        qty: plain(q),
        side: m ? 'sell' : 'buy',
        ts: T,
      }))
    expect(expected.length).toBeGreaterThan(0)
    const { rows, stderr } = await record(
      'binance',
      {
        markets: symbols.map((symbol) => `binance:${symbol.slice(0, 3)}-${symbol.slice(3)}`),
        venues: { binance: { ws: player.ws, rest: player.rest } },
      },
      player.played,
      expected.length,
    )
    await player.close()
    expect(
      rows.map(({ recvTs: _recvTs, ...row }) => ({
        ...row,
        price: plain(row.price),
        qty: plain(row.qty),
      })),
    ).toEqual(expected)
    expect(rows.every(({ recvTs }) => Number.isInteger(recvTs) && recvTs > 1.7e12)).toBe(true)
    const complaints = stderr.split('\n').filter((line) => line.includes('unreadable'))
    expect(complaints).toHaveLength(1)
    expect(complaints[0]).toContain('binance')
  })

  it('Coinbase, 2021-04-17: taker side inverted, microseconds kept, replayed history marked', async () => {
    const frames = framesOf(capture('coinbase-exchange-2021-04-17.ndjson'))
    interface Match {
      type: string
      trade_id: number
      side: string
      size: string
      price: string
      product_id: string
      time: string
    }
    const matches = frames
      .map((frame) => JSON.parse(frame) as Match)
      .filter(({ type }) => type === 'match' || type === 'last_match')
    const products = [...new Set(matches.map(({ product_id }) => product_id))]
    const player = await startRawPlayer({
      frames,
      path: '/',
      answer: () => undefined, // the capture holds the venue's own answers
      rest: (path) =>
        path === '/products'
          ? products.map((id) => ({
              id,
              base_currency: id.split('-')[0],
              quote_currency: id.split('-')[1],
              quote_increment: '0.0001',
              base_increment: '0.01',
              status: 'online',
              trading_disabled: false,
            }))
          : undefined,
    })
    const { rows } = await record(
      'coinbase',
      {
        markets: products.map((product) => `coinbase:${product}`),
        venues: { coinbase: { ws: player.ws, rest: player.rest } },
      },
      player.played,
      matches.length,
    )
    await player.close()
    const key = (row: { symbol: string; id: string }) => `${row.symbol}/${row.id}`
    const byKey = new Map(rows.map((row) => [key(row), row]))
    expect(byKey.size).toBe(matches.length)
    for (const match of matches) {
      const row = byKey.get(key({ symbol: match.product_id, id: String(match.trade_id) }))
      const ts = Date.parse(match.time)
      expect({ ...row, price: plain(row?.price ?? ''), qty: plain(row?.qty ?? '') }).toEqual({
        venue: 'coinbase',
        symbol: match.product_id,
        id: String(match.trade_id),
        price: plain(match.price),
        qty: plain(match.size),
        side: match.side === 'sell' ? 'buy' : 'sell',
        ts,
        recvTs: row?.recvTs,
        tsMicros: ts * 1_000 + Number(match.time.slice(23, 26)),
      })
    }
    const times = rows.map(({ tsMicros = 0 }) => tsMicros)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })
})
