import { INTERVALS } from '../../shared/domain/candle.ts'
import type { Gap } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type { Trade } from '../../shared/domain/trade.ts'
import { BlockError } from './block-error.ts'
import { type WrongBar, wrongCoarseBars } from './coarse-check.ts'
import { minuteBars } from './minute-bars.ts'
import type { SqlReader } from './sql-reader.ts'
import type { TapeReader } from './store.ts'
import { compareBars, quoted, type StoredBar, StoredBars, sqlRows } from './stored-bars.ts'

const MINUTE = INTERVALS['1m']
const PROGRESS_EVERY = 1_000
/** A recorder at work writes between two looks: a difference counts when it stays. */
const LOOKS = 3

/** One thing that is wrong. `at`: epoch ms, where it concerns a time. */
export interface Finding {
  /** storage: the file; bar: a candle and its trades differ; ledger: it claims what is not there. */
  readonly kind: 'storage' | 'bar' | 'ledger'
  readonly market: MarketId | null
  readonly at: EpochMs | null
  readonly message: string
}

export type VerifyStep =
  | { readonly t: 'finding'; readonly finding: Finding }
  | { readonly t: 'progress'; readonly step: string; readonly done: number }

/** What was looked at. */
export interface Verified {
  markets: number
  trades: number
  bars: number
  spans: number
}

/**
 * Holds what a tape says against itself, a step at a time: the file, each closed minute's bar against
 * its trades, the ledger against the trades. A recorder may be at work; minutes that ended after
 * `now` − 1 min are left out. Damage that ends the reading of a market is a finding; everything else
 * that the readers throw is thrown.
 */
export function* verifyTape(
  reader: TapeReader,
  sql: SqlReader,
  now: number,
): Generator<VerifyStep, Verified> {
  const seen: Verified = { markets: 0, trades: 0, bars: 0, spans: 0 }
  yield { t: 'progress', step: 'file', done: 0 }
  for (const message of reader.integrity()) yield found('storage', null, null, message)
  yield { t: 'progress', step: 'tape', done: 0 }
  for (const { market, from, to, trades, reason, ...fault } of reader.verify()) {
    const what = `${fault.in} ${fault.id} (${trades} trades until ${new Date(to).toISOString()})`
    yield found('storage', market, from, `${what}: ${reason}`)
  }
  const until = epochMs(Math.floor(now / MINUTE - 1) * MINUTE)
  for (const market of reader.markets()) {
    seen.markets += 1
    try {
      yield* gapFindings(reader, market)
      yield* new MarketCheck(reader, sql, market, until, seen).run()
    } catch (error) {
      if (!isDamage(error)) throw error
      yield found('storage', market, null, `cannot be read on: ${error.message}`)
    }
  }
  return seen
}

const found = (
  kind: Finding['kind'],
  market: MarketId | null,
  at: number | null,
  message: string,
): VerifyStep => ({
  t: 'finding',
  finding: { kind, market, at: at === null ? null : epochMs(at), message },
})

const isDamage = (error: unknown): error is Error =>
  error instanceof BlockError ||
  (error instanceof Error &&
    'code' in error &&
    /^(SQLITE_(CORRUPT|NOTADB|IOERR)|storage-corrupt)/.test(String(error.code)))

function* gapFindings(reader: TapeReader, market: MarketId): Generator<VerifyStep> {
  for (const gap of reader.gaps({ markets: [market] })) {
    const wrong = wrongGap(gap)
    if (wrong !== null) yield found('ledger', market, gap.from, `gap ${gap.id}: ${wrong}`)
  }
}

function wrongGap({ state, from, to, firstSeq, lastSeq, missing }: Gap): string | null {
  if (from > to) return `it ends before it begins (${from} to ${to})`
  if (state === 'filled' && missing !== 0) return `it is filled, and ${missing} are missing`
  if (missing !== null && missing < 0) return `${missing} are missing`
  if (firstSeq === null || lastSeq === null) return null
  if (firstSeq > lastSeq) return `its numbers run from ${firstSeq} to ${lastSeq}`
  const numbers = lastSeq - firstSeq + 1
  return missing !== null && missing > numbers ? `${missing} missing of ${numbers} numbers` : null
}

/** One market: its trades are read once, in order of time, and held against bars and spans. */
class MarketCheck {
  readonly #reader: TapeReader
  readonly #market: MarketId
  readonly #until: EpochMs
  readonly #seen: Verified
  readonly #bars: StoredBars
  readonly #inverse: boolean
  readonly #coarse: () => Iterable<WrongBar>
  /** Minutes that open earlier have lost trades on purpose. */
  readonly #keptFrom: number
  readonly #claims: Claims
  readonly #due: VerifyStep[] = []

  constructor(
    reader: TapeReader,
    sql: SqlReader,
    market: MarketId,
    until: EpochMs,
    seen: Verified,
  ) {
    this.#reader = reader
    this.#market = market
    this.#until = until
    this.#seen = seen
    const [row] = sqlRows(
      sql,
      `SELECT id, inverse, kept_from FROM market WHERE name = ${quoted(market)}`,
    )
    const id = Number(row?.[0])
    this.#inverse = row?.[1] === 1
    this.#keptFrom = row?.[2] == null ? Number.NEGATIVE_INFINITY : Number(row[2])
    this.#coarse = () => wrongCoarseBars(sql, id)
    // Before the trades: what is claimed now must be there when they are read.
    this.#claims = new Claims(sql, id, until, Number.isFinite(this.#keptFrom))
    this.#bars = new StoredBars(sql, id, until)
  }

  *run(): Generator<VerifyStep> {
    const trades = this.#reader.trades({ markets: [this.#market], to: this.#until })
    const folded = minuteBars(this.#watched(trades), this.#inverse)
    for (const bar of folded) {
      yield* this.#due.splice(0)
      for (const stored of this.#bars.before(bar.candle.openTime))
        yield* this.#judge(stored.openTime)
      if (compareBars(this.#bars.at(bar.candle.openTime), bar) !== null)
        yield* this.#judge(bar.candle.openTime)
    }
    for (const stored of this.#bars.before(this.#until)) yield* this.#judge(stored.openTime)
    yield* this.#due.splice(0)
    for (const { openTime, message } of this.#coarse())
      yield found('bar', this.#market, openTime, message)
    this.#seen.bars += this.#bars.count
    this.#seen.spans += this.#claims.count
    for (const { to, lastSeq, newest } of this.#claims.broken())
      yield found(
        'ledger',
        this.#market,
        to,
        `numbers are proved up to ${lastSeq}, the newest stored trade until then has ${newest ?? 'none'}`,
      )
  }

  *#watched(trades: Iterable<Trade>): Generator<Trade> {
    for (const trade of trades) {
      if (this.#seen.trades % PROGRESS_EVERY === 0)
        this.#due.push({ t: 'progress', step: this.#market, done: this.#seen.trades })
      this.#seen.trades += 1
      this.#claims.see(trade)
      yield trade
    }
  }

  /** Looks at one minute afresh, and tells what is wrong when it stays wrong. */
  *#judge(minute: number): Generator<VerifyStep> {
    if (minute < this.#keptFrom) return
    let wrong: string | null = null
    for (let look = 0; look < LOOKS; look += 1) {
      const filter = {
        markets: [this.#market],
        from: epochMs(minute),
        to: epochMs(minute + MINUTE),
      }
      const [bar] = minuteBars(this.#reader.trades(filter), this.#inverse)
      const stored: StoredBar | undefined = this.#bars.again(minute)
      wrong = compareBars(stored, bar)
      if (wrong === null) return
    }
    yield found('bar', this.#market, minute, wrong ?? '')
  }
}

interface Claim {
  readonly to: number
  readonly lastSeq: number
}

/**
 * Spans that are proved by numbers, held against the numbers of the trades. Only where the ids are
 * the numbers: elsewhere nothing can be said.
 */
class Claims {
  readonly count: number
  readonly #claims: readonly Claim[]
  /** What is claimed of times before the first trade cannot be told: those trades have rolled off. */
  readonly #rolledOff: boolean
  readonly #broken: (Claim & { readonly newest: number | null })[] = []
  #at = 0
  #newest: number | null = null
  #numbered = true

  constructor(sql: SqlReader, market: number, until: number, rolledOff: boolean) {
    this.#rolledOff = rolledOff
    this.#claims = sqlRows(
      sql,
      `SELECT to_ts, last_seq FROM span WHERE market = ${market} AND proof = 'ids'
         AND last_seq IS NOT NULL AND to_ts < ${until} ORDER BY to_ts`,
    ).map(([to, lastSeq]) => ({ to: Number(to), lastSeq: Number(lastSeq) }))
    this.count = this.#claims.length
  }

  /** Trades in order of time. */
  see(trade: Trade): void {
    this.#pass(trade.exchangeTime)
    if (!/^\d{1,15}$/.test(trade.id)) this.#numbered = false
    // A print of several matches has the number of one of them.
    this.#newest = Math.max(this.#newest ?? 0, Number(trade.id) + trade.matches - 1)
  }

  broken(): readonly (Claim & { readonly newest: number | null })[] {
    this.#pass(Number.POSITIVE_INFINITY)
    return this.#numbered ? this.#broken : []
  }

  #pass(time: number): void {
    for (; ; this.#at += 1) {
      const claim = this.#claims[this.#at]
      if (claim === undefined || claim.to >= time) return
      if (this.#newest === null && this.#rolledOff) continue
      if (this.#newest === null || this.#newest < claim.lastSeq)
        this.#broken.push({ ...claim, newest: this.#newest })
    }
  }
}
