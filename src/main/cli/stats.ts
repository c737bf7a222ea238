import { existsSync, statSync } from 'node:fs'
import type { Command } from './command.ts'
import { openTape, tapeOptions, tapePath } from './tape-file.ts'

export const stats: Command = {
  name: 'stats',
  summary: 'counts what a tape holds, a line per market',
  options: tapeOptions,
  notes: [
    'Lines: {"market","trades","first","last","bytes","bytesPerDay","keptFrom"}, times in epoch',
    'milliseconds. bytes: an estimate of the share of the file; bytesPerDay: of trades, in the last day of',
    'its tape; keptFrom: older trades have rolled off (null: none have). Then {"event":"total",…} with the',
    'size on disk and by how much the file grows in a day of recording, taken from measuredMs of it.',
    'bytesPerDay is null while it is too early to tell (under an hour).',
  ],
  async run(given, console, rooms) {
    const failed = (message: string): number => {
      console.say(`tapedeck stats: ${message}`)
      return 1
    }
    const reader = await openTape(given, rooms)
    if (!reader.ok) return failed(reader.failure.message)
    try {
      let trades = 0
      let first: number | null = null
      let last: number | null = null
      const markets = reader.value.stats()
      for (const one of markets) {
        console.print({
          market: one.market,
          trades: one.trades,
          first: one.first,
          last: one.last,
          bytes: one.bytes,
          bytesPerDay: one.bytesPerDay,
          keptFrom: one.keptFrom,
        })
        trades += one.trades
        if (one.first !== null) first = Math.min(first ?? one.first, one.first)
        if (one.last !== null) last = Math.max(last ?? one.last, one.last)
      }
      const bytes = sizeOnDisk(tapePath(given))
      const { bytesPerDay, measuredMs } = reader.value.growth()
      console.print({
        event: 'total',
        markets: markets.length,
        trades,
        first,
        last,
        bytes,
        bytesPerDay: bytesPerDay === null ? null : Math.round(bytesPerDay),
        measuredMs,
      })
      return 0
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error))
    } finally {
      reader.value.close()
    }
  },
}

/** The database and what SQLite keeps beside it. */
const sizeOnDisk = (path: string): number =>
  [path, `${path}-wal`, `${path}-shm`]
    .filter((file) => existsSync(file))
    .reduce((sum, file) => sum + statSync(file).size, 0)
