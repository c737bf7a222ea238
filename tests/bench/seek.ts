import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { databasePath } from '../../src/main/platform/data-files.ts'
import { venues } from '../../src/main/venues/index.ts'
import { pan, resolutionFor, zoom } from '../../src/renderer/state/span.ts'
import { RESOLUTIONS } from '../../src/shared/domain/candle.ts'
import { epochMs, type TimeRange } from '../../src/shared/domain/time.ts'
import { Child } from './harness/child.ts'
import { median, percentile, type Row, rounded } from './harness/figures.ts'
import { inFolder } from './harness/folder.ts'
import { readOptions } from './harness/options.ts'
import { report } from './harness/report.ts'
import { drawFrom } from './harness/synthetic.ts'
import { HistoryScreen, type Jumped } from './seek/screen.ts'
import { DAYS, FROM } from './spans/plan.ts'

// From a key to the picture: `serve` over a tape of a year with 50 million trades (made for it and removed afterwards, or
// `--tape`), and the screen of the history in a real browser. Jumps go to random times, by the screen's own fields and
// keys. Absolute times: that is what a person feels.
const HEADLESS = new URL('../../out/main/headless.js', import.meta.url)
const TRADES = 50_000_000
const DEADLINE_MS = 900_000
const FELT_MS = 100
const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000] as const
const STRETCHES: Readonly<Record<string, number>> = {
  ...{ '1 minute': MINUTE, '20 minutes': 20 * MINUTE, '2 hours': 2 * HOUR, '8 hours': 8 * HOUR },
  ...{ '1 day': DAY, '7 days': 7 * DAY, '30 days': 30 * DAY, '120 days': 120 * DAY },
}
/** Keys, and what they make of a sight. */
const KEYS: Readonly<Record<string, (span: TimeRange, now: number) => TimeRange>> = {
  PageUp: (span, now) => pan(span, -0.9, now),
  '-': (span) => zoom(span, 2),
  '+': (span) => zoom(span, 0.5),
}

const options = readOptions(10)
const trades = Math.round(options.trades ?? TRADES)
const random = drawFrom(9)
/** A time of the tape, to the second, with so much of it on either side. */
const place = (room: number): number =>
  Math.floor((FROM + room + random() * (DAYS * DAY - 2 * room)) / SECOND) * SECOND
const lengthOf = (span: TimeRange): number => RESOLUTIONS[resolutionFor(span, null)]

async function jumps(screen: HistoryScreen): Promise<ReadonlyMap<string, readonly Jumped[]>> {
  const took = new Map<string, Jumped[]>()
  const note = (name: string, jumped: Jumped): void => {
    took.set(name, [...(took.get(name) ?? []), jumped])
  }
  for (let round = 0; round <= options.rounds; round += 1) {
    const warm = round === 0
    for (const [name, width] of Object.entries(STRETCHES)) {
      const from = place(width + DAY)
      const span = { from: epochMs(from), to: epochMs(from + width) }
      const jumped = await screen.stretch(span.from, span.to, lengthOf(span))
      if (!warm) note(name, jumped)
      if (width > HOUR) continue
      const at = place(DAY)
      const gone = await screen.goTo(at, width, lengthOf(span))
      if (!warm) note(`go to, ${name}`, gone)
    }
    const begin = place(30 * DAY)
    let span: TimeRange = { from: epochMs(begin), to: epochMs(begin + 6 * HOUR) }
    await screen.stretch(span.from, span.to, lengthOf(span))
    for (const [key, next] of Object.entries(KEYS)) {
      span = next(span, Date.now())
      const jumped = await screen.key(key, { ...span, length: lengthOf(span) })
      if (!warm) note(`key ${key}`, jumped)
    }
  }
  return took
}

const rowOf = (name: string, all: readonly Jumped[]): Row => {
  const of = (pick: (jumped: Jumped) => number) => all.map(pick)
  const [painted, next] = [of(({ paintedMs }) => paintedMs), of(({ nextMs }) => nextMs)]
  const notes = [
    `median ${rounded(median(painted))} ms, worst ${rounded(Math.max(...painted))} ms`,
    `next frame: median ${rounded(median(next))} ms, worst ${rounded(Math.max(...next))} ms`,
  ]
  return {
    name: `seek.${name.replaceAll(/[ ,]+/g, '-')}`,
    what: `${name}, ${all.length} jumps, p99`,
    unit: 'ms',
    better: 'less',
    target: FELT_MS,
    measured: percentile(painted, 0.99),
    note: notes.join('; '),
  }
}

await inFolder(async (folder) => {
  const tape = databasePath(folder, false)
  if (options.tape === null) {
    const builder = new Child(new URL('./spans/build.ts', import.meta.url), {
      args: [tape, String(trades)],
      deadlineMs: DEADLINE_MS,
    })
    await builder.event('built')
    await builder.stop()
  } else copyFileSync(options.tape, tape)
  const config = join(folder, 'config.json')
  // Nothing is recorded meanwhile, and no exchange is reached.
  writeFileSync(
    config,
    JSON.stringify({
      venues: Object.fromEntries(venues.map(({ id }) => [id, { enabled: false }])),
    }),
  )
  const serve = new Child(HEADLESS, {
    args: ['serve', '--data-dir', folder, '--config', config, '--port', '0', '--log-level', 'warn'],
    deadlineMs: DEADLINE_MS,
  })
  const { url } = JSON.parse((await serve.line(/^.*"ready".*$/m))[0]) as { readonly url: string }
  const screen = await HistoryScreen.open(url)
  const took = await serve.orDead(jumps(screen)).finally(() => screen.close())
  await serve.stop('SIGTERM')
  const all = [...took.values()].flat()
  const rows = [rowOf('all', all), ...[...took].map(([name, each]) => rowOf(name, each))]
  report({ bench: 'seek', trades, rounds: options.rounds, rows }, options)
})
