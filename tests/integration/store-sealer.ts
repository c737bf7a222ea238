/**
 * A process that records and seals without a pause until it is killed. Argument: database. Trades of three
 * markets, every seventh of them late, each third batch with some that were there before. Prints, for each
 * write that is on the disk, the number after its last.
 */
import { openForWriting } from '../../src/main/store/store-server.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import { packed, T0, trade, unwrap } from '../unit/store/store-kit.ts'

const [path = '', from = '0'] = process.argv.slice(2)
const MARKETS = ['okx:A-USDT', 'okx:B-USDT', 'okx:C-USDT'] as MarketId[]
const store = unwrap(openForWriting(path))
const numbered = (n: number) =>
  trade({
    market: MARKETS[n % 3] as MarketId,
    id: n % 3 === 2 ? `text-${n}` : String(n),
    exchangeTime: epochMs(T0 + n * 10 - (n % 7 === 0 ? 900 : 0)),
  })
for (let n = Number(from); n < Number(from) + 1_000_000; n += 200) {
  const again = n % 600 === 0 && n >= 300 ? 300 : 0
  const trades = Array.from({ length: 200 + again }, (_, i) => numbered(n - again + i))
  store.log.append({ batches: [packed(trades)], partials: [] })
  process.stdout.write(`${n + 200}\n`)
  store.compaction.begin()
  while (store.compaction.step());
}
