import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from './harness/child.ts'
import { type Row, rounded } from './harness/figures.ts'
import { inFolder } from './harness/folder.ts'
import { readOptions } from './harness/options.ts'
import { report } from './harness/report.ts'
import type { Stretched } from './spans/measure.ts'

// Bars of any stretch and the trades around any time, over a tape of a year with 50 million trades, which is
// made for it and removed afterwards. Absolute times: that is what a person feels.
const TRADES = 50_000_000
const DEADLINE_MS = 600_000
const TIMES_A_ROUND = 40
const FELT_MS = 100
const WHAT: Readonly<Record<string, string>> = {
  seek: 'trades around a time',
  'replay seek': 'a replay of all markets at a time',
}

const options = readOptions()
const trades = Math.round(options.trades ?? TRADES)
await inFolder(async (folder) => {
  const tape = join(folder, 'tape.sqlite')
  const began = performance.now()
  const builder = new Child(new URL('./spans/build.ts', import.meta.url), {
    args: [tape, String(trades)],
    deadlineMs: DEADLINE_MS,
  })
  await builder.event('built')
  await builder.stop()
  const built = {
    seconds: rounded((performance.now() - began) / 1_000),
    megabytes: rounded(statSync(tape).size / 1e6),
  }
  console.error(`  built: ${trades} trades, ${built.megabytes} MB, ${built.seconds} s`)
  const child = new Child(new URL('./spans/measure.ts', import.meta.url), {
    args: [tape, String(options.rounds * TIMES_A_ROUND)],
    deadlineMs: DEADLINE_MS,
  })
  const figures = await child.event<Record<string, Stretched>>('measured')
  await child.stop()
  const rows: Row[] = Object.entries(figures).map(
    ([name, { p99Ms, medianMs, worstMs, bars, as }]) => ({
      name: `spans.${name.replaceAll(/[ ,]+/g, '-')}`,
      what: `${WHAT[name] ?? `bars: ${name}`}, p99`,
      unit: 'ms',
      better: 'less',
      target: FELT_MS,
      measured: p99Ms,
      note: `median ${rounded(medianMs)} ms, worst ${rounded(worstMs)} ms; ${bars} of ${as}`,
    }),
  )
  report({ bench: 'spans', trades, rounds: options.rounds, rows, absolute: { built } }, options)
})
