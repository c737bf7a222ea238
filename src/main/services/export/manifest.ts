import type { Gap, LedgerMinute, MinuteState } from '../../../shared/domain/ledger.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { FileFormat } from './export-format.ts'

/** Version of what a manifest says. */
export const MANIFEST_VERSION = 1

/** What an exported file holds, in a small JSON file beside it. Times are epoch ms. */
export interface Manifest {
  readonly tapedeck: 'export'
  readonly version: number
  readonly format: FileFormat
  /** Name of the data file, without its folders; null for standard output. */
  readonly file: string | null
  readonly bytes: number
  readonly sha256: string
  readonly exportedAt: number
  /** What was asked for; null: no bound. */
  readonly asked: { readonly from: number | null; readonly to: number | null }
  readonly trades: number
  readonly markets: readonly ManifestMarket[]
}

export interface ManifestMarket {
  readonly market: MarketId
  /** `quote`: quantities are in quote units (inverse contracts). */
  readonly quantity: 'base' | 'quote'
  readonly trades: number
  /** In the order of the file. */
  readonly first: TradeMark
  readonly last: TradeMark
  readonly ledger: {
    /** Minutes of each state between the first and the last trade. */
    readonly minutes: Readonly<Record<MinuteState, number>>
    /** The same as stretches of neighbouring minutes: opening of the first and end of the last. */
    readonly coverage: readonly CoverStretch[]
    readonly gaps: readonly Omit<Gap, 'market'>[]
  }
}

export interface TradeMark {
  readonly id: string
  readonly time: number
}

export interface CoverStretch {
  from: number
  to: number
  state: MinuteState
}

const MINUTE = 60_000

/** Joins neighbouring minutes of one state. Ascending minutes of one market. */
export function coverStretches(
  minutes: Iterable<Pick<LedgerMinute, 'minute' | 'state'>>,
): Pick<ManifestMarket['ledger'], 'minutes' | 'coverage'> {
  const count: Record<MinuteState, number> = { complete: 0, backfilled: 0, gap: 0, unknown: 0 }
  const coverage: CoverStretch[] = []
  for (const { minute, state } of minutes) {
    count[state] += 1
    const last = coverage.at(-1)
    if (last?.to === minute && last.state === state) last.to = minute + MINUTE
    else coverage.push({ from: minute, to: minute + MINUTE, state })
  }
  return { minutes: count, coverage }
}

/** Counts the trades of each market as they go by. */
export class MarketTally {
  readonly #markets = new Map<MarketId, { trades: number; first: TradeMark; last: TradeMark }>()

  add(market: MarketId, id: string, time: number): void {
    const known = this.#markets.get(market)
    if (known === undefined) {
      const mark = { id, time }
      this.#markets.set(market, { trades: 1, first: mark, last: mark })
      return
    }
    known.trades += 1
    known.last = { id, time }
  }

  /** By name. */
  all(): readonly (Pick<ManifestMarket, 'trades' | 'first' | 'last'> & {
    readonly market: MarketId
  })[] {
    return [...this.#markets]
      .map(([market, of]) => ({ market, ...of }))
      .sort((a, b) => (a.market < b.market ? -1 : 1))
  }
}

/** Reads a manifest; null when the text is none of a version that is known. */
export function readManifest(text: string): Manifest | null {
  try {
    const value = JSON.parse(text) as Partial<Manifest> | null
    const ours = value?.tapedeck === 'export' && value.version === MANIFEST_VERSION
    if (!ours || !Array.isArray(value.markets) || typeof value.sha256 !== 'string') return null
    return value as Manifest
  } catch {
    return null
  }
}

/** The manifest that belongs to an exported file. */
export const manifestOf = (file: string): string => `${file}.manifest.json`
