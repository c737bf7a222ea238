import type { ReplayAction, ReplayRequest, ReplayStatus } from '../../src/shared/contract/replay.ts'
import {
  type MarketSummary,
  TAPE_FRAME_TRADES,
  type TapeFrame,
} from '../../src/shared/contract/status.ts'
import { INTERVALS, mergeCandles } from '../../src/shared/domain/candle.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../src/shared/domain/outcome.ts'
import { type EpochMs, epochMs } from '../../src/shared/domain/time.ts'
import type { Trade } from '../../src/shared/domain/trade.ts'
import type { Character, FakePast } from './fake-past.ts'

const NONE: ReplayStatus = {
  state: 'none',
  request: null,
  at: null,
  pace: 1,
  trades: 0,
  firings: [],
  summaries: [],
}
/** What is played in one tick at most. */
const MOST_PER_TICK = 20 * 60_000

/** A replay that plays the made-up past. */
export class FakeReplay {
  #status = NONE
  readonly #past: FakePast
  readonly #who: (market: MarketId) => Character | undefined
  readonly #summary: (market: MarketId) => MarketSummary | undefined
  readonly #push: (key: string, value: unknown) => void

  constructor(
    past: FakePast,
    who: (market: MarketId) => Character | undefined,
    summary: (market: MarketId) => MarketSummary | undefined,
    push: (key: string, value: unknown) => void,
  ) {
    this.#past = past
    this.#who = who
    this.#summary = summary
    this.#push = push
  }

  status = (): ReplayStatus => this.#status

  start(request: ReplayRequest): Outcome<null> {
    if (request.markets.length === 0) return fail('invalid', 'Name a market to replay.')
    if (request.to <= request.from) return fail('invalid', 'The stretch is empty.')
    if (request.from < this.#past.first) return fail('not-found', 'Nothing was recorded there.')
    this.#become({ ...NONE, state: 'loading', request, at: request.from })
    setTimeout(() => this.#become({ state: 'paused', ...this.#folds(request.from) }), 500)
    return ok(null)
  }

  act(action: ReplayAction): Outcome<null> {
    const { request, at } = this.#status
    if (request === null || at === null) return fail('not-found', 'No replay is loaded.')
    if (action.do === 'stop') this.#become(NONE)
    else if (action.do === 'pace') this.#become({ pace: action.pace })
    else if (action.do === 'play' || action.do === 'pause')
      this.#become({ state: action.do === 'play' ? 'playing' : 'paused' })
    else if (action.do === 'step') {
      const minute = epochMs(Math.floor(at / 60_000) * 60_000 + 60_000)
      this.#run(at, action.by === 'bar' ? minute : this.#nextTrade(request, at))
      this.#become({ state: 'paused' })
    } else this.#become({ state: 'paused', at: action.to, ...this.#folds(action.to) })
    return ok(null)
  }

  #nextTrade({ markets, to }: ReplayRequest, at: EpochMs): EpochMs {
    const next = markets.flatMap((market) => {
      const who = this.#who(market)
      const trades = who === undefined ? [] : this.#past.trades(who, at + 1, at + 5_000)
      return trades[0]?.exchangeTime ?? []
    })
    return epochMs(Math.min(to, ...next))
  }

  /** A tenth of a second of our clock. */
  tick(): void {
    const { state, request, at, pace } = this.#status
    if (state !== 'playing' || request === null || at === null) return
    const far = pace === 'max' ? (request.to - request.from) / 60 : 100 * pace
    const to = epochMs(Math.min(request.to, at + Math.min(MOST_PER_TICK, far)))
    this.#run(at, to)
    if (to >= request.to) this.#become({ state: 'ended' })
  }

  #run(from: EpochMs, to: EpochMs): void {
    let played = 0
    for (const market of this.#status.request?.markets ?? []) {
      const who = this.#who(market)
      if (who === undefined) continue
      const trades = this.#past.trades(who, from + 1, to + 1)
      played += trades.length
      this.#push(`replay.tape ${market}`, this.frame(market, trades, from, to))
    }
    const { trades, firings } = this.#status
    this.#become({
      at: to,
      trades: trades + played,
      ...this.#folds(to),
      firings: [...firings, ...this.#fired(from, to)],
    })
  }

  frame(market: MarketId, trades: readonly Trade[], from: EpochMs, to: EpochMs): TapeFrame {
    const who = this.#who(market)
    const second = epochMs(Math.floor(from / 1_000) * 1_000)
    const minute = epochMs(Math.floor(from / 60_000) * 60_000)
    const bars = (begin: EpochMs, resolution: '1s' | '1m') => {
      const query = { market, from: begin, to: epochMs(to + 1), resolution }
      const answer = who === undefined ? undefined : this.#past.bars(who, query)
      return answer?.ok === true && to > begin
        ? mergeCandles(answer.value.candles.slice(-600), INTERVALS[resolution])
        : []
    }
    return {
      market,
      trades: trades.slice(-TAPE_FRAME_TRADES),
      skipped: Math.max(0, trades.length - TAPE_FRAME_TRADES),
      candles: { '1s': bars(second, '1s'), '1m': bars(minute, '1m') },
      foldedAt: null,
    }
  }

  /** Every seventh minute something fires. */
  #fired(from: number, to: number): ReplayStatus['firings'] {
    const { request } = this.#status
    const [market] = request?.markets ?? []
    const who = market === undefined ? undefined : this.#who(market)
    if (request?.alerts !== true || who === undefined) return []
    const found: ReplayStatus['firings'][number][] = []
    const every = 7 * 60_000
    for (let at = Math.floor(from / every) * every + every; at <= to; at += every)
      found.push({
        alert: 'a1',
        name: 'BTC over the round number',
        at: epochMs(at),
        market: who.market,
        price: this.#past.price(who, at),
      })
    return found
  }

  #folds(at: EpochMs): Pick<ReplayStatus, 'summaries'> {
    const summaries = (this.#status.request?.markets ?? []).flatMap((market) => {
      const [who, live] = [this.#who(market), this.#summary(market)]
      if (who === undefined || live === undefined) return []
      const last = this.#past.price(who, at)
      const open = this.#past.price(who, at - 86_400_000)
      const day = {
        ...live.day,
        open,
        change: last / open - 1,
        high: Math.max(last, open) * 1.01,
        low: Math.min(last, open) * 0.99,
      }
      return [{ ...live, state: 'live' as const, last, lastTradeAt: at, day }]
    })
    return { summaries }
  }

  #become(patch: Partial<ReplayStatus>): void {
    this.#status = { ...this.#status, ...patch }
    this.#push('replay.status', this.#status)
  }
}
