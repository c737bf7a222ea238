/**
 * Drives the app in a process of its own against simulated exchanges on the loopback, lets things go
 * wrong by a seeded schedule, and then compares the tape with the exchanges' own record, trade by
 * trade. Ends by itself; exit code 1 when a promise was not kept.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { databasePath } from '../../src/main/platform/data-files.ts'
import { personality } from '../../src/main/simulator/dialects/registry.ts'
import { startSimulator } from '../../src/main/simulator/index.ts'
import type { SimulatedVenue } from '../../src/main/simulator/simulator.ts'
import { venueById } from '../../src/main/venues/index.ts'
import type { VenueId } from '../../src/shared/domain/market.ts'
import { BUILT, Recorder, SOURCES } from './recorder.ts'
import { percentile, Recoveries, slope } from './recoveries.ts'
import { type Report, report } from './report.ts'
import { STEADY, type Strike, schedule } from './schedule.ts'
import { judgeAll, openGaps, unproved } from './verdicts.ts'

const HELP = `npm run soak -- [--minutes N] [--seed S] [--rate R] [--venues a,b] [--markets N] [--disconnects N]
  [--kills N] [--settle SECONDS] [--built] [--no-faults] [--no-timing] [--json] [--keep]
--built: the program as it is shipped (out/), not its sources: for figures of memory`

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '20' },
    venues: { type: 'string' },
    markets: { type: 'string', default: '2' },
    disconnects: { type: 'string' },
    kills: { type: 'string' },
    settle: { type: 'string', default: '360' },
    built: { type: 'boolean', default: false },
    'no-faults': { type: 'boolean', default: false },
    'no-timing': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}
const minutes = Number(values.minutes)
const seed = Number(values.seed)
const rate = Number(values.rate)
if (
  ![minutes, seed, rate].every((value) => Number.isFinite(value) && value >= 0) ||
  minutes === 0
) {
  console.error(HELP)
  process.exit(2)
}

/** Each exchange once; its perpetuals on another address are asked for with --venues. */
const TWELVE = [
  ...['binance', 'okx', 'bybit', 'coinbase', 'kraken', 'bitget'],
  ...['gate', 'kucoin', 'htx', 'upbit', 'hyperliquid', 'deribit'],
]

const say = (text: string): void => console.error(`soak: ${text}`)
const folder = mkdtempSync(join(tmpdir(), 'tapedeck-soak-'))
const database = databasePath(folder, false)
const journal = join(folder, 'printed.ndjson')
const begin = Date.now()
const simulator = await startSimulator({
  venues: (values.venues?.split(',') ?? TWELVE) as readonly SimulatedVenue[],
  seed,
  rate,
  journal,
  faults: values['no-faults'] ? [] : [...STEADY],
})
const names = simulator.addresses.map(({ venue }) => venue)
/** The busiest markets of each, quantities in the unit of the tape. */
const markets = names.flatMap((venue) =>
  personality(venue as SimulatedVenue)
    .markets.all.filter(({ unit, kind }) => unit === 1 || kind === 'inverse')
    .slice(0, Number(values.markets))
    .map(({ symbol }) => `${venue}:${symbol}`),
)
const config = join(folder, 'config.json')
const addresses = simulator.addresses.map(({ venue, ws, rest }) => [venue, { ws, rest }])
writeFileSync(
  config,
  JSON.stringify({ markets, venues: Object.fromEntries(addresses), batch: { ms: 100 } }),
)
const recorder = new Recorder(
  values.built ? BUILT : SOURCES,
  ['record', '--data-dir', folder, '--config', config],
  join(folder, 'recorder.log'),
  database,
)
say(`${names.length} venues, ${markets.length} markets, ${minutes} min, seed ${seed}; ${folder}`)
const strikes = values['no-faults']
  ? []
  : schedule({
      minutes,
      seed,
      venues: names,
      disconnects: Number(values.disconnects ?? (minutes >= 5 ? 50 : Math.ceil(minutes * 10))),
      kills: Number(values.kills ?? (minutes >= 5 ? 10 : Math.ceil(minutes * 2))),
    })

/** Some venue's ids prove nothing: its minutes are proved by candles, when they are over. */
const blind = names.some((venue) => venueById(venue as VenueId)?.stream.ids !== 'contiguous')
const recoveries = new Recoveries()
/** Until when each venue keeps clients out. */
const closedUntil = new Map<string, number>()
const memory: (readonly [number, number])[] = []
let diskFull = 0
const looking = setInterval(() => recoveries.look(performance.now(), simulator.sockets()), 50)
const weighing = setInterval(() => {
  const rss = recorder.rss()
  if (rss !== null) memory.push([performance.now() / 3_600_000, rss / 2 ** 20])
}, 5_000)
let stopped = false
process.once('SIGINT', () => {
  stopped = true
})

async function strike(each: Strike): Promise<void> {
  const label = each.what === 'fault' ? `${each.venue} ${each.spec}` : each.what
  say(`${((performance.now() - started) / 1_000).toFixed(1)} s ${label}`)
  if (each.what === 'fault') {
    const sockets = simulator.sockets()
    // Retry-After counts whole seconds, and nobody may come before.
    const kept = Math.ceil(each.acceptsAfter / 1_000) * 1_000
    const until = performance.now() + (each.spec.startsWith('refuse') ? kept : each.acceptsAfter)
    const acceptsAt = Math.max(until, closedUntil.get(each.venue) ?? 0)
    closedUntil.set(each.venue, acceptsAt)
    simulator.fault(`${each.spec},venue=${each.venue}`)
    if (each.breaks !== 'none')
      recoveries.struck(
        each.venue,
        each.spec.split(':')[0] ?? '',
        acceptsAt,
        each.breaks === 'sockets',
        sockets,
      )
  } else if (each.what === 'kill') {
    await recorder.kill()
    await wait(each.downMs)
    const sockets = simulator.sockets()
    const at = performance.now()
    for (const venue of names)
      recoveries.struck(venue, 'kill', Math.max(at, closedUntil.get(venue) ?? 0), true, sockets)
    await recorder.start()
  } else if (recorder.fillDisk()) {
    diskFull += 1
    await wait(each.forMs)
    recorder.freeDisk()
  } else say('the disk cannot be filled here: prlimit is missing')
}

const started = performance.now()
await recorder.start()
// The minute in which recording begins can never be proved, so nothing goes wrong in it.
if (blind) await wait(60_000 - (Date.now() % 60_000))
await wait(5_000)
const zero = performance.now()
for (const each of strikes) {
  await wait(Math.max(0, zero + each.at - performance.now()))
  if (stopped) break
  await strike(each)
}
while (!stopped && performance.now() - zero < minutes * 60_000) await wait(200)

say('no more faults; waiting until everything is live and refilled')
const deadline = performance.now() + Number(values.settle) * 1_000
/** The minute under way is waited for too. */
const quietFrom = Math.ceil(Date.now() / 60_000) * 60_000
await wait(10_000)
// What ids cannot prove the venue's candles do, once their minutes are over: a few minutes' wait.
const busy = (): boolean =>
  openGaps(database).length > 0 ||
  (blind && (Date.now() < quietFrom + 1_000 || unproved(database, quietFrom).length > 0))
while (!stopped && busy() && performance.now() < deadline) await wait(2_000)
say(
  `${openGaps(database).length} gaps open, unproved: ${unproved(database, quietFrom).join(', ') || 'none'}`,
)
simulator.pause()
await wait(3_000)
clearInterval(looking)
clearInterval(weighing)
const clean = await recorder.stop()
const recovered = recoveries.found.map(({ ms }) => ms)
const settledMemory = memory.slice(Math.floor(memory.length / 4))
const result: Report = {
  minutes,
  seed,
  venues: names.length,
  disconnects: strikes.filter((each) => each.what === 'fault' && each.breaks === 'sockets').length,
  kills: strikes.filter(({ what }) => what === 'kill').length,
  otherFaults: strikes.filter((each) => each.what === 'fault' && each.breaks !== 'sockets').length,
  diskFull,
  crashes: recorder.crashes,
  stoppedCleanly: clean,
  recoveries: {
    count: recovered.length,
    p50Ms: Math.round(percentile(recovered, 0.5)),
    p95Ms: Math.round(percentile(recovered, 0.95)),
    maxMs: Math.round(Math.max(0, ...recovered)),
    slow: recoveries.found.filter(({ ms }) => ms > 5_000),
    never: recoveries.pending,
  },
  memory: {
    lastMegabytes: Math.round(memory.at(-1)?.[1] ?? Number.NaN),
    slopeMegabytesPerHour: Number(slope(settledMemory).toFixed(1)),
  },
  markets: await judgeAll(database, journal, markets, begin),
}
await simulator.close()
const kept = report(result, values.json, !values['no-timing'])
if (values.keep || !kept) say(`kept for a look: ${folder}`)
else rmSync(folder, { recursive: true, force: true })
process.exitCode = kept ? 0 : 1
