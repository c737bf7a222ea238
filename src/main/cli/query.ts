import { RESOLUTIONS, type Resolution } from '../../shared/domain/candle.ts'
import { epochMs } from '../../shared/domain/time.ts'
import type { QueryTask } from '../jobs/task.ts'
import { type Given, UsageError } from './arguments.ts'
import type { Command } from './command.ts'
import { signalCode } from './console.ts'
import { tapeOptions, tapePath } from './tape-file.ts'
import { readFilter } from './tape-filter.ts'
import { runTapeJob } from './tape-job.ts'
import { stretchIsThere } from './tape-stretch.ts'
import { choice } from './values.ts'

const INTERVALS = Object.keys(RESOLUTIONS) as Resolution[]

export const query: Command = {
  name: 'query',
  summary: 'writes candles or trades of a market, for scripts',
  operand: 'candles|trades',
  options: {
    ...tapeOptions,
    market: { value: 'okx:BTC-USDT', required: true, help: 'of this market' },
    from: {
      value: 'T',
      required: true,
      help: 'from this match time on (ISO 8601, UTC assumed, or epoch ms)',
    },
    to: { value: 'T', required: true, help: 'up to but not including this match time' },
    interval: { value: 'I', help: `of candles: ${INTERVALS.join(', ')} (default 1m)` },
    format: { value: 'F', help: 'csv, json or ndjson (default csv)' },
  },
  notes: [
    'Candles that overlap the stretch: openTime (epoch ms), open, high, low, close, volume, buyVolume,',
    'trades, partial, coverage (share of its minutes that is proved), state (the worst of them).',
    'Trades as `export` writes them.',
  ],
  async run(given, console, rooms) {
    const filter = readFilter(given)
    const task = readTask(given, filter, console.clock.now())
    const failed = (message: string): number => {
      console.say(`tapedeck query: ${message}`)
      return 1
    }
    const looked = await stretchIsThere(given, rooms, filter, console)
    if (!looked.ok) return failed(looked.failure.message)
    const { outcome, signal, end } = await runTapeJob(task, console, rooms, { unit: 'rows' })
    if (signal !== null) return end(signalCode(signal))
    return end(outcome.ok ? 0 : failed(outcome.failure.message))
  },
}

function readTask(given: Given, filter: ReturnType<typeof readFilter>, now: number): QueryTask {
  const { operand } = given
  const what = operand === 'candles' || operand === 'trades' ? operand : null
  if (what === null) throw new UsageError(`"${operand}" is not known; allowed: candles, trades`)
  const interval = given.text('interval')
  if (what === 'trades' && interval !== undefined) throw new UsageError('--interval is for candles')
  const { markets: [market] = [], from = epochMs(0), to = epochMs(0) } = filter
  if (market === undefined) throw new UsageError('--market is missing')
  const format = choice('format', given.text('format') ?? 'csv', ['csv', 'json', 'ndjson'] as const)
  const task = { t: 'query', path: tapePath(given), market, from, to, format, now } as const
  if (what === 'trades') return { ...task, what }
  return { ...task, what, interval: choice('interval', interval ?? '1m', INTERVALS) }
}
