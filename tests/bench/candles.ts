import type { Candled } from './candles/child.ts'
import { Child } from './harness/child.ts'
import { median, ratio, rounded } from './harness/figures.ts'
import { readOptions } from './harness/options.ts'
import { report } from './harness/report.ts'
import { withTape } from './tape/built.ts'

// All one-minute candles of a tape as the app asks its store for them, against SQL over plain rows
// (high, low, volume and count only: open and close would cost SQL twice as much). By CPU time.
const TRADES = 3_000_000
const DEADLINE_MS = 600_000

const options = readOptions()
const trades = Math.round(options.trades ?? TRADES)
const ways = ['tapedeck', 'rows'] as const
const runs: Record<(typeof ways)[number], Candled[]> = { tapedeck: [], rows: [] }
await withTape(trades, DEADLINE_MS, async (built) => {
  for (let round = 0; round < options.rounds; round += 1)
    for (const how of ways) {
      const args = [how, how === 'rows' ? built.rows : built.tape]
      const file = new URL('./candles/child.ts', import.meta.url)
      const child = new Child(file, { args, deadlineMs: DEADLINE_MS })
      const one = await child.event<Candled>('candled')
      await child.stop()
      runs[how].push(one)
      console.error(
        `  ${how}, round ${round + 1} of ${options.rounds}: ${one.candles} candles in ${one.cpuMs.toFixed(1)} ms CPU`,
      )
    }
})
const cpu = (how: (typeof ways)[number]) => runs[how].map((run) => run.cpuMs)
const figures = (how: (typeof ways)[number]) => ({
  cpuMs: rounded(median(cpu(how))),
  ms: rounded(median(runs[how].map((run) => run.ms))),
})
const candles = runs.rows[0]?.candles
const failures = ways.flatMap((how) =>
  runs[how]
    .filter((run) => run.candles !== candles || run.trades !== trades)
    .map(
      (run) =>
        `${how}: ${run.candles} candles of ${run.trades} trades, not ${candles} of ${trades}`,
    ),
)
report(
  {
    bench: 'candles',
    trades,
    rounds: options.rounds,
    rows: [
      {
        name: 'candles',
        what: `${candles} one-minute candles: SQL GROUP BY over rows / on demand, CPU`,
        unit: 'x',
        better: 'more',
        target: 100,
        measured: ratio(cpu('rows'), cpu('tapedeck')),
        note: 'grows with the trades in a minute',
      },
    ],
    absolute: { tapedeck: figures('tapedeck'), rows: figures('rows') },
    failures,
  },
  options,
)
