import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { ImportResult, ImportTask } from '../jobs/import-task.ts'
import type { Venue } from '../venues/venue.ts'
import { type Given, UsageError } from './arguments.ts'
import type { Command, Rooms } from './command.ts'
import { type Console, signalCode } from './console.ts'
import { checkExports } from './import-check.ts'
import { tapePath } from './tape-file.ts'
import { runTapeJob } from './tape-job.ts'
import { choice, market } from './values.ts'

export const importTrades: Command = {
  name: 'import',
  summary: 'takes trades of files into a tape',
  operand: 'FILE…',
  options: {
    'data-dir': { value: 'D', help: 'folder of the tape; made when missing' },
    demo: { help: 'the demo tape instead of the live one' },
    market: { value: 'okx:BTC-USDT', help: 'the market of files that name none' },
    format: {
      value: 'F',
      help: 'auto (default), tapedeck, tardis, or the venue whose published files they are',
    },
    report: { value: 'FILE', help: 'all rows that are refused, a JSON line each' },
    anew: { help: 'from the first line, also of a file that was left half way' },
    check: { help: 'only holds exports against their manifests; needs no --data-dir' },
  },
  notes: [
    'Reads CSV and NDJSON, plain or .gz, and the Parquet files of `export`. What is on the tape already',
    'is a duplicate and changes nothing. A row that cannot be read is refused, with its line and why.',
    'Ctrl+C leaves a sound tape; the same command goes on from there. Nobody may record meanwhile.',
  ],
  async run(given, console, rooms) {
    if (given.has('check')) return checkExports(given, console, rooms)
    const task = await readTask(given, console, rooms)
    const failed = (message: string): number => {
      console.say(`tapedeck import: ${message}`)
      return 1
    }
    try {
      await mkdir(dirname(task.path), { recursive: true })
    } catch (error) {
      return failed(`the data folder cannot be made: ${String(error)}`)
    }
    const began = console.clock.monotonic()
    const { outcome, signal, end } = await runTapeJob(task, console, rooms, { unit: 'rows' })
    if (signal !== null) {
      console.say('tapedeck import: broken off; the same command goes on from there')
      return end(signalCode(signal))
    }
    if (!outcome.ok) return end(failed(outcome.failure.message))
    sayRefused(outcome.value, console, given.text('report'))
    const { firstRefused: _, ...result } = outcome.value
    const elapsedMs = Math.round(console.clock.monotonic() - began)
    console.print({ event: 'imported', ...result, elapsedMs })
    return end(0)
  },
}

async function readTask(given: Given, console: Console, rooms: Rooms): Promise<ImportTask> {
  if (!given.has('data-dir')) throw new UsageError('--data-dir is missing')
  const venues = await rooms.venues()
  const archives = venues.flatMap(({ id, archives: layouts = [] }) =>
    layouts.length === 0 ? [] : [{ venue: id, layouts }],
  )
  const formats = ['auto', 'tapedeck', 'tardis', ...archives.map(({ venue }) => venue)]
  const named = given.text('market')
  const report = given.text('report')
  return {
    t: 'import',
    path: tapePath(given),
    files: given.operands.map((file) => resolve(file)),
    market: named === undefined ? null : market('market', named),
    format: choice('format', given.text('format') ?? 'auto', formats),
    archives,
    numbered: venues.filter(isNumbered).map(({ id }) => id),
    joining: venues.filter(mayJoin).map(({ id }) => id),
    now: console.clock.now(),
    report: report === undefined ? null : resolve(report),
    resume: !given.has('anew'),
  }
}

/** Its ids are contiguous numbers: what is on the tape proves itself. */
const isNumbered = ({ stream }: Venue): boolean =>
  stream.ids === 'contiguous' && stream.numbers === undefined

/** Some of its files know prints by their last match, as others know matches. */
const mayJoin = ({ archives = [] }: Venue): boolean =>
  archives.some(({ columns }) => !columns.includes('id'))

function sayRefused(
  { firstRefused, refused }: ImportResult,
  console: Console,
  report: string | undefined,
): void {
  for (const { file, line, reason } of firstRefused)
    console.say(`tapedeck import: ${file}:${line}: refused: ${reason}`)
  const more = refused - firstRefused.length
  if (more <= 0) return
  const where = report === undefined ? '--report FILE names them all' : `all are in ${report}`
  console.say(`tapedeck import: ${more} more rows were refused; ${where}`)
}
