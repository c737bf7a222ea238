import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { openReader } from '../../src/main/store/reader.ts'
import { venues } from '../../src/main/venues/index.ts'
import type { Gap } from '../../src/shared/domain/ledger.ts'
import { type MarketId, parseMarketId } from '../../src/shared/domain/market.ts'
import { judge, type MarketVerdict, type Printed } from './judge.ts'

/** A market's verdict with what its venue could have refilled. */
export interface Judged extends MarketVerdict {
  /** The venue's REST reaches back: nothing may stay missing. */
  readonly refillable: boolean
}

/** Compares the database with the simulators' journal, a market at a time. */
export async function judgeAll(
  database: string,
  journal: string,
  markets: readonly string[],
  begin: number,
): Promise<readonly Judged[]> {
  const opened = openReader(database)
  if (!opened.ok) throw new Error(opened.failure.message)
  const reader = opened.value
  try {
    const printed = await readJournal(journal, new Set(markets))
    const damage = reader.integrity()
    if (damage.length > 0) throw new Error(`the database is damaged: ${damage.join('; ')}`)
    return markets.map((market) => {
      const id = parseMarketId(market)?.id as MarketId
      const venue = venues.find((each) => each.id === parseMarketId(market)?.venue)
      return {
        ...judge({
          market,
          printed: printed.get(market) ?? [],
          stored: reader.trades({ markets: [id] }),
          gaps: reader.gaps({ markets: [id] }),
          joined: venue?.stream.ids === 'contiguous',
          begin,
        }),
        refillable: venue?.rest.trades?.history !== undefined,
      }
    })
  } finally {
    reader.close()
  }
}

/** Gaps that are still being worked on, over all markets. */
export function openGaps(database: string): readonly Gap[] {
  const opened = openReader(database)
  if (!opened.ok) return []
  try {
    return opened.value.gaps({}).filter(({ state }) => state === 'open' || state === 'filling')
  } finally {
    opened.value.close()
  }
}

/** Markets with a closed minute that nothing proves yet; the one in which recording began never is. */
export function unproved(database: string, until: number): readonly string[] {
  const opened = openReader(database)
  if (!opened.ok) return []
  try {
    const first = new Set<string>()
    const waiting = new Set<string>()
    for (const { market, minute, state } of opened.value.ledger({})) {
      if (!first.has(market)) first.add(market)
      else if (state === 'unknown' && minute + 60_000 <= until) waiting.add(market)
    }
    return [...waiting]
  } finally {
    opened.value.close()
  }
}

async function readJournal(
  path: string,
  markets: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly Printed[]>> {
  const printed = new Map<string, Printed[]>()
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (line === '') continue
    const { market, id, seq, price, qty, side, time } = JSON.parse(line) as Printed
    if (!markets.has(market)) continue
    const list = printed.get(market) ?? []
    list.push({ market, id, ...(seq === undefined ? {} : { seq }), price, qty, side, time })
    printed.set(market, list)
  }
  return printed
}
