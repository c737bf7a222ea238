import type { RehearsalFiring, RehearsalStatus } from '../../shared/contract/alerts.ts'
import { marketsOf } from '../../shared/domain/alert.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { alertEvaluation } from '../pipeline/replay/alert-evaluation.ts'
import type { ReplayFiring } from '../pipeline/replay/evaluator.ts'
import { rehearse } from '../pipeline/replay/rehearsal.ts'
import type { TapeReader } from '../store/store.ts'
import { compiledAlerts } from './compiled-alerts.ts'
import { replayTape } from './replay-tape.ts'
import type { JobContext, RehearseTask, TaskResults } from './task.ts'

/** Firings that are kept; all are counted. */
export const MOST_FIRINGS = 10_000
/** A day for each column of a chart; more are not told apart on a screen anyway. */
const MOST_DAYS = 4_000
const MINUTE = 60_000
const DAY = 86_400_000
/** Minutes of the ledger between two looks at whether to go on. */
const LOOK_EVERY = 10_000

/** Tries an alert on a stretch of the tape. Fails with `invalid` or `not-found`. */
export function runRehearse(
  task: RehearseTask,
  context: JobContext,
  openReader: (path: string) => Outcome<TapeReader>,
): Outcome<TaskResults['rehearse']> {
  const began = performance.now()
  const alerts = compiledAlerts([task.alert])
  if (!alerts.ok) return alerts
  const reader = openReader(task.path)
  if (!reader.ok) return reader
  try {
    const markets = alerts.value.flatMap(({ condition }) => marketsOf(condition))
    const missing = missingMarket(markets, reader.value.markets())
    if (missing !== null) return fail('not-found', missing)
    const { from, to } = task
    const found = new Found(task)
    const length = to - from
    const trades = rehearse(replayTape(reader.value), {
      ...{ markets, from, to, evaluator: alertEvaluation(alerts.value) },
      onFiring: (firing) => {
        found.add(firing)
        const line = lineOf(firing, task.print)
        if (line !== null) context.write(line)
      },
      onProgress: (at, done) => {
        context.check()
        const share = Math.min(1, Math.max(0, (at - from) / length))
        context.progress('rehearse', done, { share, found: found.count })
      },
    })
    const coverage = coverageOf(reader.value, markets, task, context)
    const elapsedMs = Math.round(performance.now() - began)
    return ok({ trades, coverage, elapsedMs, ...found.result() })
  } finally {
    reader.value.close()
  }
}

function missingMarket(wanted: readonly MarketId[], held: readonly MarketId[]): string | null {
  const missing = wanted.find((market) => !held.includes(market))
  if (missing === undefined) return null
  const what = held.length === 0 ? 'nothing yet' : held.slice(0, 8).join(', ')
  return `This tape does not hold ${missing}; it holds ${what}${held.length > 8 ? ', …' : ''}.`
}

/** What fired: the first of them, and how many on each day. */
class Found {
  readonly #firings: RehearsalFiring[] = []
  readonly #days = new Map<number, number>()
  readonly #first: number
  readonly #last: number
  #count = 0
  get count(): number {
    return this.#count
  }

  constructor({ from, to }: Pick<RehearseTask, 'from' | 'to'>) {
    this.#first = Math.floor(from / DAY)
    this.#last = Math.max(this.#first, Math.floor((to - 1) / DAY))
  }

  add({ at, market, price, values }: ReplayFiring): void {
    this.#count += 1
    // A trade that came late is evaluated at the market's time: never before the stretch, hardly ever after it.
    const day = Math.min(this.#last, Math.max(this.#first, Math.floor(at / DAY)))
    this.#days.set(day, (this.#days.get(day) ?? 0) + 1)
    if (this.#firings.length < MOST_FIRINGS)
      this.#firings.push({ at: epochMs(at), market, price, values })
  }

  result(): Pick<RehearsalStatus, 'count' | 'firings' | 'days'> {
    const length = Math.min(MOST_DAYS, this.#last - this.#first + 1)
    const days = Array.from({ length }, (_, i) => ({
      day: epochMs((this.#first + i) * DAY),
      count: this.#days.get(this.#first + i) ?? 0,
    }))
    return { count: this.#count, firings: this.#firings, days }
  }
}

/** Share of the minutes of all markets that are complete or back-filled; null where nothing is known. */
function coverageOf(
  reader: TapeReader,
  markets: readonly MarketId[],
  { from, to }: RehearseTask,
  context: JobContext,
): number | null {
  const first = Math.floor(from / MINUTE) * MINUTE
  const minutes = Math.ceil((to - first) / MINUTE) * markets.length
  let [known, sure] = [0, 0]
  const filter = { markets, from: epochMs(first), to: epochMs(to) }
  for (const { state } of reader.ledger(filter)) {
    if (known % LOOK_EVERY === 0) context.check()
    known += 1
    if (state === 'complete' || state === 'backfilled') sure += 1
  }
  return known === 0 ? null : Math.min(1, sure / minutes)
}

function lineOf(firing: ReplayFiring, print: RehearseTask['print']): string | null {
  if (print === null) return null
  const { at, market, time, price, values } = firing

  if (print === 'json') return `${JSON.stringify({ at, market, time, price, values })}\n`
  const said = Object.entries(values).map(([name, value]) => `${name} = ${rounded(value)}`)
  return `${[new Date(at).toISOString(), market, rounded(price), ...said].join('  ')}\n`
}

const rounded = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(10))) : '–'
