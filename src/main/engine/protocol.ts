import type { MessagePort } from 'node:worker_threads'
import type { VenueId } from '../../shared/domain/market.ts'

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
  readonly version: string
  readonly shell: 'electron' | 'browser'
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
}

/** Host → engine worker. */
export type ToEngine = { readonly t: 'client'; readonly port: MessagePort } | { readonly t: 'stop' }

/** Engine worker → host. `mode` asks for a restart on the other tape. */
export type FromEngine =
  | { readonly t: 'ready' }
  | { readonly t: 'failed'; readonly code: string; readonly message: string }
  | { readonly t: 'mode'; readonly demo: boolean }
  | { readonly t: 'stopped'; readonly trades: number; readonly unwritten: number }
  | { readonly t: 'log'; readonly line: string }
