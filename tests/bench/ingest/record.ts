import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { databasePath } from '../../../src/main/platform/data-files.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import { Child } from '../harness/child.ts'
import { inFolder } from '../harness/folder.ts'
import type { Usage } from '../harness/probe.ts'
import { MARKETS } from '../harness/synthetic.ts'
import { dialectOf } from '../server/dialects.ts'
import { between, type Measured, type MeasureOptions } from './measure.ts'
import type { VenueServer } from './venue-server.ts'

const HEADLESS = new URL('../../../out/main/headless.js', import.meta.url)
/** How often the tape is asked whether all is on it. Another process reads; it costs Tapedeck nothing. */
const LOOK_MS = 20

/**
 * Tapedeck as it is: `record` with a config in a process of its own. The run is over when another
 * process finds every trade committed on the tape; CPU is that of all threads until then. After that
 * it is stopped as a user stops it, and both what it says and what is on the tape must be all.
 */
export const measureRecord = (
  server: VenueServer,
  options: MeasureOptions,
  batchMs?: number,
  around: Around = {},
): Promise<Measured> => inFolder((folder) => recordIn(folder, server, options, batchMs, around))

/** What is done with the data folder before the run and after it. */
export interface Around {
  readonly before?: (folder: string) => Promise<void>
  readonly after?: (folder: string) => void
}

async function recordIn(
  folder: string,
  server: VenueServer,
  { oneCore, deadlineMs, ...run }: MeasureOptions,
  batchMs: number | undefined,
  { before, after }: Around,
): Promise<Measured> {
  await before?.(folder)
  const config = join(folder, 'config.json')
  writeFileSync(config, JSON.stringify(configOf(server, batchMs)))
  const armed = await server.arm(run)
  const child = new Child(HEADLESS, {
    args: ['record', '--data-dir', folder, '--config', config, '--log-level', 'warn'],
    probe: true,
    oneCore,
    deadlineMs,
  })
  const tape = databasePath(folder, false)
  const untilCommitted = async () => {
    const unknown = await server.begun()
    await server.warm()
    const early = await committed(tape, armed.warmTrades, deadlineMs)
    const from = await child.ask<Usage>('usage')
    const since = performance.now()
    server.go()
    await server.end()
    const lost = early === 0 ? await committed(tape, armed.trades, deadlineMs) : early
    const ms = performance.now() - since
    return { unknown, lost, figures: between(armed, [from, await child.ask<Usage>('usage')], ms) }
  }
  try {
    const { unknown, lost, figures } = await child.orDead(untilCommitted())
    const code = await child.stop('SIGTERM')
    const closed = counted(tape)
    after?.(folder)
    const failures = [
      ...(lost === 0 ? [] : [`record: ${lost} of ${armed.trades} trades are not on the tape`]),
      ...(code === 0 ? [] : [`record ended with code ${code}`]),
      ...(unknown.length === 0 ? [] : [`the server does not know ${unknown.join(', ')}`]),
      ...(closed === armed.trades ? [] : [`the closed tape has ${closed} of ${armed.trades}`]),
      ...stopped(child.stdout, armed.trades),
      ...logged(child.stderr, 'error'),
    ]
    const [warning] = logged(child.stderr, 'warn')
    return { ...figures, failures, ...(warning !== undefined && { note: warning.slice(0, 160) }) }
  } finally {
    await child.stop('SIGKILL')
  }
}

const configOf = ({ venue, ws, rest }: VenueServer, batchMs: number | undefined): object => ({
  markets: MARKETS.map((market) => `${venue}:${dialectOf(venue).name(market)}`),
  venues: { [venue]: { ws, rest } },
  ...(batchMs !== undefined && { batch: { ms: batchMs } }),
})

/** Waits until that many trades are on the tape; resolves with how many are missing at the end. */
async function committed(tape: string, trades: number, deadlineMs: number): Promise<number> {
  const until = performance.now() + deadlineMs / 2
  let still = performance.now()
  for (let last = -1; ; ) {
    const found = counted(tape)
    if (found >= trades) return 0
    if (found !== last) still = performance.now()
    last = found
    if (performance.now() > until || performance.now() - still > STALLED_MS) return trades - found
    await wait(LOOK_MS)
  }
}

/** Nothing new on the tape for so long: nothing more will come. */
const STALLED_MS = 10_000

function counted(tape: string): number {
  if (!existsSync(tape)) return 0
  const reader = openReader(tape)
  if (!reader.ok) throw new Error(reader.failure.message)
  try {
    return reader.value.stats().reduce((sum, { trades }) => sum + trades, 0)
  } finally {
    reader.value.close()
  }
}

function stopped(stdout: string, trades: number): readonly string[] {
  const line = stdout.split('\n').find((each) => each.includes('"stopped"'))
  const said = line === undefined ? null : (JSON.parse(line) as { trades: number }).trades
  return said === trades ? [] : [`record says it stored ${said} of ${trades}`]
}

/** Lines of the log, which is JSON. */
const logged = (stderr: string, level: string): readonly string[] =>
  stderr.split('\n').filter((line) => line.includes(`"level":"${level}"`))
