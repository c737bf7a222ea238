import type { Market } from '../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { Clock } from '../ports.ts'
import type { RestTrade, TradePage, TradesSpec, Venue } from '../venues/venue.ts'
import { baseUnits } from './contract-size.ts'
import type { Hole, RecentTrades, Refill } from './feed.ts'
import { byAge } from './hole-filter.ts'
import { HoleWalk } from './hole-walk.ts'
import type { Rest } from './rest.ts'

export interface TradeHistoryDeps {
  readonly venue: Venue
  readonly rest: Rest
  readonly clock: Clock
  /** Deadline of one request, milliseconds. */
  readonly restMs: number
  /** Most pages of one back-fill. */
  readonly mostPages?: number
}

type Pages = (trades: readonly RestTrade[]) => void

/** One call reaches this far at most; what is left is for the next. */
const MOST_PAGES = 2_000

/** The trades that REST tells of: the newest ones, and what a hole held. Quantities in base units. */
export class TradeHistory {
  readonly #deps: TradeHistoryDeps
  readonly #spec: TradesSpec | undefined

  constructor(deps: TradeHistoryDeps) {
    this.#deps = deps
    this.#spec = deps.venue.rest.trades
  }

  /** See `Feed.recent`. */
  async recent(market: Market, signal?: AbortSignal): Promise<Outcome<RecentTrades>> {
    if (this.#spec === undefined) return this.#none()
    const { rest, restMs, venue } = this.#deps
    const { recent } = this.#spec
    const answer = await rest.call(recent, { symbol: market.venueSymbol }, restMs, signal)
    if (!answer.ok) return answer
    const { value, sentAt, rttMs, bytes } = answer.value
    const trades = scaled(market, value)
    if (!trades.ok) return trades
    return ok({
      trades: trades.value.toSorted(byAge(venue.stream.ids)),
      askedAt: sentAt,
      answeredAt: sentAt + rttMs,
      bytes,
      weight: recent.weight,
    })
  }

  /** See `Feed.refill`. */
  async refill(
    market: Market,
    hole: Hole,
    page: Pages,
    signal: AbortSignal,
  ): Promise<Outcome<Refill>> {
    if (this.#spec === undefined) return this.#none()
    const walk = new HoleWalk(hole, this.#deps.venue.stream.ids)
    const { history } = this.#spec
    if (history === undefined) return this.#fromRecent(market, walk, page, signal)
    if (isUnknown(hole)) {
      const near = await this.#fromRecent(market, walk, page, signal)
      if (near.ok && near.value.whole) return near
    }
    const { retentionMs } = history
    const reach = retentionMs === null ? 0 : this.#deps.clock.now() - retentionMs
    if (hole.before.time <= reach) return ok({ whole: false, final: true, reason: TOO_OLD })
    const walked = await this.#walk(market, hole, walk, page, signal)
    if (!walked.ok) return walked
    if (walk.isWhole) return ok({ whole: true, final: false })
    if (hole.after.time < reach) return ok({ whole: false, final: true, reason: TOO_OLD })
    if (walk.isThrough) return ok({ whole: false, final: true, reason: MISSING })
    return ok({ whole: false, final: false, reason: walked.value })
  }

  /** Page by page until the far end or the last page. Answers with why the hole may not be whole. */
  async #walk(
    market: Market,
    hole: Hole,
    walk: HoleWalk,
    page: Pages,
    signal: AbortSignal,
  ): Promise<Outcome<string>> {
    const { clock, mostPages = MOST_PAGES } = this.#deps
    let cursor: string | undefined
    for (let pages = 0; pages < mostPages; pages += 1) {
      const input = { symbol: market.venueSymbol, ...hole, now: clock.now() }
      const answer = await this.#page(cursor === undefined ? input : { ...input, cursor }, signal)
      if (!answer.ok) return answer
      const trades = scaled(market, answer.value.trades)
      if (!trades.ok) return trades
      const { next } = answer.value
      const found = walk.page(trades.value, next === undefined)
      if (found.length > 0) page(found)
      if (walk.isDone) return ok('the rows do not reach from one end to the other')
      if (next === cursor) return ok('the venue gives the same page again')
      cursor = next
    }
    return ok(`not all of it came in ${mostPages} pages`)
  }

  async #page(
    input: Parameters<NonNullable<TradesSpec['history']>['page']['path']>[0],
    signal: AbortSignal,
  ): Promise<Outcome<TradePage>> {
    const history = this.#spec?.history
    if (history === undefined) return this.#none()
    if (signal.aborted) return fail('cancelled', `${this.#deps.venue.label}: back-fill cancelled.`)
    const answer = await this.#deps.rest.call(history.page, input, this.#deps.restMs, signal)
    return answer.ok ? ok(answer.value.value) : answer
  }

  /** Where the venue tells only the newest trades, or nothing is known that a page could begin with. */
  async #fromRecent(
    market: Market,
    walk: HoleWalk,
    page: Pages,
    signal: AbortSignal,
  ): Promise<Outcome<Refill>> {
    const answer = await this.recent(market, signal)
    if (!answer.ok) return answer
    const { trades } = answer.value
    const found = walk.page(trades, false)
    if (found.length > 0) page(found)
    if (walk.isWhole) return ok({ whole: true, final: false })
    if (walk.isThrough) return ok({ whole: false, final: true, reason: MISSING })
    if (walk.reachedAfter)
      return ok({ whole: false, final: false, reason: 'REST does not tell the newest trades yet' })
    const reason = `the venue tells only its newest ${trades.length} trades`
    return ok({ whole: false, final: true, reason })
  }

  #none(): ReturnType<typeof fail> {
    return fail('unavailable', `${this.#deps.venue.label} tells no trades by REST.`)
  }
}

const MISSING = 'the venue itself tells fewer trades than its numbers count'
const TOO_OLD = 'the venue does not keep trades for that long'

/** Neither end is a trade that a page could begin with. */
const isUnknown = ({ after, before }: Hole): boolean =>
  [after.id, after.seq, before.id, before.seq].every((known) => known === undefined)

function scaled(market: Market, trades: readonly RestTrade[]): Outcome<readonly RestTrade[]> {
  const units = baseUnits(market.contractSize)
  if (units === undefined)
    return fail('invalid', `The contract size of ${market.id} is no number: ${market.contractSize}`)
  if (market.contractSize === undefined) return ok(trades)
  return ok(trades.map((trade) => ({ ...trade, qty: units(trade.qty) })))
}
