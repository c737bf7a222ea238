import { createStore, type StoreApi } from 'zustand/vanilla'
import type { AlertsState, RehearsalStatus } from '../../shared/contract/alerts.ts'
import type { AnalysisStatus } from '../../shared/contract/analysis.ts'
import type { ExportStatus } from '../../shared/contract/export.ts'
import type { ReplayStatus } from '../../shared/contract/replay.ts'
import type {
  AppInfo,
  EngineStatus,
  LabStatus,
  LedgerStatus,
  MarketSummary,
  VenueStatus,
} from '../../shared/contract/status.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { Connection, ConnectionState } from '../connection/api.ts'
import type { Clock } from '../connection/clock.ts'
import { clockSkew } from './freshness.ts'
import { type LatencyHistory, remember } from './latency-history.ts'

/** What the engine said last, whole. null: it has not said it yet. */
export interface Session {
  readonly connection: ConnectionState
  readonly info: AppInfo | null
  readonly venues: readonly VenueStatus[] | null
  readonly engine: EngineStatus | null
  readonly summaries: readonly MarketSummary[] | null
  readonly ledger: LedgerStatus | null
  readonly lab: LabStatus | null
  readonly alerts: AlertsState | null
  readonly rehearsal: RehearsalStatus | null
  readonly analysis: AnalysisStatus | null
  readonly replay: ReplayStatus | null
  readonly exports: ExportStatus | null
  readonly latency: LatencyHistory
  /** Engine clock minus ours, milliseconds. */
  readonly skew: number
  /** A change of mode that was asked for; the engine restarts meanwhile. */
  readonly switching: { readonly demo: boolean; readonly since: EpochMs } | null
}

const NOTHING = {
  venues: null,
  engine: null,
  summaries: null,
  ledger: null,
  lab: null,
  alerts: null,
  rehearsal: null,
  analysis: null,
  replay: null,
  exports: null,
  latency: new Map(),
} as const

/** Follows the engine's state topics for as long as the page lives. */
export function createSession(connection: Connection, clock: Clock): StoreApi<Session> {
  const store = createStore<Session>(() => ({
    ...NOTHING,
    connection: connection.state(),
    info: null,
    skew: 0,
    switching: null,
  }))
  connection.onState((state) => store.setState(follow(store.getState(), state)))
  connection.subscribe('venues.status', {}, (venues) =>
    store.setState(({ latency }) => ({
      venues,
      latency: remember(latency, venues, clock.now()),
    })),
  )
  connection.subscribe('engine.status', {}, (engine) =>
    store.setState({ engine, skew: clockSkew(engine.at, clock.now()) }),
  )
  connection.subscribe('markets.summary', {}, (summaries) =>
    store.setState((before) => ({ summaries: keepEqual(before.summaries, summaries) })),
  )
  connection.subscribe('ledger.status', {}, (ledger) => store.setState({ ledger }))
  connection.subscribe('lab.status', {}, (lab) => store.setState({ lab }))
  connection.subscribe('alerts.state', {}, (alerts) => store.setState({ alerts }))
  connection.subscribe('alerts.rehearsal', {}, (rehearsal) => store.setState({ rehearsal }))
  connection.subscribe('analysis.status', {}, (analysis) => store.setState({ analysis }))
  connection.subscribe('export.status', {}, (exports) => store.setState({ exports }))
  connection.subscribe('replay.status', {}, (replay) => store.setState({ replay }))
  return store
}

/** Demo and live figures never stand side by side: a change of tape empties everything. */
function follow(before: Session, connection: ConnectionState): Partial<Session> {
  if (connection.phase !== 'connected') return { connection }
  const { info } = connection
  const other = before.info !== null && before.info.demo !== info.demo
  const arrived = before.switching?.demo === info.demo
  return {
    connection,
    info,
    ...(other ? NOTHING : {}),
    ...(arrived ? { switching: null } : {}),
  }
}

/** Keeps the old object of every market that did not change, so that its row is not drawn again. */
export function keepEqual(
  before: readonly MarketSummary[] | null,
  after: readonly MarketSummary[],
): readonly MarketSummary[] {
  const known = new Map(before?.map((summary) => [summary.market, summary]))
  return after.map((summary) => {
    const old = known.get(summary.market)
    return old !== undefined && JSON.stringify(old) === JSON.stringify(summary) ? old : summary
  })
}
