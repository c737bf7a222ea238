import { Child } from './harness/child.ts'
import { median, ratio, rounded } from './harness/figures.ts'
import { readOptions } from './harness/options.ts'
import { report } from './harness/report.ts'

// What it costs to bring trades to the page: frames of `market.tape` for twelve markets over a
// message channel, made and taken in, against the same numbers as bare columns that are transferred.
const TRADES = 200_000
const DEADLINE_MS = 120_000
const RATE = 5_000

const options = readOptions()
const trades = Math.round(options.trades ?? TRADES)
const ways = ['frames', 'columns'] as const
const runs: Record<(typeof ways)[number], number[]> = { frames: [], columns: [] }
for (let round = 0; round < options.rounds; round += 1)
  for (const how of ways) {
    const file = new URL('./ipc/child.ts', import.meta.url)
    const child = new Child(file, { args: [how, String(trades)], deadlineMs: DEADLINE_MS })
    const micros = await child.event<number>('crossed')
    await child.stop()
    runs[how].push(micros)
    console.error(
      `  ${how}, round ${round + 1} of ${options.rounds}: ${micros.toFixed(2)} µs CPU a trade`,
    )
  }
const micros = median(runs.frames)
report(
  {
    bench: 'ipc',
    trades,
    rounds: options.rounds,
    rows: [
      {
        name: 'ipc',
        what: 'trades to the page, 12 markets / bare columns transferred, CPU',
        unit: 'x',
        better: 'less',
        target: null,
        measured: ratio(runs.frames, runs.columns),
      },
      {
        name: 'ipc-cpu',
        what: 'trades to the page, both threads: CPU per trade',
        unit: 'µs',
        better: 'less',
        target: null,
        measured: micros,
        note: `${rounded((micros * RATE) / 10_000)} % of a core at ${RATE} trades/s`,
      },
    ],
    absolute: {
      frames: { cpuMicrosPerTrade: rounded(micros) },
      columns: { cpuMicrosPerTrade: rounded(median(runs.columns)) },
    },
  },
  options,
)
