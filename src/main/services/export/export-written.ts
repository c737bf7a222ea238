import type { ExportedMarket, ExportWritten } from '../../../shared/contract/export.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import type { Manifest, ManifestMarket } from './manifest.ts'

/** What a manifest says, in short. `path`: where it lies; `asked`: also those of which nothing was there. */
export function writtenOf(
  manifest: Manifest,
  path: string,
  asked: readonly MarketId[],
): ExportWritten {
  const known = new Map(manifest.markets.map((each) => [each.market, each]))
  return {
    manifest: path,
    sha256: manifest.sha256,
    markets: asked.map((market) => {
      const said = known.get(market)
      return said === undefined ? nothingOf(market) : inShort(said)
    }),
  }
}

const inShort = ({ market, trades, first, last, ledger }: ManifestMarket): ExportedMarket => ({
  ...{ market, trades },
  ...{ first: epochMs(first.time), last: epochMs(last.time) },
  minutes: ledger.minutes,
  gaps: ledger.gaps.filter(({ state }) => state !== 'filled').length,
})

const nothingOf = (market: MarketId): ExportedMarket => ({
  ...{ market, trades: 0, first: null, last: null, gaps: 0 },
  minutes: { complete: 0, backfilled: 0, gap: 0, unknown: 0 },
})
