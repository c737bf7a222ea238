import { type Row, regressions, rounded, verdict } from './figures.ts'
import { append, entryOf, lastOf, readHistory } from './history.ts'
import type { BenchOptions } from './options.ts'

export interface Report {
  readonly bench: string
  readonly trades: number
  readonly rounds: number
  readonly rows: readonly Row[]
  /** Absolute figures of this machine, for whoever wants to see what the ratios are made of. */
  readonly absolute?: Readonly<Record<string, object>>
  /** What makes the run worthless, such as a lost trade. */
  readonly failures?: readonly string[]
}

/**
 * Prints a result, compares it with the last recorded one, records it when asked to. The exit code is
 * 1 when something failed; a target that is not met is said, not punished.
 */
export function report(result: Report, { json, record }: BenchOptions): void {
  const { bench, trades, rounds, rows, failures = [] } = result
  const worse = regressions(rows, lastOf(bench, readHistory()))
  const entry = entryOf(bench, { trades, rounds }, rows)
  if (json) {
    const judged = rows.map((row) => ({ ...row, verdict: verdict(row) }))
    console.log(JSON.stringify({ ...entry, ...result, rows: judged, regressions: worse }))
  } else {
    console.log(table(rows).join('\n'))
    for (const [name, figures] of Object.entries(result.absolute ?? {}))
      console.log(`  ${name.padEnd(30)} ${JSON.stringify(figures)}`)
    for (const { name, before, now, worse: times } of worse)
      console.log(
        `REGRESSION ${name}: ${rounded(before)} → ${rounded(now)}, ${times.toFixed(2)} times worse`,
      )
  }
  for (const failure of failures) console.error(`FAILED ${failure}`)
  if (failures.length > 0) process.exitCode = 1
  else if (record) append(entry)
}

const arrow = { less: '≤', more: '≥' } as const

function table(rows: readonly Row[]): readonly string[] {
  const cells = rows.map((row) => [
    row.what,
    row.target === null ? '' : `${arrow[row.better]} ${shown(row.target, row)}`,
    row.measured === null || Number.isNaN(row.measured) ? '–' : shown(row.measured, row),
    verdict(row),
    row.why ?? row.note ?? '',
  ])
  const head = ['', 'target', 'measured', '', '']
  const widths = head.map((_, i) =>
    Math.max(...[head, ...cells].map((line) => (line[i] ?? '').length)),
  )
  return [head, ...cells].map((line) =>
    line
      .map((cell, i) =>
        i === 1 || i === 2 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}

const shown = (value: number, { unit }: Row): string => {
  const digits =
    Math.abs(value) >= 1_000 ? Math.round(value).toLocaleString('en') : `${rounded(value)}`
  return unit === 'x' ? `${digits} ×` : `${digits} ${unit}`
}
