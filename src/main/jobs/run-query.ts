import { type Candle, MOST_BARS, RESOLUTIONS } from '../../shared/domain/candle.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { exportChunks, exportRow } from '../services/export/export-text.ts'
import type { TapeReader } from '../store/store.ts'
import type { JobContext, QueryFormat, QueryTask, TaskResults } from './task.ts'

/** Rows between two looks at whether to go on. */
const LOOK_EVERY = 256
/** Characters that are handed on at once. */
const PIECE = 65_536

/** Writes bars or trades of one market to the caller, in memory that does not grow with them. */
export function runQuery(
  task: QueryTask,
  context: JobContext,
  openReader: (path: string) => Outcome<TapeReader>,
): Outcome<TaskResults['query']> {
  const reader = openReader(task.path)
  if (!reader.ok) return reader
  try {
    const held = reader.value.markets()
    if (!held.includes(task.market)) return fail('not-found', notHeld(task.market, held))
    let rows = 0
    for (const { text, count } of pieces(task, reader.value, context)) {
      if (!context.write(text)) break
      rows += count
      context.progress('query', rows)
    }
    return ok({ rows })
  } finally {
    reader.value.close()
  }
}

function notHeld(market: MarketId, held: readonly MarketId[]): string {
  const some = held.slice(0, 20).join(', ')
  const what = held.length === 0 ? 'nothing yet' : `${some}${held.length > 20 ? ', …' : ''}`
  return `This tape does not hold ${market}; it holds ${what}.`
}

interface Piece {
  readonly text: string
  readonly count: number
}

function* pieces(task: QueryTask, reader: TapeReader, context: JobContext): Generator<Piece> {
  const { market, from, to, format } = task
  if (task.what === 'candles') {
    yield* textOf(limited(candlesOf(task, reader, context), task.limit), format, BAR_COLUMNS)
    return
  }
  const all = watched(reader.trades({ markets: [market], from, to }), context)
  const trades = limited(all, task.limit)
  if (format === 'json') yield* textOf(mapped(trades, exportRow), format, [])
  else for (const { text, trades: count } of exportChunks(trades, format)) yield { text, count }
}

const BAR_COLUMNS = [
  'openTime',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'buyVolume',
  'trades',
  'partial',
  'coverage',
  'state',
] as const

function* candlesOf(
  task: QueryTask & { readonly what: 'candles' },
  reader: TapeReader,
  context: JobContext,
): Generator<object> {
  const { market, interval, now } = task
  const step = RESOLUTIONS[interval] * MOST_BARS
  const start = Math.floor(task.from / step) * step
  for (let from = start; from < task.to; from += step) {
    context.check()
    const [first, end] = [Math.max(from, task.from), Math.min(from + step, task.to)]
    const query = { market, from: epochMs(first), to: epochMs(end), resolution: interval }
    for (const bar of reader.bars(query, now).candles) yield barRow(bar)
  }
}

const barRow = (bar: Candle): Record<(typeof BAR_COLUMNS)[number], unknown> => ({
  openTime: bar.openTime,
  open: bar.open,
  high: bar.high,
  low: bar.low,
  close: bar.close,
  volume: bar.volume,
  buyVolume: bar.buyVolume,
  trades: bar.trades,
  partial: bar.partial,
  coverage: bar.coverage ?? null,
  state: bar.state ?? null,
})

function* textOf(
  rows: Iterable<object>,
  format: QueryFormat,
  columns: readonly string[],
): Generator<Piece> {
  let text = format === 'csv' ? `${columns.join(',')}\n` : format === 'json' ? '[' : ''
  let count = 0
  let first = true
  for (const row of rows) {
    if (format === 'csv')
      text += `${columns.map((name) => (row as Record<string, unknown>)[name] ?? '').join(',')}\n`
    else if (format === 'ndjson') text += `${JSON.stringify(row)}\n`
    else text += `${first ? '\n' : ',\n'}${JSON.stringify(row)}`
    first = false
    count += 1
    if (text.length < PIECE) continue
    yield { text, count }
    text = ''
    count = 0
  }
  if (format === 'json') text += first ? ']\n' : '\n]\n'
  if (text !== '') yield { text, count }
}

function* mapped<A, B>(all: Iterable<A>, of: (one: A) => B): Generator<B> {
  for (const one of all) yield of(one)
}

function* limited<T>(all: Iterable<T>, most = Number.POSITIVE_INFINITY): Generator<T> {
  let count = 0
  for (const one of all) {
    if (count >= most) return
    count += 1
    yield one
  }
}

function* watched<T>(all: Iterable<T>, context: JobContext): Generator<T> {
  let count = 0
  for (const one of all) {
    if (count % LOOK_EVERY === 0) context.check()
    count += 1
    yield one
  }
}
