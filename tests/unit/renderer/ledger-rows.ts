import type { LedgerStatus, MarketCoverage } from '../../../src/shared/contract/status.ts'
import type { Gap, LedgerMinute } from '../../../src/shared/domain/ledger.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { BTC } from './trades.ts'

export const MINUTE = 60_000

/** The ledger's row of minute `n` after the epoch. */
export const minute = (n: number, patch: Partial<LedgerMinute> = {}): LedgerMinute => ({
  market: BTC,
  minute: epochMs(n * MINUTE),
  state: 'complete',
  trades: 5,
  backfilled: 0,
  missing: 0,
  cause: null,
  ...patch,
})

export const gap = (id: number, patch: Partial<Gap> = {}): Gap => ({
  id,
  market: BTC,
  cause: 'disconnect',
  state: 'open',
  from: epochMs(id * MINUTE),
  to: epochMs(id * MINUTE + 30_000),
  firstSeq: null,
  lastSeq: null,
  missing: null,
  recovered: 0,
  openedAt: epochMs(id * MINUTE),
  closedAt: null,
  ...patch,
})

export const coverage = (patch: Partial<MarketCoverage> = {}): MarketCoverage => ({
  market: BTC,
  minutes: 100,
  complete: 1,
  backfilled: 0,
  gap: 0,
  unknown: 0,
  ...patch,
})

export const ledger = (patch: Partial<LedgerStatus> = {}): LedgerStatus => ({
  gaps: [],
  gapsLeftOut: 0,
  backfills: [],
  coverage: [],
  measuredAt: null,
  ...patch,
})
