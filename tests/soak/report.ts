import type { Judged } from './verdicts.ts'

export interface Report {
  readonly minutes: number
  readonly seed: number
  readonly venues: number
  readonly disconnects: number
  readonly kills: number
  readonly otherFaults: number
  readonly diskFull: number
  readonly crashes: number
  readonly stoppedCleanly: boolean
  readonly recoveries: {
    readonly count: number
    readonly p50Ms: number
    readonly p95Ms: number
    readonly maxMs: number
    readonly slow: readonly {
      readonly venue: string
      readonly label: string
      readonly ms: number
    }[]
    readonly never: readonly string[]
  }
  readonly memory: { readonly lastMegabytes: number; readonly slopeMegabytesPerHour: number }
  readonly markets: readonly Judged[]
}

const RECOVERY_P95_MS = 5_000

/** The promises, each with whether it was kept; `timed`: how soon venues are live again is one of them. */
export function promises(report: Report, timed: boolean): readonly (readonly [string, boolean])[] {
  const { markets, recoveries } = report
  const sum = (of: (market: Judged) => number): number =>
    markets.reduce((total, market) => total + of(market), 0)
  const refillable = markets.filter((market) => market.refillable)
  const unnamed = sum((market) => market.unnamed.length)
  const duplicates = sum((market) => market.duplicates.length)
  const invented = sum((market) => market.invented.length)
  const wrong = sum((market) => market.wrong.length)
  const left = refillable.reduce((total, market) => total + market.named, 0)
  const untouched = markets.filter((market) => market.stored === 0).length
  return [
    [`${unnamed} trades missing without a ledger entry that names them`, unnamed === 0],
    [`${duplicates} duplicates`, duplicates === 0],
    [`${invented} invented`, invented === 0],
    [`${wrong} with another price, quantity, side or time`, wrong === 0],
    [`${left} missing after back-fill where REST can refill`, left === 0],
    [`${untouched} markets without a trade`, untouched === 0],
    [
      `${report.crashes} crashes, ${report.stoppedCleanly ? 'clean' : 'unclean'} stop`,
      report.crashes === 0 && report.stoppedCleanly,
    ],
    [
      `live again after p50 ${recoveries.p50Ms} ms, p95 ${recoveries.p95Ms} ms, max ${recoveries.maxMs} ms (${recoveries.count} measured, ${recoveries.never.length} never)`,
      !timed ||
        recoveries.count === 0 ||
        (recoveries.p95Ms < RECOVERY_P95_MS && recoveries.never.length === 0),
    ],
  ]
}

/** Prints the figures; true when every promise was kept (see `promises`). */
export function report(result: Report, json: boolean, timed: boolean): boolean {
  const kept = promises(result, timed)
  const all = kept.every(([, good]) => good)
  if (json) {
    const short = (list: readonly string[]): readonly string[] => list.slice(0, 20)
    console.log(
      JSON.stringify({
        ...result,
        kept: all,
        promises: kept.map(([text, good]) => ({ text, kept: good })),
        markets: result.markets.map((market) => ({
          ...market,
          unnamed: market.unnamed.length,
          unnamedExamples: short(market.unnamed),
          duplicates: market.duplicates.length,
          invented: market.invented.length,
          wrong: market.wrong.length,
        })),
      }),
    )
    return all
  }
  console.log(
    `${result.venues} venues, ${result.minutes} min, seed ${result.seed}: ${result.disconnects} forced disconnects, ${result.kills} kills, ${result.otherFaults} other faults, disk full ${result.diskFull} times`,
  )
  console.log(
    'market                        printed  stored  late  named  unnamed  dup  inv  wrong  false',
  )
  for (const market of result.markets)
    console.log(
      [
        `${market.market}${market.refillable ? '' : ' *'}`.padEnd(28),
        String(market.printed).padStart(9),
        String(market.stored).padStart(7),
        String(market.backfilled).padStart(5),
        String(market.named).padStart(6),
        String(market.unnamed.length).padStart(8),
        String(market.duplicates.length).padStart(4),
        String(market.invented.length).padStart(4),
        String(market.wrong.length).padStart(6),
        String(market.falseGaps).padStart(6),
      ].join(' '),
    )
  console.log('* the venue tells its newest trades only: what is older cannot be refilled')
  for (const { venue, label, ms } of result.recoveries.slow)
    console.log(`slow: ${venue} was live again ${Math.round(ms)} ms after ${label}`)
  for (const each of result.recoveries.never) console.log(`never live again: ${each}`)
  console.log(
    `memory: ${result.memory.lastMegabytes} MB at the end, ${result.memory.slopeMegabytesPerHour} MB an hour`,
  )
  for (const [text, good] of kept) console.log(`${good ? 'kept ' : 'BROKEN'} ${text}`)
  return all
}
