import type { LoadCaps } from '../../shared/domain/load.ts'
import type { VenueId } from '../../shared/domain/market.ts'
import type { StorageLimits } from '../../shared/domain/storage.ts'

/** Where a venue is to be reached, where that differs from its own default. */
export interface VenueAddress {
  readonly enabled?: boolean
  readonly ws?: string
  readonly rest?: string
}

/** Everything the engine is told at its start. Plain data: it crosses a thread. */
export interface EngineConfig {
  readonly dataDir: string
  readonly demo: boolean
  /** Markets always watched, besides those that were added on screen. Unchecked text. */
  readonly markets: readonly string[]
  /** True: watch exactly `markets`, leave the saved list alone (`record`). */
  readonly onlyTheseMarkets: boolean
  readonly venues: Readonly<Record<VenueId, VenueAddress>>
  readonly batchSize?: number
  readonly batchMs?: number
  readonly latencyWindowSeconds?: number
  readonly load?: LoadCaps
  readonly storage?: StorageLimits
  /** Proxies that the operating system names, by host (`host:port` where given); '' for none. */
  readonly systemProxies?: Readonly<Record<string, string>>
  readonly version: string
  readonly shell: 'electron' | 'browser'
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
}
