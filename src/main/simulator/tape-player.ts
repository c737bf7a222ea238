import type { SimulatorClock } from './clock.ts'
import type { Exchange } from './exchange.ts'
import type { RecordedTape, TapeEntry, TapeTrade } from './raw-tape.ts'

/** Clients subscribe in several messages; the tape waits so long after the first one. */
const SETTLE_MS = 300
const TICK_MS = 10
/** Entries per tick when a tape is played as fast as possible. */
const FAST_ENTRIES = 2_000
/** A fast tape waits while any client has more than this unread, bytes. */
const FAST_BEHIND = 8 * 1024 * 1024

export interface TapePlayer {
  /** Resolves after the last entry. */
  readonly ended: Promise<void>
  stop(): void
}

/** Plays a recording once, from the first subscription on. `speed` 0: as fast as clients read. */
export function playTape(
  exchange: Exchange,
  tape: RecordedTape,
  clock: SimulatorClock,
  speed: number,
): TapePlayer {
  let cancel = (): void => {}
  let next = 0
  const begun = tape.entries[0]?.at ?? 0
  const ended = new Promise<void>((resolve) => {
    const tick = (started: number): void => {
      const reached = begun + (clock.monotonic() - started) * speed
      for (let count = 0; next < tape.entries.length; count++) {
        const entry = tape.entries[next]
        if (entry === undefined) break
        if (speed > 0 ? entry.at > reached : count >= FAST_ENTRIES || behind(exchange)) return
        next += 1
        play(exchange, entry)
      }
      cancel()
      resolve()
    }
    exchange.subscriptions.whenFirst(() => {
      cancel = clock.after(SETTLE_MS, () => {
        const started = clock.monotonic()
        cancel = clock.every(TICK_MS, () => tick(started))
      })
    })
  })
  return { ended, stop: () => cancel() }
}

const behind = (exchange: Exchange): boolean =>
  [...exchange.connections].some((connection) => connection.behind > FAST_BEHIND)

function play(exchange: Exchange, entry: TapeEntry): void {
  if (entry.frame === null) for (const trade of entry.trades) execute(exchange, trade)
  else playFrame(exchange, entry.frame, entry.trades)
}

function execute(exchange: Exchange, trade: TapeTrade): void {
  const { listing, buy, micros, id } = trade
  exchange.execute(listing, buy, [trade], micros, id === null ? undefined : () => id)
}

/** The frame goes out as it is; its single matches also enter the history that REST shows. */
function playFrame(exchange: Exchange, text: string, trades: readonly TapeTrade[]): void {
  for (const { listing, buy, micros, id, ticks, lots } of trades)
    if (id !== null) {
      const last = exchange.tape(listing).last()
      if (last === undefined || id > last.id)
        exchange.printRecorded(listing, buy, { ticks, lots }, micros, id)
    }
  const rows = trades.map((trade) => exchange.recordedRow(trade))
  const listing = trades[0]?.listing ?? null
  for (const connection of exchange.subscriptions.connections)
    connection.push({ text, listing, rows })
}
