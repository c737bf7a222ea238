/**
 * A process that records, seals and lets old trades roll off without a pause until it is killed. Argument:
 * database. Trades of two markets, every seventh of them late, each third batch with some that were there
 * before, and some that have rolled off by then. Prints, for each write that is on the disk, the number after its
 * last.
 */
import { openForWriting } from '../../src/main/store/store-server.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import { noise, packed, T0, trade, unwrap } from '../unit/store/store-kit.ts'

const [path = '', from = '0', budget = '0'] = process.argv.slice(2)
const MARKETS = ['okx:A-USDT', 'okx:B-USDT'] as MarketId[]
const store = unwrap(openForWriting(path))
store.retention.limit({ budgetBytes: Number(budget), keepDays: null, keepDaysByMarket: {} })
const numbered = (n: number) =>
  trade({
    market: MARKETS[n % 2] as MarketId,
    id: n % 2 === 1 ? `text-${n}` : String(n),
    exchangeTime: epochMs(T0 + n * 100 - (n % 7 === 0 ? 900 : 0)),
    price: String(1 + noise(n, 99_991)),
    qty: String(1 + noise(-n, 999_983)),
  })
for (let n = Number(from); n < Number(from) + 1_000_000; n += 500) {
  const again = n % 1_500 === 0 && n >= 300 ? 300 : 0
  const trades = Array.from({ length: 500 + again }, (_, i) => numbered(n - again + i))
  const old = n > 40_000 ? Array.from({ length: 100 }, (_, i) => numbered(i * 7)) : []
  store.log.append({ batches: [packed([...old, ...trades])], partials: [] })
  process.stdout.write(`${n + 500}\n`)
  store.compaction.begin()
  while (store.compaction.step());
  store.retention.begin()
  while (store.retention.step());
}
