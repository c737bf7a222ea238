import type { AlertEvent } from '../../shared/contract/alerts.ts'
import type { AnalysisEntry, SpendingDay } from '../../shared/contract/analysis.ts'
import type { AroundQuery, BarsAnswer, BarsQuery } from '../../shared/contract/history.ts'
import type { Candle, Interval } from '../../shared/domain/candle.ts'
import type { Gap, LedgerMinute, TapeEnd } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { Trade } from '../../shared/domain/trade.ts'
import type { Clock } from '../ports.ts'
import type { AlertBook, AlertLogQuery } from './alert-changes.ts'
import type { AnalysisBook, AnalysisLogQuery, AnalysisStore } from './analysis-store.ts'
import { unpackCandles } from './packed-candles.ts'
import type { GapQuery, TradeStore } from './store.ts'
import type { Questions } from './store-protocol.ts'

type Reading = Pick<
  TradeStore,
  | 'candles'
  | 'bars'
  | 'around'
  | 'recentTrades'
  | 'tapeEnd'
  | 'ledger'
  | 'gaps'
  | 'tradeIds'
  | 'alertBook'
  | 'alertLog'
> &
  Omit<AnalysisStore, 'keepAnalyses'>
export type Ask = <Q extends keyof Questions>(
  q: Q,
  request: Questions[Q]['request'],
) => Promise<Outcome<Questions[Q]['answer']>>

/** The reading half of the store: each call is one question to its thread. */
export abstract class TapeQuestions implements Reading {
  readonly #ask: Ask
  readonly #clock: Pick<Clock, 'now'>

  constructor(clock: Pick<Clock, 'now'>, ask: Ask) {
    this.#clock = clock
    this.#ask = ask
  }

  async candles(
    market: MarketId,
    interval: Interval,
    before: EpochMs,
    limit: number,
  ): Promise<Outcome<readonly Candle[]>> {
    const packed = await this.#ask('candles', { market, interval, before, limit })
    return packed.ok ? ok(unpackCandles(packed.value)) : packed
  }

  recentTrades(market: MarketId, limit: number): Promise<Outcome<readonly Trade[]>> {
    return this.#ask('trades', { market, limit })
  }

  bars(query: BarsQuery): Promise<Outcome<BarsAnswer>> {
    return this.#ask('bars', { ...query, now: this.#clock.now() })
  }

  around(query: AroundQuery): Promise<Outcome<readonly Trade[]>> {
    return this.#ask('around', query)
  }

  tapeEnd(market: MarketId): Promise<Outcome<TapeEnd | null>> {
    return this.#ask('tapeEnd', market)
  }

  ledger(market: MarketId, from: EpochMs, to: EpochMs): Promise<Outcome<readonly LedgerMinute[]>> {
    return this.#ask('ledger', { market, from, to, now: this.#clock.now() })
  }

  gaps(query: GapQuery): Promise<Outcome<readonly Gap[]>> {
    return this.#ask('gaps', query)
  }

  tradeIds(
    market: MarketId,
    from: EpochMs,
    to: EpochMs,
    limit: number,
  ): Promise<Outcome<readonly string[]>> {
    return this.#ask('tradeIds', { market, from, to, limit })
  }

  alertBook(): Promise<Outcome<AlertBook>> {
    return this.#ask('alertBook', null)
  }

  alertLog(query: AlertLogQuery): Promise<Outcome<readonly AlertEvent[]>> {
    return this.#ask('alertLog', query)
  }

  analysisBook(since: EpochMs): Promise<Outcome<AnalysisBook>> {
    return this.#ask('analysisBook', since)
  }

  analysisLog(query: AnalysisLogQuery): Promise<Outcome<readonly AnalysisEntry[]>> {
    return this.#ask('analysisLog', query)
  }

  analysisSignals(): Promise<Outcome<readonly AnalysisEntry[]>> {
    return this.#ask('analysisSignals', null)
  }

  analysisSpending(from: EpochMs): Promise<Outcome<readonly SpendingDay[]>> {
    return this.#ask('analysisSpending', from)
  }
}
