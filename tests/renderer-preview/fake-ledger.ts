import type { LedgerStatus, MarketCoverage } from '../../src/shared/contract/status.ts'
import type {
  Gap,
  GapCause,
  GapState,
  LedgerMinute,
  MinuteState,
} from '../../src/shared/domain/ledger.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { epochMs, type TimeRange } from '../../src/shared/domain/time.ts'
import { randomFrom } from './random.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE

interface Sketch {
  /** Minutes before the start, and how long, in minutes. */
  readonly ago: number
  readonly long: number
  readonly cause: GapCause
  readonly state: GapState
  readonly missing: number | null
  readonly recovered?: number
  readonly seq?: boolean
  readonly reason?: string
}

const OUTAGE: Sketch = {
  ago: 34,
  long: 7.3,
  cause: 'outage',
  state: 'lost',
  missing: null,
  reason: 'The venue tells only its newest 1,000 trades; these are older.',
}
const CUT: Sketch = {
  ago: 80,
  long: 5.6,
  cause: 'disconnect',
  state: 'filled',
  missing: 0,
  recovered: 3_412,
}

/** By place in the list of markets. */
const SKETCHES: Readonly<Record<number, readonly Sketch[]>> = {
  0: [
    { ago: 12.3, long: 2.8, cause: 'disconnect', state: 'filling', missing: 1_204, recovered: 80 },
    OUTAGE,
    { ago: 62.4, long: 0.006, cause: 'sequence', state: 'lost', missing: 412, seq: true },
    CUT,
    {
      ago: 214,
      long: 41,
      cause: 'asleep',
      state: 'cancelled',
      missing: 61_204,
      seq: true,
      reason: 'Longer ago than back-fills reach by the settings (3 hours).',
    },
    { ago: 702, long: 3.2, cause: 'stall', state: 'filled', missing: 0, recovered: 988 },
  ],
  1: [OUTAGE, CUT, { ago: 3.4, long: 0.9, cause: 'stall', state: 'open', missing: 203, seq: true }],
  2: [OUTAGE, CUT],
  3: [OUTAGE, { ago: 150, long: 1.2, cause: 'overload', state: 'lost', missing: 8_811, seq: true }],
  4: [CUT],
  6: [
    {
      ago: 18,
      long: 3.1,
      cause: 'disconnect',
      state: 'open',
      missing: null,
      reason: 'HTTP 429: too many requests. The venue asks to wait.',
    },
  ],
  7: [{ ago: 410, long: 0.8, cause: 'disk', state: 'lost', missing: 94, seq: true }],
  11: [{ ago: 260, long: 22, cause: 'stopped', state: 'filled', missing: 0, recovered: 2_204 }],
  12: [{ ago: 47, long: 1, cause: 'mismatch', state: 'open', missing: null }],
}

export type LedgerKind = 'gaps' | 'clean' | 'unproved' | 'early' | 'many'

/** Gaps that a market begins with. */
const sketchesOf = (kind: LedgerKind, index: number): readonly Sketch[] => {
  if (kind === 'gaps') return SKETCHES[index] ?? []
  if (kind !== 'many') return []
  const random = randomFrom(index + 90)
  return Array.from({ length: 60 }, (_, i) => ({
    ago: 20 + i * 21 + random() * 12,
    long: random() * 2.4,
    cause: (['disconnect', 'stall', 'sequence', 'overload'] as const)[i % 4] ?? 'stall',
    state: (['filled', 'filled', 'lost', 'cancelled'] as const)[Math.floor(random() * 4)] ?? 'lost',
    missing: Math.floor(random() * 900),
    recovered: Math.floor(random() * 900),
  }))
}

/** Stretches in which a market has no trade on the tape, as made when the preview starts. */
export const silentStretches = (kind: LedgerKind, index: number, now: number): TimeRange[] =>
  sketchesOf(kind, index)
    .filter(({ state, long }) => state !== 'filled' && long >= 1)
    .map(({ ago, long }) => ({
      from: epochMs(now - ago * MINUTE),
      to: epochMs(now - (ago - long) * MINUTE),
    }))

/** A made-up ledger whose back-fills make progress. */
export class FakeLedger {
  readonly #kind: LedgerKind
  readonly #markets: readonly MarketId[]
  readonly #started: number
  readonly #fetched = new Map<number, number>()
  #gaps: Gap[] = []

  constructor(kind: LedgerKind, markets: readonly MarketId[], started: number) {
    this.#kind = kind
    this.#markets = markets
    this.#started = started
    markets.forEach((market, index) => {
      for (const sketch of sketchesOf(kind, index)) this.#gaps.push(this.#gap(market, sketch))
    })
    this.#gaps.sort((a, b) => b.from - a.from)
  }

  /** One step of the back-fills under way; a finished one is filled. */
  step(): void {
    this.#gaps = this.#gaps.map((gap) => {
      if (gap.state !== 'filling') return gap
      const fetched = (this.#fetched.get(gap.id) ?? 520) + 6
      this.#fetched.set(gap.id, fetched)
      const missing = gap.missing === null ? null : Math.max(0, 1_204 - fetched)
      const done = missing === 0
      return { ...gap, missing, recovered: fetched, state: done ? 'filled' : 'filling' }
    })
  }

  status(): LedgerStatus {
    const now = Date.now()
    const shown = this.#gaps.slice(0, 500)
    return {
      gaps: shown,
      gapsLeftOut: this.#gaps.length - shown.length,
      measuredAt: epochMs(Math.floor(Date.now() / MINUTE) * MINUTE),
      backfills: this.#gaps.flatMap((gap) => {
        if (gap.state !== 'open' && gap.state !== 'filling') return []
        const fetched = this.#fetched.get(gap.id) ?? 0
        return {
          gap: gap.id,
          market: gap.market,
          running: gap.state === 'filling',
          fetched,
          progress: gap.state === 'filling' ? Math.min(1, fetched / 1_204) : null,
          ...(gap.reason === undefined
            ? {}
            : { nextAttemptAt: epochMs(now - (now % 20_000) + 20_000) }),
        }
      }),
      coverage: this.#kind === 'early' ? [] : this.#markets.map((market) => this.coverage(market)),
    }
  }

  gaps = (limit: number): readonly Gap[] => this.#gaps.slice(0, limit)

  set(id: number | undefined, from: readonly GapState[], state: GapState): void {
    this.#gaps = this.#gaps.map((gap) =>
      (id === undefined || gap.id === id) && from.includes(gap.state) ? { ...gap, state } : gap,
    )
  }

  coverage(market: MarketId): MarketCoverage {
    const now = Date.now()
    const rows = this.minutes(market, now - DAY, now)
    const counts: Record<MinuteState, number> = { complete: 0, backfilled: 0, gap: 0, unknown: 0 }
    for (const { state } of rows) counts[state] += 1
    const of = (state: MinuteState): number => counts[state] / Math.max(1, rows.length)
    return {
      market,
      minutes: rows.length,
      complete: of('complete'),
      backfilled: of('backfilled'),
      gap: of('gap'),
      unknown: of('unknown'),
    }
  }

  minutes(market: MarketId, from: number, to: number): LedgerMinute[] {
    const index = this.#markets.indexOf(market)
    if (index < 0) return []
    const gaps = this.#gaps.filter((gap) => gap.market === market)
    const begun = this.#started - (index % 5 === 2 ? 190 : 1_500) * MINUTE
    const rows: LedgerMinute[] = []
    const first = Math.ceil(Math.max(from, begun) / MINUTE) * MINUTE
    for (let minute = first; minute < to && minute + MINUTE <= Date.now(); minute += MINUTE)
      rows.push(this.#minute(market, index, minute, gaps))
    return rows
  }

  #minute(market: MarketId, index: number, minute: number, gaps: readonly Gap[]): LedgerMinute {
    const gap = gaps.find((each) => each.from < minute + MINUTE && each.to >= minute)
    const late = gap === undefined ? 0 : Math.min(gap.recovered, 140)
    const open = gap !== undefined && gap.state !== 'filled'
    const whole = gap !== undefined && gap.from <= minute && gap.to >= minute + MINUTE
    const slow = index >= 10 || (index === 0 && this.#recent(minute))
    const blind = this.#kind === 'unproved' || (slow && this.#kind !== 'clean')
    return {
      market,
      minute: epochMs(minute),
      state: open ? 'gap' : late > 0 ? 'backfilled' : blind ? 'unknown' : 'complete',
      trades: open && whole ? 0 : 150 + ((minute / MINUTE) % 37) * 4,
      backfilled: late,
      missing:
        !open || gap === undefined ? 0 : gap.missing === null ? null : Math.min(gap.missing, 412),
      cause: gap?.cause ?? null,
    }
  }

  /** A stretch that the venue's candle has not proved yet. */
  #recent = (minute: number): boolean => {
    const ago = (this.#started - minute) / MINUTE
    return ago < 3 || (ago > 48 && ago < 54)
  }

  #gap(market: MarketId, sketch: Sketch): Gap {
    const from = this.#started - sketch.ago * MINUTE
    const to = from + sketch.long * MINUTE
    const { missing, seq = false } = sketch
    return {
      id: this.#gaps.length + 1,
      market,
      cause: sketch.cause,
      state: sketch.state,
      from: epochMs(Math.floor(from)),
      to: epochMs(Math.floor(to)),
      firstSeq: seq ? 3_204_118_201 : null,
      lastSeq: seq ? 3_204_118_200 + (missing ?? 1) : null,
      missing,
      recovered: sketch.recovered ?? 0,
      openedAt: epochMs(Math.floor(to)),
      closedAt: sketch.state === 'filled' ? epochMs(Math.floor(to) + 4_000) : null,
      ...(sketch.reason === undefined ? {} : { reason: sketch.reason }),
    }
  }
}
