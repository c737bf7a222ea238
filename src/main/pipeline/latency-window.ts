import type { LatencyFigures } from '../../shared/domain/latency.ts'

/**
 * Buckets of a log-linear histogram over whole microseconds: exact below 32, then 32 steps an
 * octave, so that a bucket is at most 1/32 (3.1 %) wide. 2^31 µs (36 min) and above share the last.
 */
const SUB = 32
const BUCKETS = 27 * SUB
const TOP = 2 ** 31 - 1
const SLICES = 12

function bucketOf(micros: number): number {
  if (micros < SUB) return micros
  const octave = 31 - Math.clz32(micros)
  return (octave - 4) * SUB + ((micros >>> (octave - 5)) & (SUB - 1))
}

/** Middle of a bucket, microseconds. */
function middleOf(bucket: number): number {
  if (bucket < SUB) return bucket
  const octave = Math.floor(bucket / SUB) + 4
  const width = 2 ** (octave - 5)
  return 2 ** octave + (bucket % SUB) * width + (width - 1) / 2
}

const NO_COUNTS = new Uint32Array(0)

/** One twelfth of the window: counts above and below zero, with what a histogram cannot keep. */
class Slice {
  /** Made at the first value: most stages of most venues never see a negative one. */
  positive = NO_COUNTS
  negative = NO_COUNTS
  count = 0
  negatives = 0
  sum = 0
  min = Number.POSITIVE_INFINITY
  max = Number.NEGATIVE_INFINITY

  clear(): void {
    if (this.count === 0) return
    this.positive.fill(0)
    this.negative.fill(0)
    this.count = this.negatives = this.sum = 0
    this.min = Number.POSITIVE_INFINITY
    this.max = Number.NEGATIVE_INFINITY
  }
}

/**
 * Latencies of the last `windowMs`, in twelve slices that expire one by one. Negative values are
 * kept as what they are: a sign that two clocks disagree, never clipped to zero.
 */
export class LatencyWindow {
  readonly windowMs: number
  readonly #sliceMs: number
  readonly #slices = Array.from({ length: SLICES }, () => new Slice())
  #slot = Number.NaN
  #now: Slice

  constructor(windowMs: number) {
    this.windowMs = windowMs
    this.#sliceMs = windowMs / SLICES
    this.#now = this.#slices[0] ?? new Slice()
  }

  /** `at`: any steady clock, milliseconds; `latency`: milliseconds with a fraction, seen `times` times. */
  record(at: number, latency: number, times = 1): void {
    this.#advance(at)
    const slice = this.#now
    const micros = Math.round(latency * 1_000)
    const bucket = bucketOf(Math.min(Math.abs(micros), TOP))
    if (micros < 0) {
      if (slice.negative === NO_COUNTS) slice.negative = new Uint32Array(BUCKETS)
      slice.negative[bucket] = (slice.negative[bucket] ?? 0) + times
      slice.negatives += times
    } else {
      if (slice.positive === NO_COUNTS) slice.positive = new Uint32Array(BUCKETS)
      slice.positive[bucket] = (slice.positive[bucket] ?? 0) + times
    }
    slice.count += times
    slice.sum += latency * times
    if (latency < slice.min) slice.min = latency
    if (latency > slice.max) slice.max = latency
  }

  figures(at: number): LatencyFigures {
    return LatencyWindow.together([this], at)
  }

  /**
   * Of several windows as if all had been recorded in one. Percentiles by nearest rank, to within half
   * a bucket (1.6 %) and inside [min, max].
   */
  static together(windows: readonly LatencyWindow[], at: number): LatencyFigures {
    for (const window of windows) window.#advance(at)
    const live = windows.flatMap((window) => window.#slices.filter((slice) => slice.count > 0))
    return figuresOf(live)
  }

  #advance(at: number): void {
    const slot = Math.floor(at / this.#sliceMs)
    if (slot === this.#slot) return
    const steps = Number.isNaN(this.#slot) ? SLICES : Math.min(Math.abs(slot - this.#slot), SLICES)
    for (let step = 0; step < steps; step += 1) this.#at(slot - step).clear()
    this.#slot = slot
    this.#now = this.#at(slot)
  }

  #at(slot: number): Slice {
    return this.#slices[((slot % SLICES) + SLICES) % SLICES] ?? this.#now
  }
}

const NOTHING: LatencyFigures = {
  count: 0,
  avg: null,
  p50: null,
  p95: null,
  p99: null,
  max: null,
  min: null,
  negative: 0,
}

function figuresOf(live: readonly Slice[]): LatencyFigures {
  const count = live.reduce((sum, slice) => sum + slice.count, 0)
  if (count === 0) return NOTHING
  const min = Math.min(...live.map((slice) => slice.min))
  const max = Math.max(...live.map((slice) => slice.max))
  const [p50 = 0, p95 = 0, p99 = 0] = valuesAtRanks(
    live,
    [0.5, 0.95, 0.99].map((share) => Math.ceil(share * count)),
  ).map((value) => Math.min(Math.max(value, min), max))
  return {
    count,
    avg: live.reduce((sum, slice) => sum + slice.sum, 0) / count,
    p50,
    p95,
    p99,
    max,
    min,
    negative: live.reduce((sum, slice) => sum + slice.negatives, 0),
  }
}

/** Milliseconds at ascending ranks (1 = smallest), over the slices together. */
function valuesAtRanks(slices: readonly Slice[], ranks: readonly number[]): number[] {
  const found: number[] = []
  let seen = 0
  const visit = (counts: readonly Uint32Array[], bucket: number, sign: 1 | -1): void => {
    for (const column of counts) seen += column[bucket] ?? 0
    while (found.length < ranks.length && seen >= (ranks[found.length] ?? 0))
      found.push((sign * middleOf(bucket)) / 1_000)
  }
  const negative = slices.map((slice) => slice.negative)
  const positive = slices.map((slice) => slice.positive)
  for (let bucket = BUCKETS - 1; bucket >= 0; bucket -= 1) visit(negative, bucket, -1)
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) visit(positive, bucket, 1)
  return found
}
