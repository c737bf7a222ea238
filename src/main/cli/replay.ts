import type { ReplayTask } from '../jobs/task.ts'
import type { TradeFilter } from '../store/store.ts'
import { readAlertFile } from './alert-file.ts'
import { type Given, UsageError } from './arguments.ts'
import type { Command } from './command.ts'
import { signalCode } from './console.ts'
import { tapeOptions, tapePath } from './tape-file.ts'
import { readFilter } from './tape-filter.ts'
import { runTapeJob } from './tape-job.ts'
import { stretchIsThere } from './tape-stretch.ts'
import { choice, duration, number } from './values.ts'

const FUTURE_MS = 600_000
const ORDERS = ['received', 'exchange'] as const

export const replay: Command = {
  name: 'replay',
  summary: 'plays a stretch of the tape through the live code, as fast as you like',
  options: {
    ...tapeOptions,
    market: { value: 'okx:BTC-USDT', multiple: true, help: 'this market only; may be repeated' },
    from: {
      value: 'T',
      required: true,
      help: 'from this match time on (ISO 8601, UTC assumed, or epoch ms)',
    },
    to: { value: 'T', required: true, help: 'up to but not including this match time' },
    speed: { value: 'N', help: '0.1 to 1000 times as fast as it happened, or max (default max)' },
    order: { value: 'O', help: 'received: as it was heard (default); exchange: as it happened' },
    hash: { help: 'makes a hash of all that was played' },
    alerts: {
      value: 'FILE',
      help: 'evaluates these: a file (see below), or database: those armed there',
    },
    drop: { value: 'SHARE', help: 'leaves out this share of the trades, 0 to 1' },
    delay: { value: 'D', help: 'trades come up to so much later (500ms, 30s)' },
    skew: { value: 'D', help: 'the clocks of the venues are ahead by so much, at most 10m' },
    seed: { value: 'N', help: 'which trades --drop and --delay strike (default 1)' },
  },
  notes: [
    'Prints {"trades","alerts","hash","elapsedMs"}. The same tape, stretch, order and faults give the',
    'same hash in every run, at every speed and on every machine; hash is null without --hash.',
    'Trades that a venue replayed on subscribing, and that filled nothing, are not played.',
    'A file of alerts has a condition a line (# begins a remark), or is a JSON array of objects with expr',
    'and, if wanted, name, cooldownMs, hysteresis, rearm, schedule, expiresAt. `alerts` counts what fired.',
    '--alerts database takes the alerts that are armed in the data directory, if all their markets are',
    'played. What was before the stretch is in their windows.',
  ],
  async run(given, console, rooms) {
    const filter = readFilter(given)
    const named = given.text('alerts')
    const alerts = named === 'database' ? 'database' : await readAlertFile(named, rooms)
    const read = readTask(given, filter)
    // Clocks differ by minutes; beyond that nothing is recorded, and nothing is silent.
    const to = Math.min(read.to, console.clock.now() + FUTURE_MS)
    const task: ReplayTask = { ...read, to, alerts }
    const failed = (message: string): number => {
      console.say(`tapedeck replay: ${message}`)
      return 1
    }
    const looked = await stretchIsThere(given, rooms, filter, console)
    if (!looked.ok) return failed(looked.failure.message)
    const { outcome, signal, end } = await runTapeJob(task, console, rooms)
    if (signal !== null) return end(signalCode(signal))
    if (!outcome.ok) return end(failed(outcome.failure.message))
    console.print({ ...outcome.value })
    return end(0)
  },
}

function readTask(given: Given, { markets, from, to }: TradeFilter): Omit<ReplayTask, 'alerts'> {
  const speed = given.text('speed') ?? 'max'
  const order = given.text('order') ?? 'received'
  return {
    t: 'replay',
    path: tapePath(given),
    markets: markets ?? null,
    from: from ?? 0,
    to: to ?? 0,
    order: choice('order', order, ORDERS),
    speed: speed === 'max' ? speed : number('speed', speed, 0.1, 1_000),
    hash: given.has('hash'),
    faults: readFaults(given),
  }
}

function readFaults(given: Given): ReplayTask['faults'] {
  const [drop, delay, skew, seed] = ['drop', 'delay', 'skew', 'seed'].map((name) =>
    given.text(name),
  )
  if (drop === undefined && delay === undefined && skew === undefined) {
    if (seed !== undefined) throw new UsageError('--seed is for --drop and --delay')
    return null
  }
  const skewMs = skew === undefined ? 0 : duration('skew', skew)
  if (skewMs > 600_000) throw new UsageError(`--skew ${skew} is out of range; allowed: 1ms to 10m`)
  return {
    seed: seed === undefined ? 1 : number('seed', seed, 0, 2 ** 31 - 1),
    skewMs,
    ...(drop !== undefined && { drop: number('drop', drop, 0, 1) }),
    ...(delay !== undefined && { delayMs: duration('delay', delay) }),
  }
}
