import { canPin } from './harness/child.ts'
import { median, type Row, ratio, rounded } from './harness/figures.ts'
import { type BenchOptions, readOptions, wants } from './harness/options.ts'
import { report } from './harness/report.ts'
import { type Measured, measureVariant } from './ingest/measure.ts'
import { measureRecord } from './ingest/record.ts'
import { find, INSTALL, type Peer } from './ingest/variants/peers.ts'
import { VenueServer } from './ingest/venue-server.ts'
import { DIALECTS, USUAL } from './server/dialects.ts'

// Receiving, reading, folding and storing against clients that do less: the same frames from one
// server on the loopback, every client in a process of its own, in turns, medians of the rounds'
// ratios. Parts: blast (as fast as the client reads), paced (5,000 frames/s), burst (one core).
const TRADES = 1_000_000
const PACED_FRAMES = 100_000
const FRAMES_PER_SECOND = 5_000
/** So that the last batch of a burst does not wait for its age: a setting as users have it. */
const BURST_BATCH_MS = 50
const DEADLINE_MS = 180_000
const SERVER_DEADLINE_MS = 3 * 3_600_000

interface Variant {
  readonly name: string
  readonly what: string
  /** Share of the trades that it is sent: slow ones need not take all day. */
  readonly share: number
  readonly venues?: readonly string[]
  readonly peer?: Peer
}

const VARIANTS: readonly Variant[] = [
  { name: 'receive', what: 'ws, nothing read', share: 1 },
  { name: 'parse', what: 'ws + JSON.parse', share: 1 },
  { name: 'normalise', what: 'Tapedeck, receive and normalise', share: 1 },
  { name: 'record', what: 'Tapedeck, every trade in SQLite', share: 1 },
  { name: 'tutorial', what: 'tutorial design, stores nothing', share: 1 },
  { name: 'tardis', what: 'tardis-dev mapper', share: 0.5, peer: 'tardis-dev' },
  { name: 'binance-sdk', what: 'binance SDK', share: 0.4, venues: ['binance'] },
  { name: 'ccxt', what: 'ccxt.pro', share: 0.1, venues: ['binance'], peer: 'ccxt' },
]

type Results = ReadonlyMap<string, readonly Measured[]>
const failures: string[] = []

interface Part {
  readonly name: string
  readonly variants: readonly Variant[]
  readonly trades: number
  readonly framesPerSecond: number | null
  readonly oneCore: boolean
  readonly batchMs?: number
}

/** A client that dies or stands still costs its own figure, not those of the others. */
async function runOne(
  server: VenueServer,
  { framesPerSecond, oneCore, batchMs }: Part,
  name: string,
  trades: number,
): Promise<Measured> {
  const options = { trades, framesPerSecond, oneCore, deadlineMs: DEADLINE_MS }
  try {
    return name === 'record'
      ? await measureRecord(server, options, batchMs)
      : await measureVariant(server, name, options)
  } catch (error) {
    const failures = [error instanceof Error ? error.message : String(error)]
    return { cpuMicros: Number.NaN, tradesPerSecond: Number.NaN, rssBytes: Number.NaN, failures }
  }
}

async function runPart(server: VenueServer, part: Part, rounds: number): Promise<Results> {
  const results = new Map<string, Measured[]>(part.variants.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round += 1)
    for (const { name, share } of part.variants) {
      const label = `${part.name} ${server.venue} ${name}`
      const measured = await runOne(
        server,
        part,
        name,
        Math.max(1, Math.round(part.trades * share)),
      )
      failures.push(...measured.failures.map((each) => `${label}: ${each}`))
      results.get(name)?.push(measured)
      const figures = `${measured.cpuMicros.toFixed(2)} µs/trade, ${Math.round(measured.tradesPerSecond)} trades/s`
      console.error(`  ${label}, round ${round + 1} of ${rounds}: ${figures}`)
    }
  return results
}

const cpu = (results: Results, name: string): readonly number[] =>
  (results.get(name) ?? []).map(({ cpuMicros }) => cpuMicros)
const rate = (results: Results, name: string): readonly number[] =>
  (results.get(name) ?? []).map(({ tradesPerSecond }) => tradesPerSecond)
const noteOf = (results: Results, name: string) => {
  const note = results.get(name)?.find((each) => each.note !== undefined)?.note
  return note === undefined ? {} : { note }
}

function blastRows(venue: string, results: Results): readonly Row[] {
  const against = (name: string, reference: string): number =>
    ratio(cpu(results, name), cpu(results, reference))
  const less = { unit: 'x', better: 'less' } as const
  const own: Row[] = [
    {
      ...less,
      name: `normalise.${venue}`,
      what: `${venue}: receive + normalise / ws+JSON.parse, CPU`,
      target: 0.4,
      measured: against('normalise', 'parse'),
    },
    {
      ...less,
      name: `record.${venue}`,
      what: `${venue}: whole pipeline, stored / ws+JSON.parse, CPU`,
      target: 0.6,
      measured: against('record', 'parse'),
      ...noteOf(results, 'record'),
    },
    {
      ...less,
      name: `record-receive.${venue}`,
      what: `${venue}: whole pipeline, stored / bare ws, CPU`,
      target: 2.5,
      measured: against('record', 'receive'),
    },
  ]
  const peers = VARIANTS.slice(4)
    .filter(({ venues }) => venues === undefined || venues.includes(venue))
    .map(({ name, what, peer }): Row => {
      const target = name === 'ccxt' ? 15 : name === 'tutorial' ? 3 : null
      const measured = results.has(name) ? against(name, 'record') : null
      return {
        name: `${name}.${venue}`,
        what: `${venue}: ${what} / Tapedeck storing, CPU`,
        unit: 'x',
        better: 'more',
        target,
        measured,
        ...(measured === null && peer !== undefined && { why: `not installed: ${INSTALL}` }),
        ...(measured !== null && noteOf(results, name)),
      }
    })
  return [...own, ...peers]
}

const pacedRow = (results: Results): Row => ({
  name: 'paced.binance',
  what: `binance: ${FRAMES_PER_SECOND.toLocaleString('en')} frames/s, whole pipeline / ws+JSON.parse, CPU`,
  unit: 'x',
  better: 'less',
  target: 1.15,
  measured: ratio(cpu(results, 'record'), cpu(results, 'parse')),
})

const burstRow = (results: Results): Row => ({
  name: 'burst.binance',
  what: `binance: trades/s stored / ws+JSON.parse${canPin() ? ', one core' : ''}`,
  unit: 'x',
  better: 'more',
  target: 1.8,
  measured: ratio(rate(results, 'record'), rate(results, 'parse')),
  ...(!canPin() && { note: 'taskset is missing: not held to one core' }),
})

const available = (venue: string): readonly Variant[] =>
  VARIANTS.filter(
    ({ venues, peer }) =>
      (venues === undefined || venues.includes(venue)) &&
      (peer === undefined || find(peer) !== null),
  )

const only = (...names: readonly string[]): readonly Variant[] =>
  VARIANTS.filter(({ name }) => names.includes(name))

const absolute = (prefix: string, results: Results): Record<string, object> =>
  Object.fromEntries(
    [...results].map(([name, runs]) => [
      `${prefix} ${name}`,
      {
        cpuMicrosPerTrade: rounded(median(runs.map(({ cpuMicros }) => cpuMicros))),
        tradesPerSecond: Math.round(median(runs.map(({ tradesPerSecond }) => tradesPerSecond))),
        rssMb: Math.round(median(runs.map(({ rssBytes }) => rssBytes)) / 1e6),
      },
    ]),
  )

async function main(options: BenchOptions): Promise<void> {
  const trades = Math.round(options.trades ?? TRADES)
  const paced = Math.min(trades, PACED_FRAMES)
  const rows: Row[] = []
  const figures: Record<string, object> = {}
  for (const { venue } of DIALECTS) {
    if (!(options.venues ?? USUAL).includes(venue)) continue
    const parts: Part[] = [
      { name: 'blast', variants: available(venue), trades, framesPerSecond: null, oneCore: false },
    ]
    if (venue === 'binance')
      parts.push(
        {
          name: 'paced',
          variants: only('receive', 'parse', 'record'),
          trades: paced,
          framesPerSecond: FRAMES_PER_SECOND,
          oneCore: false,
        },
        {
          name: 'burst',
          variants: only('parse', 'record'),
          trades,
          framesPerSecond: null,
          oneCore: true,
          batchMs: BURST_BATCH_MS,
        },
      )
    const wanted = parts.filter(({ name }) => wants(options, name))
    if (wanted.length === 0) continue
    const server = await VenueServer.start(venue, trades, SERVER_DEADLINE_MS)
    for (const part of wanted) {
      const results = await runPart(server, part, options.rounds)
      if (part.name === 'blast') rows.push(...blastRows(venue, results))
      else rows.push(part.name === 'paced' ? pacedRow(results) : burstRow(results))
      Object.assign(figures, absolute(`${part.name} ${venue}`, results))
    }
    await server.stop()
  }
  report(
    { bench: 'ingest', trades, rounds: options.rounds, rows, absolute: figures, failures },
    options,
  )
}

await main(readOptions())
