import { fork } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import type { Measured } from './ingest/meter.ts'

// Receive, read, fold and store against a bare `ws` + JSON.parse loop: the same frames from one
// server, variants interleaved, medians. Loopback without TLS, as fast as the receiver takes them.
const { values } = parseArgs({
  options: {
    trades: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
})
const [trades, rounds] = [Number(values.trades), Number(values.rounds)]
const here = (name: string): URL => new URL(`./ingest/${name}.ts`, import.meta.url)
type Result = Measured & { readonly stored: number }

const server = fork(here('blast-server'), [String(trades)])
const [{ port }] = (await once(server, 'message')) as [{ port: number }]

async function run(name: string): Promise<Result> {
  const child = fork(here(name), [String(port), String(trades)])
  const deadline = setTimeout(() => child.kill('SIGKILL'), 120_000)
  const [result] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${name} ended (code ${String(code)}) before it had measured`)
    }),
  ])) as [Result]
  if (child.exitCode === null) await once(child, 'exit')
  clearTimeout(deadline)
  return result
}

const variants = ['bare', 'tapedeck'] as const
const results: Record<(typeof variants)[number], Result[]> = { bare: [], tapedeck: [] }
for (let round = 0; round < rounds; round += 1)
  for (const name of variants) results[name].push(await run(name))
server.kill()

const median = (list: readonly number[]): number =>
  [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN
const figures = (list: readonly Result[]) => ({
  tradesPerSecond: Math.round(median(list.map((r) => (r.trades * 1_000) / r.wallMs))),
  cpuMicrosPerTrade: Number(median(list.map((r) => (r.cpuMs * 1_000) / r.trades)).toFixed(3)),
  rssMegabytes: Math.round(median(list.map((r) => r.rssBytes)) / 1e6),
  stored: Math.min(...list.map((r) => r.stored)),
})
const report = {
  bench: 'ingest',
  trades,
  rounds,
  bare: figures(results.bare),
  tapedeck: figures(results.tapedeck),
}
const ratio = report.tapedeck.cpuMicrosPerTrade / report.bare.cpuMicrosPerTrade
if (values.json) console.log(JSON.stringify({ ...report, cpuRatio: Number(ratio.toFixed(3)) }))
else {
  const line = (name: string, f: ReturnType<typeof figures>) =>
    console.log(
      `${name.padEnd(34)}${String(f.tradesPerSecond).padStart(10)} trades/s${f.cpuMicrosPerTrade.toFixed(2).padStart(8)} µs CPU/trade${String(f.rssMegabytes).padStart(6)} MB`,
    )
  console.log(`${trades} trades, ${rounds} rounds interleaved, medians, first fifth left out`)
  line('ws + JSON.parse, nothing kept', report.bare)
  line('Tapedeck, every trade in SQLite', report.tapedeck)
  console.log(`CPU ratio ${ratio.toFixed(2)}; stored ${report.tapedeck.stored} of ${trades}`)
}
if (report.tapedeck.stored !== trades) process.exitCode = 1
