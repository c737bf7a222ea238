import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Row, rounded } from './figures.ts'

/** One recorded run of one bench: a line of the history file. */
export interface Entry {
  readonly bench: string
  readonly at: string
  /** Short hash; with a `+` when files differed from it. */
  readonly commit: string
  readonly node: string
  readonly cpu: string
  readonly cores: number
  readonly trades: number
  readonly rounds: number
  readonly rows: Readonly<Record<string, number>>
}

export const HISTORY = fileURLToPath(new URL('../history.ndjson', import.meta.url))

/** A run as it goes into the history. */
export function entryOf(
  bench: string,
  size: { readonly trades: number; readonly rounds: number },
  rows: readonly Row[],
): Entry {
  const measured = rows.flatMap(({ name, measured }) =>
    measured === null || Number.isNaN(measured) ? [] : [[name, rounded(measured)] as const],
  )
  return {
    bench,
    at: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    ...size,
    rows: Object.fromEntries(measured),
  }
}

/** The newest figure of each row that a bench ever recorded: parts of a bench may be run alone. */
export function lastOf(bench: string, lines: string): Readonly<Record<string, number>> {
  const entries = lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Entry)
    .filter((entry) => entry.bench === bench)
  return Object.assign({}, ...entries.map(({ rows }) => rows)) as Record<string, number>
}

export const readHistory = (file = HISTORY): string =>
  existsSync(file) ? readFileSync(file, 'utf8') : ''

export const append = (entry: Entry, file = HISTORY): void =>
  appendFileSync(file, `${JSON.stringify(entry)}\n`)

function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  try {
    const dirty = git('status', '--porcelain', '--untracked-files=no', ':/') !== ''
    return git('rev-parse', '--short', 'HEAD') + (dirty ? '+' : '')
  } catch {
    return 'unknown' // an unpacked archive has no history
  }
}
