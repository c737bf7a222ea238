import type { ReplayRequest, ReplayStatus, ReplayTapeFrame } from '../../shared/contract/replay.ts'
import type { MarketSummary } from '../../shared/contract/status.ts'
import { decimalsToShow } from '../../shared/domain/decimal.ts'
import { type MarketId, parseMarketId, type VenueId } from '../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { MINUTES_KEPT, SECONDS_KEPT } from '../pipeline/market-fold.ts'
import { alertEvaluation } from '../pipeline/replay/alert-evaluation.ts'
import type { ReplayFiring } from '../pipeline/replay/evaluator.ts'
import { Replay } from '../pipeline/replay/replay.ts'
import type { ReplayMarket } from '../pipeline/replay/replay-market.ts'
import { ReplayPlayer } from '../pipeline/replay/replay-player.ts'
import type { Clock } from '../ports.ts'
import type { MarketScale, TapeReader } from '../store/store.ts'
import { compiledAlerts, playableAlerts } from './compiled-alerts.ts'
import type { FromReplay, ToReplay } from './replay-protocol.ts'
import { replayTape } from './replay-tape.ts'

/** Firings of a status: the newest. */
const MOST_FIRINGS = 500
const NEWS_MS = 100
/** A step by a bar is one by a minute. */
const BAR_MS = 60_000
/** Digits that the store writes where a market's steps were never told. */
const UNTOLD_SCALE = 8

export interface ReplayRooms {
  readonly clock: Clock
  readonly openReader: (path: string) => Outcome<TapeReader>
  readonly post: (message: FromReplay) => void
}

type Start = Extract<ToReplay, { t: 'start' }>

/** One replay with a person in front of it: does what is asked, and tells what there is to be seen. */
export class ReplaySession {
  readonly #rooms: ReplayRooms
  readonly #request: ReplayRequest
  readonly #reader: TapeReader
  readonly #player: ReplayPlayer
  readonly #scales: ReadonlyMap<MarketId, MarketScale>
  readonly #names: ReadonlyMap<string, string>
  #firings: ReplayFiring[] = []
  /** Markets whose next frame begins anew. */
  readonly #anew = new Set<MarketId>()
  /** When each watched market's last frame was made, by the replay's clock. */
  readonly #framedAt = new Map<MarketId, number>()
  #changed = true
  /** News is on its way. */
  #waiting = false
  readonly #forget: () => void

  /** Loads it, paused at its beginning. Fails with `invalid`, `not-found` or what the disk says. */
  static open(rooms: ReplayRooms, start: Start): Outcome<ReplaySession> {
    const { from, to, markets } = start.request
    if (from >= to) return fail('invalid', 'The stretch is empty: its end must be after its start.')
    if (from > rooms.clock.now())
      return fail('invalid', 'The stretch begins in the future: nothing is recorded there yet.')
    const reader = rooms.openReader(start.path)
    if (!reader.ok) return reader
    const failed = (outcome: Outcome<never>): Outcome<never> => {
      reader.value.close()
      return outcome
    }
    const held = reader.value.markets()
    const missing = markets.find((market) => !held.includes(market))
    if (missing !== undefined)
      return failed(fail('not-found', `Nothing of ${missing} was ever recorded.`))
    const compiled = compiledAlerts(
      start.request.alerts ? playableAlerts(start.alerts, markets) : [],
    )
    if (!compiled.ok) return failed(compiled)
    const session = new ReplaySession(rooms, start, reader.value, alertEvaluation(compiled.value))
    if (!session.#player.replay.done) return ok(session)
    session.close()
    return fail('not-found', 'Nothing was recorded of these markets in that stretch.')
  }

  private constructor(
    rooms: ReplayRooms,
    { request, alerts }: Start,
    reader: TapeReader,
    evaluator: ReturnType<typeof alertEvaluation>,
  ) {
    const { markets, from, order, faults } = request
    this.#rooms = rooms
    this.#request = request
    this.#reader = reader
    this.#scales = new Map(reader.scales().map((scale) => [scale.market, scale]))
    this.#names = new Map(alerts.map(({ id, name }) => [id, name]))
    const replay = new Replay(replayTape(reader), {
      ...{ markets, from, order, ...(faults !== undefined && { faults }) },
      // Nothing is silent in the future.
      to: Math.min(request.to, rooms.clock.now()),
      ...(request.alerts && { evaluator }),
      onFiring: (firing) => this.#fired(firing),
    })
    this.#player = new ReplayPlayer(replay, rooms.clock, () => {
      this.#changed = true
    })
    this.#forget = rooms.clock.every(NEWS_MS, () => this.#tell())
  }

  act(action: Extract<ToReplay, { t: 'act' }>['action']): void {
    const player = this.#player
    if (action.do === 'play') player.play()
    else if (action.do === 'pause') player.pause()
    else if (action.do === 'pace') player.setSpeed(action.pace)
    else if (action.do === 'seek') this.#seek(action.to)
    else if (action.by === 'trade') player.step()
    else player.stepBar(BAR_MS)
    this.#changed = true
    this.#tell()
  }

  watch(market: MarketId, on: boolean): void {
    const found = this.#player.replay.markets.find((one) => one.market === market)
    if (found === undefined) return
    found.watched = on
    if (!on) return
    this.#anew.add(market)
    this.#changed = true
    this.#tell()
  }

  taken(): void {
    this.#waiting = false
  }

  status(): ReplayStatus {
    const { at, trades, playing, done, speed } = this.#player.state
    return {
      state: done ? 'ended' : playing ? 'playing' : 'paused',
      request: this.#request,
      at: epochMs(Math.round(at)),
      pace: speed,
      trades,
      firings: this.#firings.map(({ alert, at, market, price }) => ({
        ...{ alert, at: epochMs(at), market, price },
        name: this.#names.get(alert) ?? alert,
      })),
      summaries: this.#player.replay.markets.map((market) => this.#summary(market, at)),
    }
  }

  close(): void {
    this.#forget()
    this.#player.pause()
    this.#reader.close()
  }

  #seek(to: number): void {
    this.#firings = []
    this.#player.seek(to)
    for (const { market, watched } of this.#player.replay.markets)
      if (watched) this.#anew.add(market)
  }

  #fired(firing: ReplayFiring): void {
    this.#firings.push(firing)
    if (this.#firings.length >= 2 * MOST_FIRINGS) this.#firings = this.#firings.slice(-MOST_FIRINGS)
  }

  /** Nobody is told anything while the last news has not been taken: it gathers in the markets' frames. */
  #tell(): void {
    if (this.#waiting || !this.#changed) return
    this.#changed = false
    this.#waiting = true
    const frames = this.#player.replay.markets.filter(({ watched }) => watched)
    this.#rooms.post({
      t: 'news',
      status: this.status(),
      frames: frames.map((market) => this.#frame(market)),
    })
  }

  #frame(market: ReplayMarket): ReplayTapeFrame {
    const { at } = this.#player.state
    const before = this.#framedAt.get(market.market) ?? at
    this.#framedAt.set(market.market, at)
    const frame = market.frame()
    if (this.#anew.delete(market.market)) {
      const { seconds, minutes } = market
      const candles = { '1s': seconds.newest(SECONDS_KEPT), '1m': minutes.newest(MINUTES_KEPT) }
      return { ...frame, candles, anew: true }
    }
    // Played faster than bars are kept: those between are to be asked for.
    if (at - before <= SECONDS_KEPT * 1_000) return frame
    const from = epochMs(Math.min(before, frame.corrected?.from ?? before))
    return { ...frame, corrected: { from, to: epochMs(Math.round(at)) } }
  }

  #summary(market: ReplayMarket, at: number): MarketSummary {
    const { market: id, last, lastTradeAt, day, ...flow } = market.figures(at)
    const parsed = parseMarketId(id)
    const scale = this.#scales.get(id)
    const told = (digits = UNTOLD_SCALE): number | null => (digits < UNTOLD_SCALE ? digits : null)
    return {
      market: id,
      venue: parsed?.venue ?? ('' as VenueId),
      symbol: parsed?.symbol ?? id,
      state: 'live',
      priceDecimals: told(scale?.priceScale) ?? decimalsToShow(last),
      qtyDecimals: told(scale?.qtyScale) ?? 4,
      ...(scale?.inverse === 1 ? { qtyUnit: 'quote' as const } : {}),
      ...{ last, lastTradeAt, lastSide: market.lastSide },
      day: { ...day, coverage: null },
      ...flow,
    }
  }
}
