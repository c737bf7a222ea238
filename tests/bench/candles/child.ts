import { marketId, type VenueId } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { endWithParent, say } from '../harness/answers.ts'
import { MARKETS } from '../harness/synthetic.ts'
import { venueFor } from '../tape/plain.ts'
import { openRows } from '../tape/rows.ts'
import { openTape, unwrap } from '../tape/store.ts'

// `node child.ts tapedeck|rows FILE`: all one-minute candles of all markets, several times over; the
// first fifth of the times is warm-up.
const [how = '', path = ''] = process.argv.slice(2)
endWithParent()
const TIMES = { tapedeck: 20, rows: 5 }
const MOST = 50_000
const END = epochMs(Date.UTC(2100, 0, 1))

export interface Candled {
  readonly candles: number
  /** Trades that the candles say they are made of. */
  readonly trades: number
  /** One time, on the wall, and in CPU time of all threads. */
  readonly ms: number
  readonly cpuMs: number
}

async function repeat(
  times: number,
  once: () => Promise<Omit<Candled, 'ms' | 'cpuMs'>>,
): Promise<Candled> {
  const warm = Math.ceil(times / 5)
  for (let i = 0; i < warm; i += 1) await once()
  const [since, cpu] = [performance.now(), process.cpuUsage()]
  let last = { candles: 0, trades: 0 }
  for (let i = warm; i < times; i += 1) last = await once()
  const { user, system } = process.cpuUsage(cpu)
  const counted = times - warm
  return {
    ...last,
    ms: (performance.now() - since) / counted,
    cpuMs: (user + system) / 1_000 / counted,
  }
}

async function fromStore(): Promise<Candled> {
  const store = await openTape(path, 'digits')
  const markets = MARKETS.map(({ base, quote }) =>
    marketId(venueFor('digits') as VenueId, base, quote),
  )
  const result = await repeat(TIMES.tapedeck, async () => {
    let [candles, trades] = [0, 0]
    for (const market of markets) {
      const bars = unwrap(await store.candles(market, '1m', END, MOST))
      candles += bars.length
      for (const bar of bars) trades += bar.trades
    }
    return { candles, trades }
  })
  await store.close()
  return result
}

async function fromRows(): Promise<Candled> {
  const db = openRows(path)
  const grouped = db.prepare<[], { n: number }>(
    'SELECT market, ts / 60000 AS minute, max(price), min(price), sum(qty), count(*) AS n FROM trade GROUP BY market, ts / 60000',
  )
  const result = await repeat(TIMES.rows, async () => {
    const bars = grouped.all()
    return { candles: bars.length, trades: bars.reduce((sum, { n }) => sum + n, 0) }
  })
  db.close()
  return result
}

say('candled', how === 'rows' ? await fromRows() : await fromStore())
process.disconnect?.()
