import { resolve } from 'node:path'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { ExportTask } from '../jobs/task.ts'
import { FILE_FORMATS } from '../services/export/export-format.ts'
import { manifestOf } from '../services/export/manifest.ts'
import type { TapeReader, TradeFilter } from '../store/store.ts'
import { type Given, UsageError } from './arguments.ts'
import type { Command, Rooms } from './command.ts'
import { signalCode } from './console.ts'
import { openTape, tapeOptions, tapePath } from './tape-file.ts'
import { readFilter, unknownMarket } from './tape-filter.ts'
import { runTapeJob } from './tape-job.ts'
import { choice } from './values.ts'

export const exportTrades: Command = {
  name: 'export',
  summary: 'writes trades as NDJSON, CSV or Parquet, by match time',
  options: {
    ...tapeOptions,
    market: { value: 'okx:BTC-USDT', multiple: true, help: 'this market only; may be repeated' },
    from: { value: 'T', help: 'from this match time on (ISO 8601, UTC assumed, or epoch ms)' },
    to: { value: 'T', help: 'up to but not including this match time' },
    format: { value: 'F', required: true, help: FILE_FORMATS.join(', ') },
    out: { value: 'FILE', help: 'write this file instead of stdout; it appears when it is whole' },
    manifest: {
      value: 'FILE',
      help: 'what was exported, as JSON (default FILE.manifest.json of --out)',
    },
  },
  notes: [
    'Fields: venue, symbol, id, price, qty, side (the taker), ts (match time), recvTs (receipt);',
    'tsMicros where the venue gives microseconds. Prices and quantities are decimal text.',
    'Parquet needs --out and has the columns of the SQL view trades, with price_text and qty_text.',
  ],
  async run(given, console, rooms) {
    const task = readTask(given, readFilter(given), console.clock.now())
    const failed = (message: string): number => {
      console.say(`tapedeck export: ${message}`)
      return 1
    }
    const looked = await look(given, rooms, task.filter)
    if (!looked.ok) return failed(looked.failure.message)
    for (const line of looked.value) console.say(`tapedeck export: ${line}`)
    const { outcome, signal, end } = await runTapeJob(task, console, rooms)
    if (signal !== null) return end(signalCode(signal))
    if (!outcome.ok) return end(failed(outcome.failure.message))
    const out = given.text('out')
    if (out !== undefined)
      console.print({ event: 'exported', trades: outcome.value.trades, file: out })
    return end(0)
  },
}

function readTask(given: Given, filter: TradeFilter, now: number): ExportTask {
  const format = choice('format', given.required('format'), FILE_FORMATS)
  const out = given.text('out')
  const named = given.text('manifest') ?? (out === undefined ? undefined : manifestOf(out))
  const manifest = named === undefined ? null : resolve(named)
  const task = { t: 'export', path: tapePath(given), filter, manifest, now } as const
  if (out !== undefined) return { ...task, format, out: resolve(out) }
  if (format === 'parquet') throw new UsageError('--format parquet needs --out FILE')
  return { ...task, format, out: null }
}

/** What is to be said of these markets before they are exported; fails when they cannot be. */
async function look(
  given: Given,
  rooms: Rooms,
  filter: TradeFilter,
): Promise<Outcome<readonly string[]>> {
  const reader = await openTape(given, rooms)
  if (!reader.ok) return reader
  try {
    const unknown = unknownMarket(filter, reader.value)
    return unknown === null ? ok(rolledOff(filter, reader.value)) : fail('not-found', unknown)
  } catch (error) {
    return fail('unavailable', error instanceof Error ? error.message : String(error))
  } finally {
    reader.value.close()
  }
}

/** Which of the wanted trades have rolled off: a line for each market. */
function rolledOff({ markets, from }: TradeFilter, reader: TapeReader): readonly string[] {
  return reader
    .kept()
    .filter(({ market }) => markets?.includes(market) ?? true)
    .filter(({ keptFrom }) => from === undefined || from < keptFrom)
    .map(
      ({ market, keptFrom }) =>
        `${market}: trades are kept from ${new Date(keptFrom).toISOString()} on, older ones have rolled off`,
    )
}
