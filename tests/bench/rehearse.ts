import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from './harness/child.ts'
import { median, type Row, rounded } from './harness/figures.ts'
import { inFolder } from './harness/folder.ts'
import { readOptions, wants } from './harness/options.ts'
import { report } from './harness/report.ts'
import { CONDITIONS } from './rehearse/conditions.ts'
import type { Rehearsed } from './rehearse/measure.ts'
import { MONTH } from './spans/plan.ts'

// An alert tried on a month of one market with 30 million trades, as the screen asks for it: a task in the pool of
// jobs, from the call to the answer. The tape is made for it and removed afterwards.
const TRADES = 30_000_000
const DEADLINE_MS = 120_000
const FELT_MS = 10_000

const options = readOptions(1)
const trades = Math.round(options.trades ?? TRADES)
await inFolder(async (folder) => {
  const tape = join(folder, 'tape.sqlite')
  const began = performance.now()
  const builder = new Child(new URL('./spans/build.ts', import.meta.url), {
    args: [tape, String(trades), JSON.stringify(MONTH)],
    deadlineMs: DEADLINE_MS,
  })
  await builder.event('built')
  await builder.stop()
  const built = {
    seconds: rounded((performance.now() - began) / 1_000),
    megabytes: rounded(statSync(tape).size / 1e6),
  }
  console.error(`  built: ${trades} trades, ${built.megabytes} MB, ${built.seconds} s`)
  const names = Object.keys(CONDITIONS).filter((name) => wants(options, name))
  const child = new Child(new URL('./rehearse/measure.ts', import.meta.url), {
    args: [tape, String(options.rounds), names.join(',')],
    deadlineMs: DEADLINE_MS,
  })
  const figures = await child.event<Record<string, Rehearsed>>('measured')
  await child.stop()
  const failures = Object.entries(figures).flatMap(([name, { looked, count }]) => [
    ...(looked === trades ? [] : [`${name}: looked at ${looked} of ${trades} trades`]),
    ...(count > 0 ? [] : [`${name}: never fired, so that nothing was shown`]),
  ])
  const rows: Row[] = Object.entries(figures).map(([name, { ms, cpuMs, count }]) => ({
    name: `rehearse.${name}`,
    what: `${CONDITIONS[name] ?? name}, from the call to the answer`,
    unit: 'ms',
    better: 'less',
    target: FELT_MS,
    measured: rounded(median(ms)),
    note: `${count} firings; ${rounded(median(cpuMs))} ms of CPU`,
  }))
  report(
    { bench: 'rehearse', trades, rounds: options.rounds, rows, absolute: { built }, failures },
    options,
  )
})
