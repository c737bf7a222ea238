import { EXPORT_FORMATS, type ExportChunk, exportChunks } from '../services/export.ts'
import type { Command } from './command.ts'
import { type Stop, signalCode, watchStop } from './console.ts'
import { createProgress, type Progress } from './progress.ts'
import { fileSink, type Sink, streamSink } from './sinks.ts'
import { openTape, tapeOptions } from './tape-file.ts'
import { readFilter, unknownMarket } from './tape-filter.ts'
import { choice } from './values.ts'

export const exportTrades: Command = {
  name: 'export',
  summary: 'writes trades as NDJSON or CSV, by match time',
  options: {
    ...tapeOptions,
    market: { value: 'okx:BTC-USDT', multiple: true, help: 'this market only; may be repeated' },
    from: { value: 'T', help: 'from this match time on (ISO 8601, UTC assumed, or epoch ms)' },
    to: { value: 'T', help: 'up to but not including this match time' },
    format: { value: 'F', required: true, help: EXPORT_FORMATS.join(' or ') },
    out: { value: 'FILE', help: 'write this file instead of stdout; it appears when it is whole' },
  },
  notes: [
    'Fields: venue, symbol, id, price, qty, side (the taker), ts (match time), recvTs (receipt);',
    'tsMicros where the venue gives microseconds. Prices and quantities are decimal text.',
  ],
  async run(given, console, rooms) {
    const format = choice('format', given.required('format'), EXPORT_FORMATS)
    const filter = readFilter(given)
    const failed = (message: string): number => {
      console.say(`tapedeck export: ${message}`)
      return 1
    }
    // From here on a signal must not leave a half file behind.
    const stop = watchStop(console)
    const reader = await openTape(given, rooms)
    if (!reader.ok) {
      stop.end()
      return failed(reader.failure.message)
    }
    try {
      const missing = unknownMarket(filter, reader.value)
      if (missing !== null) return failed(missing)
      const out = given.text('out')
      const sink = out === undefined ? null : await fileSink(out)
      if (sink?.ok === false) return failed(sink.failure.message)
      const to = sink?.value ?? streamSink(console.stdout)
      const chunks = exportChunks(reader.value.trades(filter), format)
      const trades = await write(to, chunks, stop, createProgress(console))
      const signal = stop.signal()
      if (signal !== null) return signalCode(signal)
      if (out !== undefined) console.print({ event: 'exported', trades, file: out })
      return 0
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error))
    } finally {
      stop.end()
      reader.value.close()
    }
  },
}

/** Pulls trades as fast as the sink takes them, until the end or a signal; how many they were. */
async function write(
  sink: Sink,
  chunks: Iterable<ExportChunk>,
  stop: Stop,
  progress: Progress,
): Promise<number> {
  let trades = 0
  try {
    for (const chunk of chunks) {
      const wanted = await sink.write(chunk.text)
      trades += chunk.trades
      progress.at(trades)
      if (stop.signal() !== null || !wanted) break
    }
    await (stop.signal() === null ? sink.finish() : sink.discard())
    return trades
  } catch (error) {
    await sink.discard()
    throw error
  } finally {
    progress.end()
  }
}
