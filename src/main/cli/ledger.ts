import { INTERVALS } from '../../shared/domain/candle.ts'
import type { Gap, GapState, LedgerMinute, MinuteState } from '../../shared/domain/ledger.ts'
import { epochMs } from '../../shared/domain/time.ts'
import type { TapeReader, TradeFilter } from '../store/store.ts'
import type { Command } from './command.ts'
import { type Stop, signalCode, watchStop } from './console.ts'
import { type Sink, streamSink } from './sinks.ts'
import { openTape, tapeOptions } from './tape-file.ts'
import { readFilter, unknownMarket } from './tape-filter.ts'

const MINUTE = INTERVALS['1m']
const LINES_AT_ONCE = 1_000

export const ledger: Command = {
  name: 'ledger',
  summary: 'says how complete the tape is, a line per market and minute',
  options: {
    ...tapeOptions,
    market: { value: 'M', multiple: true, help: 'only venue:BASE-QUOTE; may be repeated' },
    from: { value: 'T', help: 'minutes that open at this time or later (ISO 8601 or epoch ms)' },
    to: { value: 'T', help: 'minutes that open before this time' },
    gaps: { help: 'the gaps themselves, a line each' },
  },
  notes: [
    'Lines: {"market","minute","state","trades","backfilled","missing","cause"}, the minute in epoch',
    'milliseconds, state complete, backfilled, gap or unknown; missing is null when nobody can say how',
    'many; "missingSeq":[first,last] where the numbers are known. Then {"event":"total",…} with the',
    'minutes by state and the coverage, 0 to 1. A minute that is not over has no line.',
  ],
  async run(given, console, rooms) {
    const filter = readFilter(given)
    const failed = (message: string): number => {
      console.say(`tapedeck ledger: ${message}`)
      return 1
    }
    const stop = watchStop(console)
    const reader = await openTape(given, rooms)
    if (!reader.ok) {
      stop.end()
      return failed(reader.failure.message)
    }
    try {
      const missing = unknownMarket(filter, reader.value)
      if (missing !== null) return failed(missing)
      const lines = given.has('gaps')
        ? gapLines(reader.value, filter)
        : minuteLines(reader.value, untilNow(filter, console.clock.now()))
      await pour(streamSink(console.stdout), lines, stop)
      const signal = stop.signal()
      return signal === null ? 0 : signalCode(signal)
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error))
    } finally {
      stop.end()
      reader.value.close()
    }
  },
}

/** The minute under way is not decided yet. */
const untilNow = (filter: TradeFilter, now: number): TradeFilter => {
  const over = Math.floor(now / MINUTE) * MINUTE
  return { ...filter, to: epochMs(Math.min(filter.to ?? over, over)) }
}

function* minuteLines(reader: TapeReader, filter: TradeFilter): Generator<object> {
  const minutes: Record<MinuteState, number> = { complete: 0, backfilled: 0, gap: 0, unknown: 0 }
  const markets = new Set<string>()
  let all = 0
  for (const row of reader.ledger(filter)) {
    all += 1
    minutes[row.state] += 1
    markets.add(row.market)
    yield minuteLine(row)
  }
  const covered = (minutes.complete + minutes.backfilled) / all
  // Rounded down: a tape with a hole never says 1.
  const coverage = all === 0 ? null : Math.floor(covered * 1e6) / 1e6
  yield { event: 'total', markets: markets.size, minutes, coverage }
}

const minuteLine = (row: LedgerMinute): object => ({
  market: row.market,
  minute: row.minute,
  state: row.state,
  trades: row.trades,
  backfilled: row.backfilled,
  missing: row.missing,
  cause: row.cause,
  ...(row.missingSeq && { missingSeq: row.missingSeq }),
})

function* gapLines(reader: TapeReader, filter: TradeFilter): Generator<object> {
  const gaps: Record<GapState, number> = { open: 0, filling: 0, filled: 0, lost: 0, cancelled: 0 }
  let missing = 0
  let uncounted = 0
  let recovered = 0
  for (const gap of reader.gaps(filter)) {
    gaps[gap.state] += 1
    missing += gap.missing ?? 0
    if (gap.missing === null) uncounted += 1
    recovered += gap.recovered
    yield gapLine(gap)
  }
  yield { event: 'total', gaps, missing, uncounted, recovered }
}

const gapLine = ({ id, reason, ...gap }: Gap): object => ({
  gap: id,
  market: gap.market,
  cause: gap.cause,
  state: gap.state,
  from: gap.from,
  to: gap.to,
  firstSeq: gap.firstSeq,
  lastSeq: gap.lastSeq,
  missing: gap.missing,
  recovered: gap.recovered,
  openedAt: gap.openedAt,
  closedAt: gap.closedAt,
  reason: reason ?? null,
})

/** Writes lines as fast as they are taken, until the end, a signal, or nobody reads any more. */
async function pour(sink: Sink, lines: Iterable<object>, stop: Stop): Promise<void> {
  let text = ''
  let waiting = 0
  try {
    for (const line of lines) {
      text += `${JSON.stringify(line)}\n`
      waiting += 1
      if (waiting < LINES_AT_ONCE) continue
      const wanted = await sink.write(text)
      text = ''
      waiting = 0
      if (stop.signal() !== null || !wanted) return
    }
    await sink.write(text)
  } finally {
    await sink.finish()
  }
}
