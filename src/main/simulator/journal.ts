import { closeSync, openSync, writeSync } from 'node:fs'
import type { SimulatorClock } from './clock.ts'
import type { Listing } from './listings.ts'
import type {
  PrintedTrade,
  SentTrade,
  SimulatedVenue,
  SimulatorTotals,
  SocketRecord,
} from './simulator.ts'
import type { Row, TradeFrame } from './trade-frame.ts'

/** What was made and what was sent, so that tests can compare it with what arrived. */
export interface Journal {
  printed(trade: () => PrintedTrade): void
  /** A match of the pre-history: for the file only. */
  past(trade: () => PrintedTrade): void
  sent(socket: number, venue: SimulatedVenue, frame: TradeFrame): void
  opened(socket: number, venue: SimulatedVenue, path: string): void
  heard(socket: number, text: string): void
  closed(socket: number): void
  readonly trades: readonly PrintedTrade[]
  readonly rows: readonly SentTrade[]
  readonly sockets: readonly SocketRecord[]
  readonly totals: SimulatorTotals
  /** Writes what is not in the file yet and closes it. */
  close(): void
}

type Draft = { -readonly [K in keyof SocketRecord]: SocketRecord[K] } & { heard: string[] }

export function printedTrade(venue: SimulatedVenue, listing: Listing, row: Row): PrintedTrade {
  return {
    venue,
    market: `${venue}:${listing.symbol}`,
    id: row.id,
    ...(row.seq === undefined ? {} : { seq: row.seq }),
    price: row.price,
    qty: row.qty,
    side: row.buy ? 'buy' : 'sell',
    time: Math.floor(row.micros / 1_000),
  }
}

const FLUSH_MS = 100
/** A full buffer does not wait for the next flush, characters. */
const FULL = 65_536

/** Lines appended to a file in pieces. Throws if the file cannot be opened. */
function lineFile(path: string, clock: SimulatorClock) {
  const file = openSync(path, 'a')
  let buffer = ''
  const flush = (): void => {
    if (buffer !== '') writeSync(file, buffer)
    buffer = ''
  }
  const cancel = clock.every(FLUSH_MS, flush)
  return {
    append(line: string): void {
      buffer += `${line}\n`
      if (buffer.length > FULL) flush()
    },
    close(): void {
      cancel()
      flush()
      closeSync(file)
    },
  }
}

export interface JournalOptions {
  /** False counts only. */
  readonly keep: boolean
  /** File for every match, one JSON line each. */
  readonly path?: string
  readonly clock: SimulatorClock
}

export function createJournal({ keep, path, clock }: JournalOptions): Journal {
  const file = path === undefined ? null : lineFile(path, clock)
  const trades: PrintedTrade[] = []
  const rows: SentTrade[] = []
  const sockets = new Map<number, Draft>()
  let printed = 0
  let sentRows = 0
  let frames = 0
  return {
    printed(trade) {
      printed += 1
      if (!keep && file === null) return
      const made = trade()
      if (keep) trades.push(made)
      file?.append(JSON.stringify(made))
    },
    past(trade) {
      file?.append(JSON.stringify({ ...trade(), past: true }))
    },
    sent(socket, venue, frame) {
      frames += 1
      sentRows += frame.rows.length
      const record = sockets.get(socket)
      if (record !== undefined) {
        record.frames += 1
        record.trades += frame.rows.length
      }
      const { listing } = frame
      if (!keep || listing === null) return
      for (const row of frame.rows)
        rows.push({ ...printedTrade(venue, listing, row), socket, matches: row.matches })
    },
    opened(socket, venue, path) {
      sockets.set(socket, { socket, venue, path, open: true, frames: 0, trades: 0, heard: [] })
      // Without a log only the latest sockets are remembered.
      const oldest = sockets.keys().next().value
      if (!keep && sockets.size > 1_000 && oldest !== undefined) sockets.delete(oldest)
    },
    heard(socket, text) {
      if (keep) sockets.get(socket)?.heard.push(text)
    },
    closed(socket) {
      const record = sockets.get(socket)
      if (record !== undefined) record.open = false
    },
    trades,
    rows,
    get sockets() {
      return [...sockets.values()]
    },
    get totals() {
      return { printed, trades: sentRows, frames }
    },
    close: () => file?.close(),
  }
}
