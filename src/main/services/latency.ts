import type { Commands } from '../../shared/contract/contract.ts'
import type { StageReport } from '../../shared/contract/status.ts'
import type { ClockOffset, VenueLatency } from '../../shared/domain/latency.ts'
import type { VenueId } from '../../shared/domain/market.ts'
import { wallClock } from '../../shared/domain/wall-clock.ts'
import { LatencyWindow } from '../pipeline/latency-window.ts'
import { StageWindows, stageReport } from '../pipeline/stage-latency.ts'
import type { Clock } from '../ports.ts'
import type { TradeStore } from '../store/store.ts'

export interface LatencyOptions {
  readonly clock: Clock
  readonly store: Pick<TradeStore, 'flushed'>
  readonly windowMs: number
}

/** Venues stamp trades in whole milliseconds: a match was up to this much later than it says. */
const STAMP_MS = 1
/** Frames whose way to the disk is followed at one time; more only wait when the disk is in trouble. */
const MOST_FRAMES = 50_000
/** Pause before a store that could not write is asked again, milliseconds. */
const AGAIN_MS = 1_000

/** A frame whose trades are folded and not on the disk yet. */
interface Folded {
  readonly venue: VenueTimes
  readonly foldedAt: number
}

/** How long trades take, stage by stage: from the match to the paint. */
export class Latency {
  readonly #clock: Clock
  readonly #store: LatencyOptions['store']
  readonly #wall: () => number
  readonly #venues = new Map<VenueId, VenueTimes>()
  #windowMs: number
  #folded: Folded[] = []
  #followed = 0
  #stopped = false

  constructor({ clock, store, windowMs }: LatencyOptions) {
    this.#clock = clock
    this.#store = store
    this.#windowMs = windowMs
    this.#wall = wallClock(
      () => clock.now(),
      () => clock.monotonic(),
    )
  }

  /** Where the trades and frames of one venue are told; the same for as long as this lives. */
  of(venue: VenueId): Pick<VenueTimes, 'trade' | 'frame'> {
    return this.#of(venue)
  }

  /** What is known of the venue's clock now. */
  setClock(venue: VenueId, clock: ClockOffset | null): void {
    this.#of(venue).setClock(clock, this.#clock.now())
  }

  /** All that was folded until now is on its way to the disk. */
  flushed(): void {
    const frames = this.#folded
    if (frames.length === 0) return
    this.#folded = []
    this.#followed += frames.length
    void this.#follow(frames)
  }

  /** What a page measured of its own part. */
  screen({ venue, received, painted }: Commands['latency.screen']['input']): void {
    const times = this.#venues.get(venue)
    if (times === undefined) return
    const now = this.#clock.now()
    for (const ms of received) times.stages.record('folded-received', now, ms)
    for (const ms of painted) times.stages.record('received-painted', now, ms)
  }

  venue(venue: VenueId): VenueLatency {
    return this.#of(venue).latency(this.#clock.now())
  }

  /** All venues together, then each of which something was measured. */
  stages(): StageReport[] {
    const now = this.#clock.now()
    const seen = [...this.#venues].filter(([, times]) => times.raw.figures(now).count > 0)
    const reports = seen.map(([venue, times]) =>
      stageReport(venue, [times.stages], now, times.uncertainty(now)),
    )
    const worst = Math.max(0, ...seen.map(([, times]) => times.uncertainty(now)))
    const all = seen.map(([, { stages }]) => stages)
    return [stageReport(null, all, now, worst), ...reports]
  }

  /** Another window: what was measured before is forgotten. */
  configure(windowMs: number): void {
    if (windowMs === this.#windowMs) return
    this.#windowMs = windowMs
    for (const times of this.#venues.values()) times.configure(windowMs)
  }

  stop(): void {
    this.#stopped = true
  }

  #of(venue: VenueId): VenueTimes {
    const known = this.#venues.get(venue)
    if (known !== undefined) return known
    const made = new VenueTimes(this.#windowMs, (frame) => {
      if (this.#followed + this.#folded.length < MOST_FRAMES) this.#folded.push(frame)
    })
    this.#venues.set(venue, made)
    return made
  }

  async #follow(frames: readonly Folded[]): Promise<void> {
    const outcome = await this.#store.flushed()
    if (this.#stopped) return
    if (!outcome.ok) {
      // Not written yet: the store tries again by itself, and the time goes on.
      this.#clock.after(AGAIN_MS, () => void this.#follow(frames))
      return
    }
    this.#followed -= frames.length
    const now = this.#wall()
    for (const { venue, foldedAt } of frames)
      venue.stages.record('folded-committed', now, now - foldedAt)
  }
}

/** The windows of one venue. */
class VenueTimes {
  raw: LatencyWindow
  corrected: LatencyWindow
  stages: StageWindows
  readonly #follow: (frame: Folded) => void
  #offsetMs: number | null = null
  /** The worst uncertainties that figures of this window were corrected with, falling. */
  #uncertain: { readonly at: number; readonly ms: number }[] = []

  constructor(windowMs: number, follow: (frame: Folded) => void) {
    this.raw = new LatencyWindow(windowMs)
    this.corrected = new LatencyWindow(windowMs)
    this.stages = new StageWindows(windowMs)
    this.#follow = follow
  }

  configure(windowMs: number): void {
    this.raw = new LatencyWindow(windowMs)
    this.corrected = new LatencyWindow(windowMs)
    this.stages = new StageWindows(windowMs)
  }

  /** Live trades with the same stamps; `time` and `pushed` by the venue's clock, epoch ms. */
  trade(receivedAt: number, time: number, pushed: number | undefined, trades = 1): void {
    const raw = receivedAt - time
    this.raw.record(receivedAt, raw, trades)
    if (pushed !== undefined) this.stages.record('match-push', receivedAt, pushed - time, trades)
    const offset = this.#offsetMs
    if (offset === null) return
    this.corrected.record(receivedAt, raw + offset, trades)
    this.stages.record('push-read', receivedAt, receivedAt + offset - (pushed ?? time), trades)
  }

  /** A frame that brought live trades: its chunk read, its first trade parsed, its last one folded. */
  frame(receivedAt: number, parsedAt: number, foldedAt: number): void {
    this.stages.record('read-parsed', receivedAt, parsedAt - receivedAt)
    this.stages.record('parsed-folded', receivedAt, foldedAt - parsedAt)
    this.#follow({ venue: this, foldedAt })
  }

  setClock(clock: ClockOffset | null, at: number): void {
    this.#offsetMs = clock?.offsetMs ?? null
    if (clock === null) return
    const ms = clock.uncertaintyMs
    while ((this.#uncertain.at(-1)?.ms ?? Number.POSITIVE_INFINITY) <= ms) this.#uncertain.pop()
    this.#uncertain.push({ at, ms })
  }

  /** Of the corrected figures in the window: that of the worst correction in it, and of the stamps. */
  uncertainty(now: number): number {
    const since = now - this.raw.windowMs
    while (this.#uncertain.length > 1 && (this.#uncertain[0]?.at ?? now) < since)
      this.#uncertain.shift()
    return (this.#uncertain[0]?.ms ?? 0) + STAMP_MS
  }

  latency(now: number): VenueLatency {
    const raw = this.raw.figures(now)
    const { windowMs } = this.raw
    if (this.#offsetMs === null)
      return { raw, corrected: null, uncertaintyMs: null, cannotTell: false, windowMs }
    const corrected = this.corrected.figures(now)
    const uncertaintyMs = this.uncertainty(now)
    const cannotTell = corrected.p50 !== null && Math.abs(corrected.p50) <= uncertaintyMs
    return { raw, corrected, uncertaintyMs, cannotTell, windowMs }
  }
}
