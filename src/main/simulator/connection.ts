import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { SimulatorClock } from './clock.ts'
import type { FaultPlan } from './fault-plan.ts'
import type { Journal } from './journal.ts'
import { type Random, random } from './random.ts'
import type { SimulatedVenue } from './simulator.ts'
import type { TradeFrame } from './trade-frame.ts'
import { oversizedText, type Wire } from './wire.ts'

/** A frame held back longer than this is sent without waiting for the one it was to follow. */
const LONGEST_HOLD_MS = 500
/** A stalled socket forgets what is older than so many frames. */
const MOST_QUEUED = 200_000
/** A client this far behind, in bytes, is cut off. */
export const SLOW_CLIENT_BYTES = 128 * 1024 * 1024

export interface ConnectionOptions {
  readonly id: number
  readonly venue: SimulatedVenue
  readonly ws: WebSocket
  readonly socket: Socket
  readonly clock: SimulatorClock
  readonly protocolNow: () => number
  readonly faults: FaultPlan
  readonly journal: Journal
  readonly wire: Wire
  readonly onStrike: (fault: Parameters<FaultPlan['add']>[0]) => void
}

/** One client's socket: everything the venue sends passes here, and the faults with it. */
export class Connection {
  readonly id: number
  readonly venue: SimulatedVenue
  /** What the dialect's encoder must know of this socket: frames are encoded once per format. */
  format = ''
  /** When the last trade frame left (or the socket opened), by the protocol's time. */
  lastPushProtocol: number
  readonly #options: ConnectionOptions
  readonly #spoil: Random
  #queue: { run: () => void; due: number }[] = []
  #stalledUntil = 0
  #held: TradeFrame | null = null
  #cancelTimer: (() => void) | null = null
  #corked = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.id = options.id
    this.venue = options.venue
    this.lastPushProtocol = options.protocolNow()
    this.#spoil = random('spoil', options.id)
  }

  get open(): boolean {
    return this.#options.ws.readyState === this.#options.ws.OPEN
  }

  /** Bytes that the client has not taken yet. */
  get behind(): number {
    return this.#options.ws.bufferedAmount
  }

  /** An answer or notice of the venue. */
  reply(text: string): void {
    this.#pass(() => this.#options.ws.send(this.#options.wire.pack(text)), 0)
  }

  /** An answer outside JSON and the venue's usual frames: always a text frame. */
  replyText(text: string): void {
    this.#pass(() => this.#options.ws.send(text), 0)
  }

  ping(payload: string): void {
    this.#pass(() => this.#options.ws.ping(payload), 0)
  }

  pong(payload: Buffer): void {
    this.#pass(() => this.#options.ws.pong(payload), 0)
  }

  /** Closing handshake, after what is queued (not of a stalled socket: that one just dies). */
  close(code: number, reason: string): void {
    if (this.#stalledUntil > this.#options.clock.monotonic()) this.terminate()
    else this.#options.ws.close(code, reason)
  }

  /** Drops the TCP connection: the client sees 1006. */
  terminate(): void {
    this.#options.ws.terminate()
  }

  /** Nothing leaves for `ms`; then everything does, in order. */
  stall(ms: number): void {
    const until = this.#options.clock.monotonic() + ms
    this.#stalledUntil = Math.max(this.#stalledUntil, until)
  }

  /** Sends trades, or what the faults make of them. */
  push(frame: TradeFrame): void {
    if (!this.open) return
    const verdict = this.#options.faults.judge()
    for (const fault of verdict.strikes) this.#options.onStrike(fault)
    if (verdict.drop || !this.open) return
    const held = this.#held
    if (held === null && verdict.reorder) {
      this.#held = frame
      this.#options.clock.after(LONGEST_HOLD_MS, () => {
        if (this.#held === frame) this.#release(0)
      })
      return
    }
    const { wire } = this.#options
    if (verdict.badFrame) this.#passRaw(wire.spoiled(frame.text, this.#spoil), verdict.delayMs)
    if (verdict.oversized) this.#passRaw(wire.pack(oversizedText()), verdict.delayMs)
    this.#passFrame(frame, verdict.delayMs)
    if (verdict.duplicate) this.#passFrame(frame, verdict.delayMs)
    if (held !== null && (held.listing === frame.listing || verdict.reorder))
      this.#release(verdict.delayMs)
  }

  closed(): void {
    this.#cancelTimer?.()
    this.#queue = []
    this.#held = null
  }

  #uncork(): void {
    this.#options.socket.uncork()
    this.#corked = false
  }

  #release(delayMs: number): void {
    const held = this.#held
    this.#held = null
    if (held !== null) this.#passFrame(held, delayMs)
  }

  #passFrame(frame: TradeFrame, delayMs: number): void {
    this.#pass(() => this.#write(frame), delayMs)
  }

  #passRaw(data: string | Buffer, delayMs: number): void {
    this.#pass(() => this.#options.ws.send(data), delayMs)
  }

  #write(frame: TradeFrame): void {
    if (!this.#corked) {
      this.#options.socket.cork()
      this.#corked = true
      // What is pushed in one go leaves in one write.
      process.nextTick(() => this.#uncork())
    }
    this.#options.ws.send(this.#options.wire.frame(frame))
    this.lastPushProtocol = this.#options.protocolNow()
    this.#options.journal.sent(this.id, this.venue, frame)
  }

  #pass(run: () => void, delayMs: number): void {
    const now = this.#options.clock.monotonic()
    const last = this.#queue.at(-1)
    const due = Math.max(now + delayMs, this.#stalledUntil, last?.due ?? 0)
    if (due <= now && last === undefined) {
      if (this.open) run()
      return
    }
    this.#queue.push({ run, due })
    if (this.#queue.length > MOST_QUEUED) this.#queue.shift()
    if (this.#cancelTimer === null) this.#schedule()
  }

  #schedule(): void {
    const first = this.#queue[0]
    if (first === undefined || first.due === Number.POSITIVE_INFINITY) return
    const wait = Math.max(0, first.due - this.#options.clock.monotonic())
    this.#cancelTimer = this.#options.clock.after(Math.ceil(wait), () => {
      this.#cancelTimer = null
      const now = this.#options.clock.monotonic()
      const later = this.#queue.findIndex(({ due }) => due > now)
      const ready = this.#queue.splice(0, later < 0 ? this.#queue.length : later)
      for (const { run } of ready) if (this.open) run()
      this.#schedule()
    })
  }
}
