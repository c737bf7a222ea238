import type { Gap } from '../../src/shared/domain/ledger.ts'
import type { Trade } from '../../src/shared/domain/trade.ts'

/** One match as the simulated venue's own record has it. */
export interface Printed {
  readonly market: string
  readonly id: string
  readonly seq?: string
  readonly price: string
  readonly qty: string
  readonly side: string
  /** Match time, epoch ms. */
  readonly time: number
}

/** What became of one market's tape, match by match. */
export interface MarketVerdict {
  readonly market: string
  /** Matches made while the market was recorded, and those of them that are on the tape. */
  readonly printed: number
  readonly stored: number
  readonly backfilled: number
  /** Not on the tape, and a ledger entry says so by its numbers or its span. */
  readonly named: number
  /** Not on the tape, and nothing says so: must be none. */
  readonly unnamed: readonly string[]
  /** On the tape more than once. */
  readonly duplicates: readonly string[]
  /** On the tape, but never made. */
  readonly invented: readonly string[]
  /** On the tape with another price, quantity, side or time than made. */
  readonly wrong: readonly string[]
  /** Ledger entries that say trades are missing although all of them are there. */
  readonly falseGaps: number
}

export interface MarketTape {
  readonly market: string
  readonly printed: readonly Printed[]
  readonly stored: Iterable<Trade>
  readonly gaps: readonly Gap[]
  /** A print may stand for several matches with ids that follow each other, up to its own. */
  readonly joined: boolean
  /** When the simulated venues began, epoch ms: older trades are their made-up past, not judged. */
  readonly begin: number
}

/** Price or quantity without its spelling: zeros at the end, exponents. */
const plain = (decimal: string): number => Number(decimal)

/** Compares the tape with the venue's own record, trade by trade. */
export function judge(tape: MarketTape): MarketVerdict {
  const byId = new Map(tape.printed.map((print, index) => [print.id, index]))
  const seen = new Uint8Array(tape.printed.length)
  const duplicates: string[] = []
  const invented: string[] = []
  const wrong: string[] = []
  let backfilled = 0
  let first = Number.POSITIVE_INFINITY
  for (const trade of tape.stored) {
    if (trade.exchangeTime < tape.begin) continue
    const indexes = matchesOf(trade, byId, tape.joined)
    const prints = indexes.flatMap((index) => tape.printed[index] ?? [])
    if (prints.length !== (tape.joined ? trade.matches : 1)) {
      invented.push(trade.id)
      continue
    }
    if (!same(trade, prints)) wrong.push(trade.id)
    for (const index of indexes) {
      if (seen[index] === 1) duplicates.push(tape.printed[index]?.id ?? '')
      seen[index] = 1
      first = Math.min(first, index)
    }
    if (trade.origin === 'backfill') backfilled += 1
  }
  const open = tape.gaps.filter(({ state }) => state !== 'filled')
  const unnamed: string[] = []
  const accused = new Set<number>()
  let stored = 0
  let named = 0
  const recorded = tape.printed.slice(Number.isFinite(first) ? first : tape.printed.length)
  recorded.forEach((print, n) => {
    if (seen[first + n] === 1) {
      stored += 1
      return
    }
    const gap = open.find((each) => names(each, print))
    if (gap === undefined) unnamed.push(print.id)
    else {
      named += 1
      accused.add(gap.id)
    }
  })
  return {
    market: tape.market,
    printed: recorded.length,
    stored,
    backfilled,
    named,
    unnamed,
    duplicates,
    invented,
    wrong,
    falseGaps: open.filter((gap) => gap.firstSeq !== null && !accused.has(gap.id)).length,
  }
}

const minuteOf = (time: number): number => Math.floor(time / 60_000)

function matchesOf(
  trade: Trade,
  byId: ReadonlyMap<string, number>,
  joined: boolean,
): readonly number[] {
  if (!joined || trade.matches <= 1) {
    const index = byId.get(trade.id)
    return index === undefined ? [] : [index]
  }
  const last = BigInt(trade.id)
  return Array.from(
    { length: trade.matches },
    (_, n) => byId.get(String(last - BigInt(trade.matches - 1 - n))) ?? -1,
  ).filter((index) => index >= 0)
}

function same(trade: Trade, prints: readonly Printed[]): boolean {
  const total = prints.reduce((sum, { qty }) => sum + plain(qty), 0)
  return (
    Math.abs(total - plain(trade.qty)) <= 1e-9 * total &&
    prints.every(
      ({ price, side, time }) =>
        plain(price) === plain(trade.price) &&
        side === trade.side &&
        sameTime(time, trade.exchangeTime, trade.origin === 'backfill'),
    )
  )
}

/**
 * Some venues' history tells whole seconds only (Bitget): such a trade stands early within its second, at its
 * beginning or at the trade before it that is known to the millisecond.
 */
const sameTime = (made: number, stored: number, late: boolean): boolean =>
  Math.floor(made) === stored ||
  (late && Math.floor(made / 1_000) === Math.floor(stored / 1_000) && stored <= made)

/** A gap with numbers names just those; one without names its minutes, as the ledger's rows do. */
function names(gap: Gap, { id, seq, time }: Printed): boolean {
  if (gap.firstSeq === null || gap.lastSeq === null)
    return minuteOf(time) >= minuteOf(gap.from) && minuteOf(time) <= minuteOf(gap.to)
  const number = Number(seq ?? id)
  return number >= gap.firstSeq && number <= gap.lastSeq
}
