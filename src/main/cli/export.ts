import { resolve } from 'node:path'
import type { ExportTask } from '../jobs/task.ts'
import { FILE_FORMATS } from '../services/export/export-format.ts'
import type { TradeFilter } from '../store/store.ts'
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
  },
  notes: [
    'Fields: venue, symbol, id, price, qty, side (the taker), ts (match time), recvTs (receipt);',
    'tsMicros where the venue gives microseconds. Prices and quantities are decimal text.',
    'Parquet needs --out and has the columns of the SQL view trades, with price_text and qty_text.',
  ],
  async run(given, console, rooms) {
    const task = readTask(given, readFilter(given))
    const failed = (message: string): number => {
      console.say(`tapedeck export: ${message}`)
      return 1
    }
    const missing = await findMissing(given, rooms, task.filter)
    if (missing !== null) return failed(missing)
    const { outcome, signal, end } = await runTapeJob(task, console, rooms)
    if (signal !== null) return end(signalCode(signal))
    if (!outcome.ok) return end(failed(outcome.failure.message))
    const out = given.text('out')
    if (out !== undefined)
      console.print({ event: 'exported', trades: outcome.value.trades, file: out })
    return end(0)
  },
}

function readTask(given: Given, filter: TradeFilter): ExportTask {
  const format = choice('format', given.required('format'), FILE_FORMATS)
  const out = given.text('out')
  const task = { t: 'export', path: tapePath(given), filter } as const
  if (out !== undefined) return { ...task, format, out: resolve(out) }
  if (format === 'parquet') throw new UsageError('--format parquet needs --out FILE')
  return { ...task, format, out: null }
}

/** What stands in the way of exporting these markets, if anything does. */
async function findMissing(
  given: Given,
  rooms: Rooms,
  filter: TradeFilter,
): Promise<string | null> {
  const reader = await openTape(given, rooms)
  if (!reader.ok) return reader.failure.message
  try {
    return unknownMarket(filter, reader.value)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    reader.value.close()
  }
}
