import { createStore, type StoreApi } from 'zustand/vanilla'
import type { AlertView } from '../../shared/contract/alerts.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { Outcome } from '../../shared/domain/outcome.ts'
import { type EpochMs, epochMs, type TimeRange } from '../../shared/domain/time.ts'
import type { Connection } from '../connection/api.ts'
import type { Clock } from '../connection/clock.ts'
import type { PageNotifier } from '../connection/page-notifier.ts'
import { type AnalysisChoice, createAnalysisChoice } from './analysis-choice.ts'
import { endedBetween } from './export-end.ts'
import { chooseInterval } from './focus.ts'
import { FrameQueue, type NextFrame } from './frames.ts'
import { createHistoryChoice, type HistoryChoice, MOST_MARKETS } from './history-choice.ts'
import { HistoryView } from './history-view.ts'
import { changedStretch } from './ledger-change.ts'
import { MarketView } from './market-view.ts'
import { createNotices, type Notices, notify } from './notices.ts'
import { PaintMeter } from './paint-meter.ts'
import { createPlace, type Place, type Whereabouts } from './place.ts'
import type { Preferences } from './preferences.ts'
import { ReplayView } from './replay-view.ts'
import { restoreAlert } from './restore-alert.ts'
import { createSession, type Session } from './session.ts'
import { createStageReports, type StageReports } from './stage-reports.ts'

/** Everything one window holds: built once by main.tsx, handed down to the panels. */
export interface Desk {
  readonly connection: Connection
  readonly session: StoreApi<Session>
  readonly preferences: StoreApi<Preferences>
  readonly notices: StoreApi<Notices>
  readonly stages: StageReports
  /** Our wall clock, once a second: what ages and countdowns are computed from. */
  readonly now: StoreApi<EpochMs>
  /** The engine's clock at this moment: for what is done once, where `now` would have a part drawn each second. */
  readonly engineNow: () => EpochMs
  /** The market whose tape and chart are open; null while none is chosen. */
  readonly view: StoreApi<{ readonly open: MarketView | null }>
  /** What the history shows. */
  readonly history: StoreApi<HistoryChoice>
  /** What the page of the analyses shows. */
  readonly analysis: StoreApi<AnalysisChoice>
  readonly notifier: PageNotifier
  /** Which panel the reader is at, and what the chart is to show. */
  readonly place: StoreApi<Whereabouts>
  go(place: Place): void
  /** Opens the chart of a market at a stretch of time. */
  showStretch(market: MarketId, range: TimeRange): void
  /** Opens the history of a market at a stretch, with the trades around a moment of it. */
  showHistory(market: MarketId, span: TimeRange, cursor: EpochMs | null): void
  /** Opens an answer of the model in the log. */
  showAnswer(id: number): void
  /** Opens the analyses of a market at a moment of its past. */
  showMoment(market: MarketId, at: EpochMs): void
  /** The past of one market; whoever opens it closes it. */
  openPast(market: MarketId): HistoryView
  /** One market of the replay from `at` on; whoever opens it closes it. */
  openReplay(market: MarketId, at: EpochMs): ReplayView
  select(market: MarketId | null): void
  /** Puts an alert back that was removed, armed as it was. */
  restoreAlert(alert: AlertView): Promise<void>
  watch(market: string): Promise<Outcome<{ readonly market: MarketId }>>
  unwatch(market: MarketId): Promise<void>
  setMode(demo: boolean): Promise<void>
}

export interface DeskParts {
  readonly connection: Connection
  readonly preferences: StoreApi<Preferences>
  readonly clock: Clock
  readonly nextFrame: NextFrame
  /** Wall clock with fractions, milliseconds. */
  readonly wall: () => number
  readonly notifier: PageNotifier
  /** Calls back whenever the page is hidden or shown. */
  readonly onVisibility: (listener: () => void) => void
}

export function createDesk(parts: DeskParts): Desk {
  const { connection, preferences, clock } = parts
  const session = createSession(connection, clock)
  const notices = createNotices()
  const now = createStore<EpochMs>(() => clock.now())
  clock.every(1_000, () => now.setState(clock.now(), true))
  const view = createStore<{ readonly open: MarketView | null }>(() => ({ open: null }))
  const frames = new FrameQueue(parts.nextFrame)
  const meter = new PaintMeter({ connection, clock, wall: parts.wall })
  parts.onVisibility(() => meter.interrupt())

  const engineNow = (): EpochMs => epochMs(clock.now() + session.getState().skew)
  const place = createPlace()
  const history = createHistoryChoice()
  const analysis = createAnalysisChoice()

  const open = (market: MarketId | null): void => {
    const before = view.getState().open
    if ((before?.market ?? null) === market) return
    before?.close()
    const next =
      market === null ? null : new MarketView(market, connection, frames, engineNow, meter)
    next?.open()
    view.setState({ open: next })
  }
  // The chosen market if it is watched; else the one that is open; else the first.
  const follow = ({ summaries }: Session): void => {
    if (summaries === null) return
    const watched = (market: MarketId | null | undefined) =>
      summaries.find((summary) => summary.market === market)
    const chosen = watched(preferences.getState().market)
    open((chosen ?? watched(view.getState().open?.market) ?? summaries[0])?.market ?? null)
  }
  session.subscribe(follow)
  session.subscribe(({ ledger }, before) => {
    const shown = view.getState().open
    if (shown === null || ledger === null || ledger === before.ledger) return
    const range = changedStretch(shown.market, before.ledger, ledger, engineNow())
    if (range !== null) shown.refresh(range)
  })
  session.subscribe(({ exports }, before) => {
    const run = exports === before.exports ? null : endedBetween(before.exports, exports)
    if (run !== null && place.getState().dialog !== 'export')
      notify(notices, { kind: 'exported', run })
  })
  const select = (market: MarketId | null): void => {
    preferences.setState({ market })
    follow(session.getState())
  }

  return {
    connection,
    session,
    preferences,
    notices,
    stages: createStageReports(connection),
    now,
    engineNow,
    view,
    place,
    history,
    analysis,
    notifier: parts.notifier,
    go: (to) => place.setState({ place: to }),
    showStretch: (market, range) => {
      select(market)
      const interval = chooseInterval(preferences.getState().interval, range, engineNow())
      preferences.setState({ interval })
      place.setState({ place: 'chart', focus: { market, range } })
    },
    showHistory: (market, span, cursor) => {
      const others = history.getState().markets.filter((each) => each !== market)
      const markets = [market, ...others].slice(0, MOST_MARKETS)
      history.setState({ markets, span, cursor, resolution: null })
      place.setState({ place: 'history' })
    },
    showAnswer: (entry) => {
      analysis.setState({ page: 'log', entry })
      place.setState({ place: 'analysis' })
    },
    showMoment: (market, at) => {
      analysis.setState({ page: 'now', moment: { market, at } })
      place.setState({ place: 'analysis' })
    },
    openPast: (market) => new HistoryView(market, connection, engineNow, clock.after),
    openReplay: (market, at) => {
      const opened = new ReplayView(market, at, connection, frames)
      opened.open()
      return opened
    },
    restoreAlert: async (alert) => {
      const outcome = await restoreAlert(connection, alert)
      if (!outcome.ok) notify(notices, { kind: 'failed', failure: outcome.failure })
    },
    select,
    watch: (market) => connection.call('markets.watch', { market }),
    unwatch: async (market) => {
      const outcome = await connection.call('markets.unwatch', { market })
      notify(
        notices,
        outcome.ok ? { kind: 'removed', market } : { kind: 'failed', failure: outcome.failure },
      )
    },
    setMode: async (demo) => {
      session.setState({ switching: { demo, since: clock.now() } })
      const outcome = await connection.call('app.mode', { demo })
      // The engine may be gone before it could answer; that is what was asked for.
      if (outcome.ok || outcome.failure.code === 'unavailable') return
      session.setState({ switching: null })
      notify(notices, { kind: 'failed', failure: outcome.failure })
    },
  }
}
