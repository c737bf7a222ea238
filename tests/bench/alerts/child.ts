import { AlertEvaluator } from '../../../src/main/pipeline/alerts/alert-evaluator.ts'
import type { AlertRows } from '../../../src/main/pipeline/alerts/firing.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { TradeRows } from '../../../src/shared/domain/trade-rows.ts'
import { endWithParent, say } from '../harness/answers.ts'
import { MARKETS, synthetic } from '../harness/synthetic.ts'
import { MARKET_IDS, singleRule, thousandRules, usualRules } from './rules.ts'

// `node child.ts none|thousand|waiting|price|move|rsi|zscore TRADES`: evaluates made trades; the first fifth is warm-up.
const [how = '', count = ''] = process.argv.slice(2)
endWithParent()

export interface Evaluated {
  readonly trades: number
  readonly firings: number
  readonly nanosPerTrade: number
  readonly tradesPerSecond: number
}

/** As a full socket is read: 64 KiB. */
const CHUNK = 384
/** As pages of a tape come. */
const PAGE = 8_192
/** Of a price's walk, in ticks. */
const STEP = 1_000
const START = 1_800_000_000_000
const trades = Number(count)
let firings = 0
const ways: Readonly<Record<string, () => Evaluated>> = {
  none: live,
  thousand: live,
  waiting: chunks,
}
const measured = (ways[how] ?? rehearsal)()
say('evaluated', measured)
process.disconnect?.()

/** Rules are made and the clocks are started after the warm-up. */
function timed(run: (from: number, to: number) => void): Evaluated {
  const warm = Math.floor(trades / 5)
  run(0, warm)
  const since = performance.now()
  const cpu = process.cpuUsage()
  run(warm, trades)
  const ms = performance.now() - since
  const { user, system } = process.cpuUsage(cpu)
  const counted = trades - warm
  return {
    trades,
    firings,
    nanosPerTrade: ((user + system) * 1_000) / counted,
    tradesPerSecond: (counted * 1_000) / ms,
  }
}

/** Trades of all markets, 130 a second. */
function usualHours(): { readonly rows: AlertRows; readonly markets: Uint8Array } {
  const rows = columns(trades)
  const markets = new Uint8Array(trades)
  let i = 0
  for (const { market, ticks, lots, buy, time } of synthetic(trades, { stretch: 11 })) {
    fill(rows, i, market, ticks, lots, buy, START + time)
    markets[i] = market
    i += 1
  }
  return { rows, markets }
}

/** Every trade an instant of its own, as they come from sockets. */
function live(): Evaluated {
  const { rows, markets } = usualHours()
  const evaluator = new AlertEvaluator(how === 'none' ? [] : thousandRules(), () => {
    firings += 1
  })
  const slots = MARKET_IDS.map((id: MarketId) => evaluator.slot(id))
  return timed((from, to) => {
    for (let row = from; row < to; row += 1) {
      const at = rows.time[row] as number
      evaluator.open(at)
      const slot = slots[markets[row] as number] as number
      if (slot >= 0) evaluator.rows(slot, rows, row, row + 1)
      evaluator.close(at)
    }
  })
}

/** A chunk an instant, of each market what it has of it; sorting them by market is in the figure, some 8 ns. */
function chunks(): Evaluated {
  const { rows: made, markets } = usualHours()
  const evaluator = new AlertEvaluator(usualRules(), () => {
    firings += 1
  })
  const slots = MARKET_IDS.map((id: MarketId) => evaluator.slot(id))
  const rows = MARKET_IDS.map(() => new TradeRows())
  let at = START
  return timed((from, to) => {
    for (let begin = from; begin < to; begin += CHUNK) {
      for (const each of rows) each.clear()
      for (let row = begin; row < Math.min(begin + CHUNK, to); row += 1)
        rows[markets[row] as number]?.add(
          made.time[row] as number,
          made.price[row] as number,
          made.qty[row] as number,
          made.side[row] as number,
        )
      at += 1
      evaluator.open(at)
      rows.forEach((each, market) => {
        if (each.count > 0) evaluator.rows(slots[market] as number, each, 0, each.count)
      })
      evaluator.close(at)
    }
  })
}

/** One market's trades in pages, twelve a second: thirty million in thirty days. */
function rehearsal(): Evaluated {
  const rows = columns(trades)
  const first = MARKETS[0]?.ticks ?? 1
  let ticks = first
  let i = 0
  for (const { lots, buy, time } of synthetic(trades)) {
    // A walk that goes far enough for each of the alerts to fire, and turns before it is lost.
    const isFar = Math.abs(ticks - first) > first / 10
    ticks += (isFar ? ticks < first : buy) ? STEP : -STEP
    fill(rows, i, 0, ticks, lots, buy, START + time * 128)
    i += 1
  }
  const evaluator = new AlertEvaluator([singleRule(how)], () => {
    firings += 1
  })
  const slot = evaluator.slot(MARKET_IDS[0] as MarketId)
  return timed((from, to) => {
    for (let row = from; row < to; row += PAGE)
      evaluator.rows(slot, rows, row, Math.min(row + PAGE, to))
  })
}

function columns(size: number): AlertRows {
  return {
    time: new Float64Array(size),
    price: new Float64Array(size),
    qty: new Float64Array(size),
    side: new Uint8Array(size),
  }
}

function fill(
  rows: AlertRows,
  row: number,
  market: number,
  ticks: number,
  lots: number,
  buy: boolean,
  time: number,
): void {
  const { priceDecimals = 0, lotDecimals = 0 } = MARKETS[market] ?? {}
  rows.time[row] = time
  rows.price[row] = ticks / 10 ** priceDecimals
  rows.qty[row] = lots / 10 ** lotDecimals
  rows.side[row] = buy ? 0 : 1
}
