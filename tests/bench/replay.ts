import { Child } from './harness/child.ts'
import { median, ratio, rounded } from './harness/figures.ts'
import { readOptions } from './harness/options.ts'
import { report } from './harness/report.ts'
import type { Replayed } from './replay/child.ts'
import { withTape } from './tape/built.ts'

// Reading a whole tape, oldest first, and playing it through the folds of live markets with the hash, against
// SQLite's iterate() over plain rows of the same trades. By
// CPU time: on a busy machine the clock on the wall tells of the others.
const TRADES = 3_000_000
const DEADLINE_MS = 600_000
/** The sums of both ways agree to this: they add in another order. */
const CLOSE = 1e-6

const options = readOptions()
const trades = Math.round(options.trades ?? TRADES)
const ways = ['tapedeck', 'played', 'rows'] as const
const runs: Record<(typeof ways)[number], Replayed[]> = { tapedeck: [], played: [], rows: [] }
await withTape(trades, DEADLINE_MS, async (built) => {
  for (let round = 0; round < options.rounds; round += 1)
    for (const how of ways) {
      const args = [how, how === 'rows' ? built.rows : built.tape, String(trades)]
      const file = new URL('./replay/child.ts', import.meta.url)
      const child = new Child(file, { args, deadlineMs: DEADLINE_MS })
      const one = await child.event<Replayed>('replayed')
      await child.stop()
      runs[how].push(one)
      console.error(
        `  ${how}, round ${round + 1} of ${options.rounds}: ${Math.round(one.tradesPerSecond)} trades/s`,
      )
    }
})
const cpu = (how: (typeof ways)[number]) => runs[how].map((run) => run.cpuMicros)
const expected = runs.rows[0]?.qty ?? Number.NaN
const failures = ways.flatMap((how) =>
  runs[how]
    .filter((run) => run.trades !== trades || !(Math.abs(run.qty / expected - 1) < CLOSE))
    .map((run) => `${how} read ${run.trades} of ${trades} trades, quantities ${run.qty}`),
)
const figures = (how: (typeof ways)[number]) => ({
  tradesPerSecond: Math.round(median(runs[how].map((run) => run.tradesPerSecond))),
  cpuMicrosPerTrade: rounded(median(cpu(how))),
})
report(
  {
    bench: 'replay',
    trades,
    rounds: options.rounds,
    rows: [
      {
        name: 'replay',
        what: 'SQLite iterate() over rows / reading a tape whole, CPU',
        unit: 'x',
        better: 'more',
        target: 5,
        measured: ratio(cpu('rows'), cpu('tapedeck')),
      },
      {
        name: 'played',
        what: 'SQLite iterate() over rows / playing a tape with all folds and the hash, CPU',
        unit: 'x',
        better: 'more',
        target: null,
        measured: ratio(cpu('rows'), cpu('played')),
      },
    ],
    absolute: {
      tapedeck: figures('tapedeck'),
      played: figures('played'),
      rows: figures('rows'),
    },
    failures,
  },
  options,
)
