import type { Evaluated } from './alerts/child.ts'
import type { Recorded } from './alerts/engine.ts'
import { type Armed, type RecordedWith, recordWith } from './alerts/record.ts'
import { Child } from './harness/child.ts'
import { median, type Row, ratio, rounded } from './harness/figures.ts'
import { readOptions, wants } from './harness/options.ts'
import { report } from './harness/report.ts'
import { VenueServer } from './ingest/venue-server.ts'

// A thousand armed alerts over twenty markets against none, every trade an instant; and one alert on
// one market over pages of a tape, as a rehearsal runs.
const TRADES = 3_000_000
const DEADLINE_MS = 300_000
/** Trades through the whole recorder or its folds and store, and those that are paced at 5,000 a second. */
const RECORDED = 3_000_000
const NOTIFIED = 100_000
const SERVER_DEADLINE_MS = 3_600_000
const SINGLE = ['price', 'move', 'rsi', 'zscore'] as const

const options = readOptions()
const trades = Math.round(options.trades ?? TRADES)
const ways = ['none', 'thousand', 'waiting', ...SINGLE].filter(
  (way) => wants(options, way) || (way === 'none' && wants(options, 'thousand')),
)
const runs = new Map<string, Evaluated[]>(ways.map((way) => [way, []]))
for (let round = 0; round < options.rounds; round += 1)
  for (const way of ways) {
    const file = new URL('./alerts/child.ts', import.meta.url)
    const child = new Child(file, { args: [way, String(trades)], deadlineMs: DEADLINE_MS })
    const one = await child.event<Evaluated>('evaluated')
    await child.stop()
    runs.get(way)?.push(one)
    console.error(
      `  ${way}, round ${round + 1} of ${options.rounds}: ${one.nanosPerTrade.toFixed(1)} ns, ${one.firings} firings`,
    )
  }

const STRETCH = 11
const armedWays: readonly Armed[] = wants(options, 'record')
  ? ['none', 'waiting', 'near', 'firing']
  : []
const whole = new Map<Armed, RecordedWith[]>(armedWays.map((way) => [way, []]))
if (armedWays.length > 0) {
  const many = Math.min(trades, RECORDED)
  const server = await VenueServer.start('binance', many, SERVER_DEADLINE_MS, STRETCH)
  for (let round = 0; round < options.rounds; round += 1)
    for (const way of armedWays) {
      const run = { trades: many, framesPerSecond: null, oneCore: false, deadlineMs: DEADLINE_MS }
      const one = await recordWith(way, server, run)
      whole.get(way)?.push(one)
      console.error(
        `  record ${way}, round ${round + 1} of ${options.rounds}: ${one.cpuMicros.toFixed(2)} µs/trade, ${one.firings} firings${one.failures.map((each) => `; ${each}`).join('')}`,
      )
    }
  await server.stop()
}
const micros = (way: Armed): readonly number[] =>
  (whole.get(way) ?? []).map(({ cpuMicros }) => cpuMicros)
/** CPU of a firing, µs, log and delivery included: what a run that fires often costs more. */
function perFiring(): number {
  const firing = whole.get('firing') ?? []
  const firings = median(firing.map((each) => each.firings))
  const counted = Math.min(trades, RECORDED) * 0.8
  return ((median(micros('firing')) - median(micros('waiting'))) * counted) / (firings * 0.8)
}

const engineWays = ['none', 'thousand', 'notify'].filter((way) =>
  wants(options, way === 'notify' ? way : 'folds'),
)
const recorded = new Map<string, Recorded[]>(engineWays.map((way) => [way, []]))
for (let round = 0; round < options.rounds; round += 1)
  for (const way of engineWays) {
    const file = new URL('./alerts/engine.ts', import.meta.url)
    const many = way === 'notify' ? NOTIFIED : Math.min(trades, RECORDED)
    const child = new Child(file, { args: [way, String(many)], deadlineMs: DEADLINE_MS })
    const one = await child.event<Recorded>('recorded')
    await child.stop()
    recorded.get(way)?.push(one)
    console.error(
      `  engine ${way}, round ${round + 1} of ${options.rounds}: ${one.nanosPerTrade.toFixed(0)} ns, ${one.firings} firings, p99 ${one.notifiedP99Ms?.toFixed(1)} ms`,
    )
  }
const engine = (way: string): readonly number[] =>
  (recorded.get(way) ?? []).map((run) => run.nanosPerTrade)

const nanos = (way: string): readonly number[] =>
  (runs.get(way) ?? []).map((run) => run.nanosPerTrade)
const rows: readonly Row[] = [
  {
    name: 'thousand',
    what: '1,000 alerts over 20 markets − none, CPU per trade',
    unit: 'µs',
    better: 'less',
    target: 0.2,
    measured: ways.includes('thousand')
      ? (median(nanos('thousand')) - median(nanos('none'))) / 1_000
      : null,
    note: 'a tenth of what recording a trade costs',
  },
  {
    name: 'waiting',
    what: '1,000 alerts over 20 markets that wait, trades in chunks, CPU per trade',
    unit: 'µs',
    better: 'less',
    target: 0.2,
    measured: ways.includes('waiting') ? median(nanos('waiting')) / 1_000 : null,
  },
  {
    name: 'record',
    what: 'the record command with 1,000 armed alerts that wait / with none, CPU per trade',
    unit: 'x',
    better: 'less',
    target: 1.1,
    measured: armedWays.length > 0 ? ratio(micros('waiting'), micros('none')) : null,
  },
  {
    name: 'near',
    what: 'the same with 1,000 that are near their levels, and some of which fire',
    unit: 'x',
    better: 'less',
    target: 1.1,
    measured: armedWays.length > 0 ? ratio(micros('near'), micros('none')) : null,
  },
  {
    name: 'firing',
    what: 'a firing in the record command, log and delivery included, CPU',
    unit: 'µs',
    better: 'less',
    target: null,
    measured: armedWays.length > 0 ? perFiring() : null,
  },
  {
    name: 'folds',
    what: 'folds, alerts and store with 1,000 alerts of which one fires every 500 trades / with none, CPU',
    unit: 'x',
    better: 'less',
    target: null,
    measured: engineWays.includes('thousand') ? ratio(engine('thousand'), engine('none')) : null,
    note: 'without sockets and parsing, which cost the same in both',
  },
  {
    name: 'notify',
    what: 'from the receipt of a trade to the call of the notification at 5,000 trades/s, p99',
    unit: 'ms',
    better: 'less',
    target: 250,
    measured: engineWays.includes('notify')
      ? median((recorded.get('notify') ?? []).map((run) => run.notifiedP99Ms ?? Number.NaN))
      : null,
  },
  ...SINGLE.map(
    (way): Row => ({
      name: `rehearse.${way}`,
      what: `one ${way} alert on one market, trades per second`,
      unit: '/s',
      better: 'more',
      target: 10_000_000,
      measured: ways.includes(way)
        ? median((runs.get(way) ?? []).map((run) => run.tradesPerSecond))
        : null,
    }),
  ),
  ...SINGLE.filter((way) => way !== 'price').map(
    (way): Row => ({
      name: `window.${way}`,
      what: `the ${way} alert / the price alert, CPU`,
      unit: 'x',
      better: 'less',
      target: null,
      measured:
        ways.includes(way) && ways.includes('price') ? ratio(nanos(way), nanos('price')) : null,
    }),
  ),
]
report(
  {
    bench: 'alerts',
    trades,
    rounds: options.rounds,
    rows,
    absolute: Object.fromEntries(
      ways.map((way) => [way, { nanosPerTrade: rounded(median(nanos(way))) }]),
    ),
    failures: [
      ...SINGLE.filter((way) => (runs.get(way) ?? []).some(({ firings }) => firings === 0)).map(
        (way) => `${way}: the alert never fired, so that nothing was shown`,
      ),
      ...[...whole.values()].flat().flatMap(({ failures }) => failures),
    ],
  },
  options,
)
