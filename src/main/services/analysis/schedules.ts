import type { AnalysisTrigger, MarketSchedule } from '../../../shared/contract/analysis.ts'
import type { AnalysisKind } from '../../../shared/domain/analysis.ts'
import { type MarketId, parseMarketId } from '../../../shared/domain/market.ts'

type Ask = (market: MarketId, kind: AnalysisKind, trigger: AnalysisTrigger) => void

interface Slot {
  schedule: MarketSchedule
  /** Epoch ms. */
  dueAt: number
  /** Of the market, when it was asked about last. */
  trades: number
}

/** When the analyses of a market run by themselves: by time, by trades, when an alert fires. Time is told it. */
export class Schedules {
  readonly #ask: Ask
  readonly #slots = new Map<MarketId, Slot>()

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** `now`: epoch ms; the first one of a new schedule is due at once. `tradesOf`: of a market, so far. */
  set(
    schedules: Readonly<Record<string, MarketSchedule>>,
    now: number,
    tradesOf: (market: MarketId) => number,
  ): void {
    const wanted = new Set<MarketId>()
    for (const [name, schedule] of Object.entries(schedules)) {
      const market = parseMarketId(name)?.id
      if (market === undefined) continue
      wanted.add(market)
      const slot = this.#slots.get(market)
      if (slot === undefined)
        this.#slots.set(market, { schedule, dueAt: now, trades: tradesOf(market) })
      else {
        if (slot.schedule.everyMs !== schedule.everyMs) slot.dueAt = now
        slot.schedule = schedule
      }
    }
    for (const market of this.#slots.keys()) if (!wanted.has(market)) this.#slots.delete(market)
  }

  /** Time has passed. After a sleep one is due, not all that were missed. */
  tick(now: number, tradesOf: (market: MarketId) => number): void {
    for (const [market, slot] of this.#slots) {
      const { everyMs, everyTrades, kinds } = slot.schedule
      const trades = tradesOf(market)
      // A market that was taken off and put back counts anew.
      if (trades < slot.trades) slot.trades = trades
      const byTime = everyMs !== null && now >= slot.dueAt
      const byTrades = everyTrades !== null && trades - slot.trades >= everyTrades
      if (!byTime && !byTrades) continue
      if (byTime) slot.dueAt = Math.max(slot.dueAt + everyMs, now - (now % 1_000))
      if (byTime && slot.dueAt <= now) slot.dueAt = now + everyMs
      slot.trades = trades
      for (const kind of kinds) this.#ask(market, kind, byTrades ? 'trades' : 'interval')
    }
  }

  /** An alert of the market fired, just now. */
  fired(market: MarketId): void {
    const slot = this.#slots.get(market)
    if (slot?.schedule.onAlert !== true) return
    for (const kind of slot.schedule.kinds) this.#ask(market, kind, 'alert')
  }
}
