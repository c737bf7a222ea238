/** Shows what is missing on a tape that a soak kept: `node tests/soak/look.ts FOLDER MARKET`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { databasePath } from '../../src/main/platform/data-files.ts'
import { openReader } from '../../src/main/store/reader.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import type { Printed } from './judge.ts'

const [folder = '', market = ''] = process.argv.slice(2)
const reader = openReader(databasePath(folder, false))
if (!reader.ok) throw new Error(reader.failure.message)
const stored = new Map(
  [...reader.value.trades({ markets: [market as MarketId] })].map((trade) => [trade.id, trade]),
)
const clock = (ms: number): string => new Date(ms).toISOString().slice(14, 23)
let missing: Printed[] = []
const flush = (): void => {
  const [first, last] = [missing[0], missing.at(-1)]
  if (first !== undefined && last !== undefined)
    console.log(
      `missing ${missing.length}: ${clock(first.time)} … ${clock(last.time)} (${first.id} … ${last.id})`,
    )
  missing = []
}
for (const line of readFileSync(join(folder, 'printed.ndjson'), 'utf8').split('\n')) {
  if (line === '') continue
  const print = JSON.parse(line) as Printed & { past?: true }
  if (print.market !== market || print.past === true) continue
  if (stored.has(print.id)) flush()
  else missing.push(print)
}
flush()
for (const gap of reader.value.gaps({ markets: [market as MarketId] }))
  console.log(
    `gap ${gap.cause} ${gap.state}: ${clock(gap.from)} … ${clock(gap.to)} seq ${gap.firstSeq}…${gap.lastSeq} missing ${gap.missing} recovered ${gap.recovered} opened ${clock(gap.openedAt)} ${gap.reason ?? ''}`,
  )
reader.value.close()
