import type { AroundQuery, BarsAnswer, BarsQuery } from '../../shared/contract/history.ts'
import type { CandleQuery } from '../../shared/contract/status.ts'
import {
  type Candle,
  INTERVALS,
  MOST_BARS,
  mergeCandles,
  RESOLUTIONS,
} from '../../shared/domain/candle.ts'
import type { LedgerMinute, MinuteState } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { epochMs } from '../../shared/domain/time.ts'
import type { Trade } from '../../shared/domain/trade.ts'
import type { Clock } from '../ports.ts'
import type { TradeStore } from '../store/store.ts'

/** How long a reading waits for what was received last to be written, milliseconds. */
const PATIENCE_MS = 1_000

export interface HistoryOptions {
  readonly clock: Clock
  readonly store: Pick<
    TradeStore,
    'candles' | 'bars' | 'around' | 'recentTrades' | 'flushed' | 'ledger'
  >
  /** Hands waiting trades to the store. */
  readonly flush: () => void
  /** The venue's own minute bars, where they are known. */
  readonly venueBars: (market: MarketId) => Promise<readonly Candle[]>
}

/** What was recorded, with the venue's own bars where nothing was. */
export class History {
  readonly #options: HistoryOptions

  constructor(options: HistoryOptions) {
    this.#options = options
  }

  async candles(query: CandleQuery): Promise<Outcome<readonly Candle[]>> {
    const { clock, store, venueBars } = this.#options
    const before = query.before ?? epochMs(clock.now() + INTERVALS[query.interval])
    const theirs = query.interval === '1s' ? [] : await venueBars(query.market)
    const tape = await store.candles(query.market, query.interval, before, query.limit)
    if (!tape.ok) return tape
    const interval = INTERVALS[query.interval]
    const venue = mergeCandles(theirs, interval).filter((bar) => bar.openTime < before)
    const rows = await this.#rows(query.market, interval, before, query.limit, tape.value)
    const covered = tape.value.map((bar) => withCoverage(bar, interval, rows))
    return ok(fuller(covered, venue).slice(-query.limit))
  }

  /** The tape's own bars of any stretch; fails with `invalid` for one that says nothing. */
  bars(query: BarsQuery): Outcome<BarsAnswer> | Promise<Outcome<BarsAnswer>> {
    const { from, to, resolution } = query
    if (from >= to) return fail('invalid', 'The stretch is empty: its end must be after its start.')
    if (from > this.#options.clock.now())
      return fail('invalid', 'The stretch begins in the future: nothing is recorded there yet.')
    if (resolution !== undefined && (to - from) / RESOLUTIONS[resolution] > MOST_BARS)
      return fail(
        'invalid',
        `That is more than ${MOST_BARS} bars of ${resolution}: choose a coarser resolution or none.`,
      )
    return this.#options.store.bars(query)
  }

  around(query: AroundQuery): Promise<Outcome<readonly Trade[]>> {
    return this.#options.store.around(query)
  }

  /** The ledger of the minutes that a page of bars touches; what it cannot say is left unsaid. */
  async #rows(
    market: MarketId,
    interval: number,
    before: number,
    limit: number,
    tape: readonly Candle[],
  ): Promise<ReadonlyMap<number, LedgerMinute>> {
    const first = tape[0]?.openTime ?? before
    const from = Math.floor(Math.max(first, before - limit * interval * 10) / MINUTE) * MINUTE
    const rows = await this.#options.store.ledger(market, epochMs(from), epochMs(before))
    return new Map(rows.ok ? rows.value.map((row) => [row.minute, row]) : [])
  }

  /** Everything received until now, the trades still waiting for their batch included. */
  async trades(market: MarketId, limit: number): Promise<Outcome<readonly Trade[]>> {
    await this.written()
    const trades = await this.#options.store.recentTrades(market, limit)
    return trades.ok || trades.failure.code !== 'not-found' ? trades : ok([])
  }

  /** Resolves when all that was received until now is on the tape, or waited long enough. */
  async written(): Promise<void> {
    const { clock, store, flush } = this.#options
    flush()
    // A disk that refuses writes must not keep the screen from showing what is stored.
    await new Promise<void>((resolve) => {
      const cancel = clock.after(PATIENCE_MS, resolve)
      void store.flushed().then(() => {
        cancel()
        resolve()
      })
    })
  }
}

const MINUTE = INTERVALS['1m']
/** From the best to the worst. */
const STATES: readonly MinuteState[] = ['complete', 'backfilled', 'unknown', 'gap']

/**
 * Says of a bar what the ledger knows of its minutes (of a bar of a second: of its minute). A bar that
 * is proved is not partial, although recording began or broke off within it.
 */
export function withCoverage(
  bar: Candle,
  interval: number,
  rows: ReadonlyMap<number, LedgerMinute>,
): Candle {
  const first = Math.floor(bar.openTime / MINUTE) * MINUTE
  let sure = 0
  let worst = -1
  let minutes = 0
  for (let minute = first; minute < bar.openTime + interval; minute += MINUTE) {
    minutes += 1
    const row = rows.get(minute)
    if (row === undefined) continue
    worst = Math.max(worst, STATES.indexOf(row.state))
    if (isSure(row.state)) sure += 1
  }
  const state = STATES[worst]
  if (state === undefined) return bar
  return { ...bar, coverage: sure / minutes, state, partial: bar.partial && sure < minutes }
}

const isSure = (state: MinuteState | undefined): boolean =>
  state === 'complete' || state === 'backfilled'

/**
 * One bar for each time. The tape's where it is proved, because we can show each trade in it; else
 * the fuller of the two: a tape bar that misses trades has less volume than the venue's.
 */
export function fuller(tape: readonly Candle[], venue: readonly Candle[]): Candle[] {
  const bars = new Map(venue.map((bar) => [bar.openTime, bar]))
  for (const bar of tape) {
    const other = bars.get(bar.openTime)
    const proved = bar.coverage === 1
    if (other === undefined || proved || bar.volume >= other.volume * (1 - 1e-9))
      bars.set(bar.openTime, bar)
    else bars.set(bar.openTime, { ...other, ...knownOf(bar) })
  }
  return [...bars.values()].sort((a, b) => a.openTime - b.openTime)
}

/** What the ledger says of a time is shown with the venue's bar too: the tape is what it speaks of. */
const knownOf = ({ coverage, state }: Candle): Pick<Candle, 'coverage' | 'state'> => ({
  ...(coverage === undefined ? {} : { coverage }),
  ...(state === undefined ? {} : { state }),
})
