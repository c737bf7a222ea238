import type { LabStatus, Way } from '../../shared/contract/status.ts'
import { engineConfig } from '../services/config.ts'
import { DEFAULTS } from '../services/settings.ts'
import { UsageError } from './arguments.ts'
import type { Command } from './command.ts'
import { readConfig } from './config-file.ts'
import { logLevel, logLevelOption } from './engine-run.ts'
import { duration, market } from './values.ts'

const PROGRESS_MS = 5_000

export const lab: Command = {
  name: 'lab sources',
  summary: 'measures ways to get a market’s trades side by side',
  options: {
    market: { value: 'M', required: true, help: 'market, as okx:BTC-USDT' },
    for: { value: '60s', help: 'how long; 60s by default' },
    rest: { value: '1s', multiple: true, help: 'poll by REST this often; 1s and 5s by default' },
    relay: { value: 'URL', multiple: true, help: 'address of a relay, ws://…/ws?token=…' },
    'no-websocket': { help: 'leave the native WebSocket out' },
    config: { value: 'F', help: 'config file with addresses of venues' },
    json: { help: 'the whole result as one line of JSON' },
    'log-level': logLevelOption,
  },
  notes: [
    'Trades are matched by id. Delay: from the match to its arrival here, by the venue’s clock.',
    'Completeness: share of all different trades that the ways saw together.',
  ],
  async run(given, console, rooms) {
    const level = logLevel(given.text('log-level') ?? 'warn')
    const forMs = duration('for', given.text('for') ?? '60s')
    const name = market('market', given.required('market'))
    const ways = waysOf(given.all('rest'), given.all('relay'), !given.has('no-websocket'))
    const config = engineConfig(await readConfig(given.text('config'), rooms), {
      dataDir: '',
      demo: false,
      onlyTheseMarkets: true,
      version: rooms.version,
      shell: 'browser',
      logLevel: level,
    })
    const start = await rooms.startLabBench()
    const bench = await start({
      market: name,
      ways,
      addresses: config.venues,
      settings: { ...DEFAULTS, markets: [] },
      clock: console.clock,
      log: console.logger(level),
    })
    if (!bench.ok) {
      console.say(`tapedeck lab sources: ${bench.failure.message}`)
      return 1
    }
    const progress = console.clock.every(PROGRESS_MS, () => {
      const { elapsedMs, union } = bench.value.status()
      console.say(`${Math.round(elapsedMs / 1_000)} s, ${union} trades compared`)
    })
    await ended(console, forMs)
    progress()
    const result = await bench.value.stop()
    if (given.has('json')) console.print(result)
    else for (const line of table(result)) console.say(line)
    return result.union === 0 ? 1 : 0
  },
}

/** Resolves at the end of the time, or at a signal. */
function ended(console: Parameters<Command['run']>[1], forMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = console.clock.after(forMs, () => done())
    const unlisten = console.onSignal(() => done())
    const done = (): void => {
      cancel()
      unlisten()
      resolve()
    }
  })
}

function waysOf(
  rest: readonly string[],
  relays: readonly string[],
  webSocket: boolean,
): readonly Way[] {
  const intervals = rest.length > 0 ? rest : ['1s', '5s']
  const ways: Way[] = [
    ...(webSocket ? [{ id: 'websocket', kind: 'websocket' } as const] : []),
    ...intervals.map((text) => ({
      id: `rest ${text}`,
      kind: 'rest' as const,
      intervalMs: duration('rest', text),
    })),
    ...relays.map((url, n) => ({ id: `relay ${n + 1}`, kind: 'relay' as const, url })),
  ]
  if (ways.length > 8) throw new UsageError('8 ways at most can be compared at a time')
  return ways
}

const ms = (value: number | null): string => (value === null ? '–' : value.toFixed(1))

/** The result for eyes; `--json` has all of it. */
export function table({ ways, leads, notes, union, elapsedMs, market: name }: LabStatus): string[] {
  const rows = ways.map(({ way, delay, completeness, missed, requests, weight, bytes, cpuMs }) => [
    way.id,
    ms(delay.avg),
    ms(delay.p50),
    ms(delay.p95),
    ms(delay.p99),
    ms(delay.max),
    completeness === null ? '–' : `${(completeness * 100).toFixed(2)} %`,
    String(missed),
    String(requests),
    String(weight),
    String(bytes),
    cpuMs.toFixed(0),
  ])
  const heads = ['way', 'mean', 'p50', 'p95', 'p99', 'max', 'complete', 'missed']
  const all = [[...heads, 'requests', 'weight', 'bytes', 'CPU'], ...rows]
  const widths = all[0]?.map((_, n) => Math.max(...all.map((row) => (row[n] ?? '').length))) ?? []
  const uncertainty = ways.find((way) => way.uncertaintyMs !== null)?.uncertaintyMs ?? null
  return [
    `${name ?? ''}: ${union} trades in ${Math.round(elapsedMs / 1_000)} s; delays in ms, ± ${ms(uncertainty)} by the clocks`,
    ...all.map((row) =>
      row
        .map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
        .join('  '),
    ),
    ...leads
      .filter(({ lead }) => lead.count > 0)
      .map(
        ({ ahead, behind, lead }) =>
          `${ahead} had the same trades ${ms(lead.p50)} ms (p50) before ${behind}; min ${ms(lead.min)}, max ${ms(lead.max)}`,
      ),
    ...notes,
  ]
}
