import {
  type MarketSummary,
  TAPE_FRAME_TRADES,
  type TapeFrame,
} from '../../../shared/contract/status.ts'
import type { Candle } from '../../../shared/domain/candle.ts'
import { decimalsOf, decimalsToShow } from '../../../shared/domain/decimal.ts'
import type { Market } from '../../../shared/domain/market.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import type { Trade } from '../../../shared/domain/trade.ts'
import type { Continuity } from '../../pipeline/continuity.ts'
import { MarketFold, MINUTES_KEPT, SECONDS_KEPT } from '../../pipeline/market-fold.ts'
import { capTape, mergeTape } from '../../pipeline/tape-frames.ts'
import { Topic } from '../topic.ts'
import { TradeFeed } from './trade-feed.ts'

/** A market's tape goes to the screen ten times a second at most; under pressure less often. */
const TAPE_INTERVAL_MS = 100
/** What is folded in memory for one watched market. */
export class MarketSlot extends MarketFold {
  market: Market
  /** The chunk being read has folded a trade into it. */
  touched = false
  /** When the newest trade was folded, our wall clock with fractions; null when none since the last frame. */
  foldedAt: number | null = null
  /** Share of the last 24 h that is complete or back-filled, as the ledger says. */
  coverage: number | null = null
  /** Judges each trade's place on the tape. */
  readonly continuity: Continuity
  /** Ids that the tape had when recording began again: a venue may replay them. Null when it is past that. */
  recorded: ReadonlySet<string> | null = null
  readonly openedAt: EpochMs
  readonly tape: Topic<TapeFrame>
  /** The same trades for programs, all of them. */
  readonly feed: TradeFeed
  #pending: Trade[] = []
  #skipped = 0

  constructor(market: Market, now: EpochMs, continuity: Continuity) {
    super(now)
    this.market = market
    this.continuity = continuity
    this.openedAt = now
    this.feed = new TradeFeed(market.id)
    this.tape = new Topic(
      TAPE_INTERVAL_MS,
      () => this.#snapshot(),
      (a, b) => mergeTape(a, b, TAPE_FRAME_TRADES),
    )
  }

  /** A quantity in base units: what every volume is in. */
  baseUnits(price: number, qty: number): number {
    return this.market.qtyUnit === 'quote' ? qty / price : qty
  }

  /** Keeps a trade for the next tape frame; the oldest give way when there are too many to show. */
  show(trade: Trade): void {
    this.#pending.push(trade)
    if (this.#pending.length < 2 * TAPE_FRAME_TRADES) return
    this.#skipped += TAPE_FRAME_TRADES
    this.#pending = this.#pending.slice(-TAPE_FRAME_TRADES)
  }

  /** Counts a trade that the next tape frame is not to show. */
  skip(): void {
    this.#skipped += 1
  }

  /** Sends what happened since the last frame to whoever watches this market. */
  publish(): void {
    if (!this.tape.wanted) return
    const frame = this.#frame(this.seconds.drain(), this.minutes.drain())
    const bars = frame.candles['1s'].length + frame.candles['1m'].length
    if (frame.trades.length + bars > 0 || frame.corrected !== undefined) this.tape.publish(frame)
  }

  summary(now: EpochMs, standing: Pick<MarketSummary, 'state' | 'reason'>): MarketSummary {
    const { id, venue, symbol, tickSize, lotSize, qtyUnit } = this.market
    return {
      market: id,
      venue,
      symbol,
      ...standing,
      priceDecimals: decimalsOf(tickSize) ?? decimalsToShow(this.last),
      ...(qtyUnit === undefined ? {} : { qtyUnit }),
      qtyDecimals: Math.min(decimalsOf(lotSize) ?? 4, 8),
      last: this.last,
      lastTradeAt: this.lastTradeAt,
      lastSide: this.lastSide,
      day: { ...this.day.figures(now, this.last), coverage: this.coverage },
      ...this.flow.figures(now),
      trades: this.trades,
    }
  }

  #snapshot(): TapeFrame {
    return {
      market: this.market.id,
      trades: [],
      skipped: 0,
      candles: { '1s': this.seconds.newest(SECONDS_KEPT), '1m': this.minutes.newest(MINUTES_KEPT) },
      foldedAt: null,
    }
  }

  #frame(seconds: readonly Candle[], minutes: readonly Candle[]): TapeFrame {
    const corrected = this.takeCorrected()
    const frame = capTape(
      {
        market: this.market.id,
        trades: this.#pending,
        skipped: this.#skipped,
        candles: { '1s': seconds, '1m': minutes },
        foldedAt: this.foldedAt,
        ...(corrected === null ? {} : { corrected }),
      },
      TAPE_FRAME_TRADES,
    )
    this.#pending = []
    this.#skipped = 0
    this.foldedAt = null
    return frame
  }
}
