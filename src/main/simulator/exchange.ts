import type { SimulatorClock } from './clock.ts'
import type { Connection } from './connection.ts'
import type { Dialect, Execution, House, ProtocolTime } from './dialects/dialect.ts'
import { personality } from './dialects/registry.ts'
import { FaultPlan } from './fault-plan.ts'
import type { Fault } from './faults.ts'
import type { Fill } from './generator.ts'
import { type Journal, printedTrade } from './journal.ts'
import type { Listing } from './listings.ts'
import { type Random, random } from './random.ts'
import type { TapeTrade } from './raw-tape.ts'
import type { PrintedTrade, SimulatedVenue } from './simulator.ts'
import { Subscriptions } from './subscriptions.ts'
import { MarketTape, type Match } from './tape.ts'
import type { Row } from './trade-frame.ts'
import { createWire, type Wire } from './wire.ts'

export interface ExchangeOptions {
  readonly venue: SimulatedVenue
  readonly listings: readonly Listing[]
  readonly clock: SimulatorClock
  readonly timeScale: number
  readonly seed: number
  readonly faults: readonly Fault[]
  readonly journal: Journal
}

/** One simulated exchange: its markets, who listens, and the matching that makes trades of orders. */
export class Exchange implements House {
  readonly venue: SimulatedVenue
  readonly listings: readonly Listing[]
  readonly subscriptions = new Subscriptions()
  readonly time: ProtocolTime
  readonly dialect: Dialect
  readonly wire: Wire
  readonly faults: FaultPlan
  readonly connections = new Set<Connection>()
  /** Set when it listens. */
  address = ''
  readonly #clock: SimulatorClock
  readonly #journal: Journal
  readonly #tapes: readonly MarketTape[]
  readonly #bySymbol: ReadonlyMap<string, Listing>
  readonly #jumps: Random
  /** Matches that are not told yet, by market. */
  readonly #waiting = new Map<Listing, Match[]>()
  #order = 1_783_284_617
  #sharedId = 0n
  #refusedUntil = 0

  constructor(options: ExchangeOptions) {
    const { clock, timeScale } = options
    this.venue = options.venue
    this.listings = options.listings
    this.#clock = clock
    this.#journal = options.journal
    this.#jumps = random(options.seed, options.venue, 'ids')
    this.#tapes = options.listings.map((listing) => new MarketTape(listing))
    this.#bySymbol = new Map(options.listings.map((listing) => [listing.venueSymbol, listing]))
    this.time = {
      monotonic: () => clock.monotonic() * timeScale,
      after: (ms, run) => clock.after(ms / timeScale, run),
      every: (ms, run) => clock.every(ms / timeScale, run),
    }
    this.faults = new FaultPlan(`${options.seed} ${options.venue}`, clock, (fault) =>
      this.strike(fault),
    )
    for (const fault of options.faults)
      if (fault.venue === null || fault.venue === options.venue) this.faults.add(fault)
    this.dialect = personality(options.venue).dialect(this)
    this.wire = createWire(this.dialect.wire ?? 'text')
  }

  find = (venueSymbol: string): Listing | undefined => this.#bySymbol.get(venueSymbol)

  tape = (listing: Listing): MarketTape => {
    const tape = this.#tapes[listing.index]
    if (tape === undefined) throw new Error(`${listing.symbol} is not listed.`)
    return tape
  }

  get tapes(): readonly MarketTape[] {
    return this.#tapes
  }

  nowMs(): number {
    return this.#clock.now() + this.faults.skewMs
  }
  nowMicros(): number {
    return this.nowMs() * 1_000
  }

  /** True while a cut with `for=` keeps clients out. */
  get refusing(): boolean {
    return this.#clock.monotonic() < this.#refusedUntil
  }

  /** Writes an order to the tape and tells nobody: the pre-history. */
  record(listing: Listing, buy: boolean, fills: readonly Fill[], micros: number): void {
    const { matches } = this.#append(listing, buy, fills, micros, undefined)
    for (const match of matches)
      this.#journal.past(() => printedTrade(this.venue, listing, this.dialect.row(listing, match)))
  }

  /** Matches an order and tells everybody who listens. `ids` replaces the venue's own numbering. */
  execute(
    listing: Listing,
    buy: boolean,
    fills: readonly Fill[],
    micros: number,
    ids?: () => bigint,
  ): readonly PrintedTrade[] {
    const execution = this.#append(listing, buy, fills, micros, ids)
    const trades: PrintedTrade[] = []
    for (const match of execution.matches)
      this.#journal.printed(() => {
        const trade = printedTrade(this.venue, listing, this.dialect.row(listing, match))
        trades.push(trade)
        return trade
      })
    const { batchMs } = this.dialect
    if (batchMs === undefined) this.#tell(execution)
    else this.#gather(execution, batchMs)
    return trades
  }

  /** Enters a match of a recorded frame into the history, without telling anybody. */
  printRecorded(listing: Listing, buy: boolean, fill: Fill, micros: number, id: bigint): void {
    const { matches } = this.#append(listing, buy, [fill], micros, () => id)
    for (const match of matches)
      this.#journal.printed(() =>
        printedTrade(this.venue, listing, this.dialect.row(listing, match)),
      )
  }

  /** A trade of a recorded frame as a row for the log. */
  recordedRow(trade: TapeTrade): Row {
    const { listing, matches, id } = trade
    const match = { ...trade, id: id ?? 0n, seq: 0n, order: 0, group: 0 }
    return { ...this.dialect.row(listing, match), id: id === null ? '' : String(id), matches }
  }

  /** What a fault of the whole venue does to its sockets. */
  strike(fault: Fault): void {
    if (fault.kind === 'stall')
      for (const connection of this.connections)
        connection.stall(fault.forMs ?? Number.POSITIVE_INFINITY)
    else if (fault.kind === 'shutdown') this.announceShutdown()
    else if (fault.kind === 'cut') {
      if (fault.forMs !== null) this.#refusedUntil = this.#clock.monotonic() + fault.forMs
      this.cut(fault.code)
    }
  }

  /** Ends all connections; without a code there is no close frame (the client sees 1006). */
  cut(code: number | null = null): void {
    for (const connection of this.connections)
      if (code === null) connection.terminate()
      else connection.close(code, '')
  }

  announceShutdown(): void {
    const told = [...this.connections]
    for (const connection of told) this.dialect.announceShutdown(connection)
    this.time.after(this.dialect.shutdownNoticeMs, () => {
      for (const connection of told) connection.close(1_001, '')
    })
  }

  #append(
    listing: Listing,
    buy: boolean,
    fills: readonly Fill[],
    micros: number,
    ids: (() => bigint) | undefined,
  ): Execution {
    const tape = this.tape(listing)
    const last = tape.last()
    // The order of ids is the order of times, whatever the wall clock does.
    const at = ids === undefined ? Math.max(micros, last?.micros ?? 0) : micros
    this.#order += 1 + this.#jumps.whole(3)
    const matches = tape.append(
      this.#order,
      buy,
      at,
      fills,
      ids ?? this.#numbering(listing, last?.id, at),
    )
    return {
      listing,
      buy,
      micros: at,
      order: this.#order,
      matches,
      pushedMicros: Math.max(this.nowMicros(), at),
    }
  }

  #numbering(listing: Listing, last: bigint | undefined, micros: number): () => bigint {
    const { ids } = this.dialect
    if (typeof ids === 'function') {
      const seed = { listing, micros, order: this.#order, draw: this.#jumps }
      let before = last
      return () => {
        before = ids({ ...seed, last: before })
        return before
      }
    }
    if (ids === 'contiguous') {
      let id = last ?? listing.firstId - 1n
      return () => {
        id += 1n
        return id
      }
    }
    // One counter for all markets, and other things are counted between two orders.
    this.#sharedId += BigInt(1 + this.#jumps.whole(9))
    return () => {
      this.#sharedId += 1n
      return listing.firstId + this.#sharedId
    }
  }

  #tell(execution: Execution): void {
    for (const channel of this.dialect.channels) this.#publish(channel, execution)
  }

  /** Keeps the matches of a market until `ms` after the first of them. */
  #gather(execution: Execution, ms: number): void {
    const { listing } = execution
    const waiting = this.#waiting.get(listing)
    if (waiting !== undefined) {
      waiting.push(...execution.matches)
      return
    }
    const matches = [...execution.matches]
    this.#waiting.set(listing, matches)
    this.time.after(ms, () => {
      this.#waiting.delete(listing)
      const pushedMicros = Math.max(this.nowMicros(), matches.at(-1)?.micros ?? 0)
      this.#tell({ ...execution, matches, pushedMicros })
    })
  }

  #publish(channel: string, execution: Execution): void {
    const listeners = this.subscriptions.of(channel, execution.listing)
    if (listeners.size === 0) return
    let format = ''
    let frames: ReturnType<Dialect['encode']> | null = null
    for (const connection of listeners) {
      if (frames === null || connection.format !== format) {
        format = connection.format
        frames = this.dialect.encode(channel, format, execution)
      }
      for (const frame of frames) connection.push(frame)
    }
  }
}
