import type { Evaluated } from './alerts/child.ts'
import { Child } from './harness/child.ts'
import { median, type Row, ratio, rounded } from './harness/figures.ts'
import { readOptions, wants } from './harness/options.ts'
import { report } from './harness/report.ts'

// A thousand armed alerts over twenty markets against none, every trade an instant; and one alert on
// one market over pages of a tape, as a rehearsal runs.
const TRADES = 3_000_000
const DEADLINE_MS = 300_000
const SINGLE = ['price', 'move', 'rsi', 'zscore'] as const

const options = readOptions()
const trades = Math.round(options.trades ?? TRADES)
const ways = ['none', 'thousand', ...SINGLE].filter(
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
    failures: SINGLE.filter((way) =>
      (runs.get(way) ?? []).some(({ firings }) => firings === 0),
    ).map((way) => `${way}: the alert never fired, so that nothing was shown`),
  },
  options,
)
