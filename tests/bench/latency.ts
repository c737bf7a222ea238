import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { Child } from './harness/child.ts'
import { median, percentile, type Row, rounded } from './harness/figures.ts'
import { inFolder } from './harness/folder.ts'
import { type BenchOptions, readOptions } from './harness/options.ts'
import type { Usage } from './harness/probe.ts'
import { report } from './harness/report.ts'
import { ADDRESSES, marketsOf, VENUES } from './latency/plan.ts'
import { Screen } from './latency/screen.ts'

// `serve` as users run it, fed by twelve simulated exchanges with 5,000 trades a second together, and
// one page that follows the busiest market of each. All on one machine: the simulator's own delays
// are before the receipt and do not count, but it takes its share of the cores.
const HEADLESS = new URL('../../out/main/headless.js', import.meta.url)
const RATE = 5_000
/** As many as the simulated exchanges list, up to this. */
const MARKETS = 200
/** Share of the trades that must have come for the figures to count. */
const LEAST_SHARE = 0.9
const FLUSH_MS = 250
const WARM_MS = 20_000
const START_MS = 90_000
const WEIGH_MS = 5_000

interface Result {
  readonly durableP99: number
  readonly screenP99: number
  readonly screenP50: number
  readonly loopP99: number
  readonly rssMb: number
  readonly growthMbPerHour: number
  readonly tradesPerSecond: number
  readonly markets: number
  readonly seen: number
  readonly skipped: number
  readonly stages: object
  readonly failures: readonly string[]
}

async function measure(minutes: number, folder: string): Promise<Result> {
  const deadlineMs = minutes * 60_000 + WARM_MS + 2 * START_MS
  const markets = ADDRESSES.flatMap((venue) => marketsOf(venue, MARKETS)).slice(0, MARKETS)
  const simulator = new Child(HEADLESS, {
    args: ['simulate', '--venue', ADDRESSES.join(','), '--rate', String(RATE / ADDRESSES.length)],
    deadlineMs,
  })
  const addresses = JSON.parse((await simulator.line(/^.*"ready".*$/m))[0]) as {
    readonly addresses: readonly {
      readonly venue: string
      readonly ws: string
      readonly rest: string
    }[]
  }
  const config = join(folder, 'config.json')
  const venues = addresses.addresses.map(({ venue, ws, rest }) => [venue, { ws, rest }])
  const window = Math.max(10, Math.min(3_600, Math.round(minutes * 60)))
  writeFileSync(
    config,
    JSON.stringify({
      markets,
      venues: Object.fromEntries(venues),
      batch: { ms: FLUSH_MS },
      latencyWindowSeconds: window,
    }),
  )
  const serve = new Child(HEADLESS, {
    args: ['serve', '--data-dir', folder, '--config', config, '--port', '0', '--log-level', 'warn'],
    probe: true,
    deadlineMs,
  })
  const ready = JSON.parse((await serve.line(/^.*"ready".*$/m))[0]) as { readonly url: string }
  const watched = VENUES.flatMap((venue) => marketsOf(venue, 1)) as MarketId[]
  const screen = new Screen(ready.url, watched)
  await serve.orDead(simulator.orDead(flowing(screen)))
  await wait(WARM_MS)
  screen.reset()
  const from = { at: performance.now(), trades: screen.engine?.trades ?? 0 }
  const memory: (readonly [number, number])[] = []
  for (const until = from.at + minutes * 60_000; performance.now() < until; ) {
    await wait(Math.min(WEIGH_MS, until - performance.now()))
    const { rssBytes } = await serve.ask<Usage>('usage')
    memory.push([performance.now() / 3_600_000, rssBytes / 2 ** 20])
  }
  const seconds = (performance.now() - from.at) / 1_000
  const stages = screen.stages.find(({ venue }) => venue === null)?.stages ?? []
  const p99 = (name: string): number =>
    stages.find(({ stage }) => stage === name)?.figures.p99 ?? Number.NaN
  const store = screen.engine?.store
  const result = {
    durableP99: p99('read-parsed') + p99('parsed-folded') + p99('folded-committed'),
    screenP99: screen.percentile(0.99),
    screenP50: screen.percentile(0.5),
    loopP99: percentile(screen.loopDelays, 0.99),
    rssMb: memory.at(-1)?.[1] ?? Number.NaN,
    growthMbPerHour: slope(memory),
    tradesPerSecond: ((screen.engine?.trades ?? 0) - from.trades) / seconds,
    markets: markets.length,
    seen: screen.trades,
    skipped: screen.skipped,
    stages: Object.fromEntries(
      stages.map(({ stage, figures }) => [
        stage,
        { p50: ms(figures.p50), p99: ms(figures.p99), max: ms(figures.max) },
      ]),
    ),
    failures: [
      ...screen.ended.map((why) => `a topic of the page ended: ${why}`),
      ...((store?.lostTrades ?? 0) > 0 ? [`${store?.lostTrades} trades were lost`] : []),
    ],
  }
  screen.close()
  const code = await serve.stop('SIGTERM')
  await simulator.stop('SIGTERM')
  return code === 0
    ? result
    : { ...result, failures: [...result.failures, `serve ended with code ${code}`] }
}

/** Waits until trades come to the page. */
async function flowing(screen: Screen): Promise<void> {
  const until = performance.now() + START_MS
  while (screen.trades < RATE) {
    if (performance.now() > until)
      throw new Error(`${screen.trades} trades came to the page: ${screen.ended.join('; ')}`)
    await wait(100)
  }
}

const ms = (value: number | null): number | null => (value === null ? null : rounded(value))

/** Least squares through (hours, megabytes). */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (pick: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length
  const [x, y] = [mean(([at]) => at), mean(([, mb]) => mb)]
  const over = points.reduce((sum, [at, mb]) => sum + (at - x) * (mb - y), 0)
  return over / points.reduce((sum, [at]) => sum + (at - x) ** 2, 0)
}

/** With fewer trades than the targets are for, a target that is met would say nothing. */
function rowsOf(runs: readonly Result[], minutes: number): readonly Row[] {
  const rate = median(runs.map(({ tradesPerSecond }) => tradesPerSecond))
  const rows = figuresOf(runs, minutes)
  if (rate >= LEAST_SHARE * RATE) return rows
  const why = `only ${Math.round(rate)} of ${RATE} trades/s came: this machine is too busy, or too small`
  return rows.map((row) => ({ ...row, measured: null, why: `${why} (${shown(row)})` }))
}

const shown = ({ measured, unit }: Row): string =>
  measured === null ? '' : `${rounded(measured)} ${unit} then`

function figuresOf(runs: readonly Result[], minutes: number): readonly Row[] {
  const of = (pick: (run: Result) => number): number => median(runs.map(pick))
  const rate = Math.round(of((run) => run.tradesPerSecond)).toLocaleString('en')
  const less = { better: 'less' } as const
  return [
    {
      ...less,
      name: 'durable',
      what: `receipt → durable p99 / flush interval of ${FLUSH_MS} ms`,
      unit: 'x',
      target: 1.1,
      measured: of((run) => run.durableP99) / FLUSH_MS,
      note: `at ${rate} trades/s; the stages' p99 added up, which is not less than the whole way's`,
    },
    {
      ...less,
      name: 'screen',
      what: 'receipt → screen state p99, 12 venues, 10 Hz',
      unit: 'ms',
      target: 100,
      measured: of((run) => run.screenP99),
      note: `p50 ${of((run) => run.screenP50)} ms; ${runs[0]?.seen} trades seen, ${runs[0]?.skipped} too many to show`,
    },
    {
      ...less,
      name: 'loop',
      what: 'event-loop lag of the ingest thread, p99',
      unit: 'ms',
      target: null,
      measured: of((run) => run.loopP99),
      note: 'published by the engine each second; the p99 of those',
    },
    {
      ...less,
      name: 'memory',
      what: `memory of all but the renderer, ${runs[0]?.markets} markets, after ${minutes} min`,
      unit: 'MB',
      target: 400,
      measured: of((run) => run.rssMb),
      note: `${Math.round(of((run) => run.growthMbPerHour))} MB/h${minutes < 30 ? ' (too short to say: --minutes 60)' : ''}`,
    },
  ]
}

async function main(options: BenchOptions): Promise<void> {
  const { minutes, rounds } = options
  const runs: Result[] = []
  for (let round = 0; round < rounds; round += 1)
    runs.push(await inFolder((folder) => measure(minutes, folder)))
  report(
    {
      bench: 'latency',
      trades: Math.round(RATE * minutes * 60),
      rounds,
      rows: rowsOf(runs, minutes),
      absolute: { 'stages, ms': runs[0]?.stages ?? {} },
      failures: runs.flatMap(({ failures }) => failures),
    },
    options,
  )
}

await main(readOptions(1))
