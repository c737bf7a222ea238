import type { AnalysesKind } from './fake-analyses.ts'
import type { ExportsKind } from './fake-exports.ts'
import type { LedgerKind } from './fake-ledger.ts'
import type { StorageKind } from './fake-storage.ts'

/** The states that the fake engine can be in. */
export interface Scenario {
  readonly markets: number
  /** Trades per second in the first market. */
  readonly rate: number
  readonly demo?: boolean
  readonly venues?: 'up' | 'down' | 'connecting' | 'mixed' | 'troubled' | 'crowded'
  readonly store?: 'ok' | 'retrying' | 'lost'
  /** Goes silent or closes this long after the start, milliseconds. */
  readonly closeAfter?: number
  readonly silentAfter?: number
  /** Accepts connections but answers nothing. */
  readonly mute?: boolean
  readonly historyFails?: boolean
  readonly ledger?: LedgerKind
  readonly storage?: StorageKind
  /** This computer's clock is wrong. */
  readonly clockOff?: boolean
  /** What the machine is pressed into leaving out. */
  readonly load?: 'paint' | 'rows' | 'trades'
  /** Nothing was recorded; or answers about the past take long, milliseconds. */
  readonly past?: 'none' | number
  readonly analysis?: AnalysesKind
  readonly exports?: ExportsKind
  readonly alerts?: 'none' | 'firing' | 'plenty'
  /** The disk takes long. */
  readonly slow?: boolean
}

export const SCENARIOS = {
  normal: { markets: 14, rate: 12 },
  many: { markets: 40, rate: 60 },
  burst: { markets: 40, rate: 5_000 },
  empty: { markets: 0, rate: 0 },
  connecting: { markets: 14, rate: 0, mute: true },
  opening: { markets: 14, rate: 0, venues: 'connecting' },
  down: { markets: 14, rate: 0, venues: 'down' },
  mixed: { markets: 14, rate: 6, venues: 'mixed' },
  gone: { markets: 14, rate: 12, closeAfter: 4_000 },
  silent: { markets: 14, rate: 12, silentAfter: 4_000 },
  retrying: { markets: 14, rate: 12, store: 'retrying' },
  lost: { markets: 14, rate: 12, store: 'lost' },
  demo: { markets: 14, rate: 12, demo: true },
  clock: { markets: 14, rate: 12, clockOff: true },
  slow: { markets: 14, rate: 12, slow: true },
  pressed: { markets: 14, rate: 12, load: 'paint' },
  overloaded: { markets: 14, rate: 12, load: 'rows' },
  shedding: { markets: 14, rate: 12, load: 'trades' },
  troubled: { markets: 14, rate: 12, venues: 'troubled' },
  crowded: { markets: 14, rate: 12, venues: 'crowded' },
  clean: { markets: 14, rate: 12, ledger: 'clean' },
  unproved: { markets: 14, rate: 12, ledger: 'unproved' },
  early: { markets: 14, rate: 12, ledger: 'early' },
  gappy: { markets: 14, rate: 12, ledger: 'many' },
  'storage-early': { markets: 14, rate: 12, storage: 'early' },
  'storage-full': { markets: 14, rate: 12, storage: 'full' },
  'storage-over': { markets: 14, rate: 12, storage: 'over' },
  'storage-low': { markets: 14, rate: 12, storage: 'low' },
  bare: { markets: 14, rate: 12, past: 'none', alerts: 'none' },
  'past-slow': { markets: 14, rate: 12, past: 60_000 },
  /** Names, numbers and lists that hardly fit. */
  plenty: { markets: 45, rate: 12, alerts: 'plenty' },
  'export-slow': { markets: 14, rate: 12, exports: 'slow' },
  'export-fails': { markets: 14, rate: 12, exports: 'fails' },
  'export-refuses': { markets: 14, rate: 12, exports: 'refuses' },
  firing: { markets: 14, rate: 12, alerts: 'firing' },
  'analysis-none': { markets: 14, rate: 12, analysis: 'none' },
  'analysis-stopped': { markets: 14, rate: 12, analysis: 'stopped' },
  'analysis-hostile': { markets: 14, rate: 12, analysis: 'hostile' },
  failing: { markets: 14, rate: 4, historyFails: true },
} as const satisfies Record<string, Scenario>
export type ScenarioName = keyof typeof SCENARIOS
