import { type AlertId, marketsOf } from '../../shared/domain/alert.ts'
import { epochMs } from '../../shared/domain/time.ts'
import type { RehearseResult, RehearseTask } from '../jobs/task.ts'
import { type Given, UsageError } from './arguments.ts'
import type { Command, Rooms } from './command.ts'
import { signalCode } from './console.ts'
import { problemLines } from './problem-place.ts'
import { tapeOptions, tapePath } from './tape-file.ts'
import { readFilter } from './tape-filter.ts'
import { runTapeJob } from './tape-job.ts'
import { stretchIsThere } from './tape-stretch.ts'
import { duration, number } from './values.ts'

export const alertsTest: Command = {
  name: 'alerts test',
  summary: 'tries a condition on the tape: every moment at which it would have fired',
  options: {
    ...tapeOptions,
    expr: {
      value: 'TEXT',
      required: true,
      help: 'the condition, as "okx:BTC-USDT price crosses above 61200"',
    },
    from: {
      value: 'T',
      required: true,
      help: 'from this match time on (ISO 8601, UTC assumed, or epoch ms)',
    },
    to: { value: 'T', required: true, help: 'up to but not including this match time' },
    cooldown: { value: 'D', help: 'after a firing none for so long (30s, 5m)' },
    hysteresis: { value: 'SHARE', help: 'of the threshold, 0 to 1, as 0.001' },
    once: { help: 'only the first' },
    json: { help: 'a line of JSON for each moment, and one for the summary' },
  },
  notes: [
    'Trades are taken as they happened, so that what was fetched afterwards stands where it belongs.',
    'Nothing is known before the first trade: a condition on the last hour is silent for an hour.',
    'Exit code 0 whether it fired or not.',
  ],
  async run(given, console, rooms) {
    const filter = readFilter(given)
    const { task, markets } = await readTask(given, rooms, console.clock.now())
    const failed = (message: string): number => {
      console.say(`tapedeck alerts test: ${message}`)
      return 1
    }
    const looked = await stretchIsThere(given, rooms, { ...filter, markets }, console)
    if (!looked.ok) return failed(looked.failure.message)
    const { outcome, signal, end } = await runTapeJob(task, console, rooms)
    if (signal !== null) return end(signalCode(signal))
    if (!outcome.ok) return end(failed(outcome.failure.message))
    const { firings: _printed, ...summary } = outcome.value
    if (given.has('json')) console.print(summary)
    else console.stdout.write(summaryText(outcome.value))
    return end(0)
  },
}

async function readTask(given: Given, rooms: Rooms, now: number) {
  const { from = epochMs(0), to = epochMs(0) } = readFilter(given)
  const [cooldown, hysteresis] = [given.text('cooldown'), given.text('hysteresis')]
  const expr = given.required('expr')
  const alert = {
    ...{ id: 'test' as AlertId, name: expr, expr, severity: 'info' as const },
    cooldownMs: cooldown === undefined ? 0 : duration('cooldown', cooldown),
    rearm: given.has('once') ? ('once' as const) : ('auto' as const),
    ...(hysteresis !== undefined && { hysteresis: number('hysteresis', hysteresis, 0, 1) }),
    ...{ expiresAt: null, armed: true, createdAt: epochMs(0) },
  }
  const compilation = (await rooms.compileAlert())(alert)
  if (!compilation.ok) throw new UsageError(`--expr: ${problemLines(expr, compilation.problem)}`)
  const task: RehearseTask = {
    ...{ t: 'rehearse', path: tapePath(given), alert, from },
    // Nothing is recorded in the future, and nothing is silent there.
    to: Math.min(to, now),
    print: given.has('json') ? 'json' : 'plain',
  }
  return { task, markets: marketsOf(compilation.value.condition) }
}

function summaryText({ trades, count, days, coverage, elapsedMs }: RehearseResult): string {
  const times = count === 1 ? 'once' : `${count.toLocaleString('en')} times`
  const share = coverage === null ? 'not known' : `${(coverage * 100).toFixed(1)} %`
  const busy = days.filter((day) => day.count > 0)
  const lines = busy.map(
    (day) => `  ${new Date(day.day).toISOString().slice(0, 10)}  ${day.count.toLocaleString('en')}`,
  )
  return `${[
    count === 0 ? 'It would not have fired.' : `It would have fired ${times}, on these days (UTC):`,
    ...lines,
    `${trades.toLocaleString('en')} trades in ${(elapsedMs / 1_000).toFixed(1)} s; complete or back-filled: ${share}`,
  ].join('\n')}\n`
}
