import { existsSync } from 'node:fs'
import type { SimulateOptions } from '../simulator/command.ts'
import { parseFault } from '../simulator/faults.ts'
import { SIMULATED_VENUES } from '../simulator/simulator.ts'
import { type Given, UsageError } from './arguments.ts'
import type { Command } from './command.ts'
import { listenForStop, signalCode } from './console.ts'
import { choice, number, port } from './values.ts'

const MOST_TRADES_PER_SECOND = 1_000_000

export const simulate: Command = {
  name: 'simulate',
  summary: 'runs simulated exchanges on this computer',
  options: {
    venue: {
      value: 'V',
      required: true,
      help: `all, or one or several of ${SIMULATED_VENUES.join(',')}`,
    },
    port: {
      value: 'P',
      help: 'port of the first venue, the next ones follow; 0 or absent: free ones',
    },
    rate: { value: 'N', help: 'trades per second, all markets together (default 20)' },
    seed: { value: 'S', help: 'same seed, same trades (default 1)' },
    tape: { value: 'FILE', help: 'play this recorded tape instead of generated trades' },
    speed: { value: 'X', help: 'pace of the tape: 1 as recorded, 10 faster, max (default 1)' },
    'time-scale': { value: 'X', help: "how many times faster the venue's own periods pass" },
    journal: { value: 'FILE', help: 'append every match as one JSON line: the record of the run' },
    fault: { value: 'SPEC', multiple: true, help: 'something that goes wrong; may be repeated' },
  },
  notes: [
    'Prints {"event":"ready","addresses":[{"venue","ws","rest"}]}: for venues.<id> of a config file.',
    'Faults: drop:p=0.01  duplicate:p=0.05  delay:by=200ms  reorder:p=0.05  stall:at=30s,for=10s',
    '  silent:at=30s,for=10s  cut:every=20s  refuse:at=5s,for=3s,status=429,rest=1  shutdown:at=60s',
    '  bad-frame:at=10  oversized:at=10  skew:ms=-750  clock-step:at=10s,ms=700',
    '  lag:up=40ms,down=10ms,jitter=5ms  slow-rest:by=2s  rest-down:at=5s,for=10s',
    'p is a chance per trade frame; at (once) and every (again) count frames (10) or time (20s);',
    'for refuse, slow-rest and rest-down it is requests that are counted. venue=ID: only there.',
  ],
  async run(given, console, rooms) {
    const options = readOptions(given)
    const controller = new AbortController()
    const unlisten = listenForStop(
      console,
      () => controller.abort(),
      (signal) => console.kill(signalCode(signal)),
    )
    try {
      const run = await rooms.runSimulate()
      return await run(options, { print: console.print, signal: controller.signal })
    } finally {
      unlisten()
    }
  },
}

function readOptions(given: Given): SimulateOptions {
  const figure = (name: string, least: number, most: number): number | undefined => {
    const text = given.text(name)
    return text === undefined ? undefined : number(name, text, least, most)
  }
  const wantedPort = given.text('port')
  const rate = figure('rate', 0, MOST_TRADES_PER_SECOND)
  const seed = figure('seed', 0, Number.MAX_SAFE_INTEGER)
  const speed = given.text('speed') === 'max' ? 0 : figure('speed', 0.001, 1e6)
  const timeScale = figure('time-scale', 0.001, 1e6)
  const tape = given.text('tape')
  const journal = given.text('journal')
  if (tape !== undefined && !existsSync(tape))
    throw new UsageError(`--tape ${tape}: there is no such file`)
  if (speed !== undefined && tape === undefined)
    throw new UsageError('--speed is the pace of a --tape, and there is none')
  for (const spec of given.all('fault')) {
    const fault = parseFault(spec)
    if (!fault.ok) throw new UsageError(fault.failure.message)
  }
  return {
    venues: readVenues(given.required('venue')),
    faults: given.all('fault'),
    ...(wantedPort !== undefined && { port: port('port', wantedPort) }),
    ...(rate !== undefined && { rate }),
    ...(seed !== undefined && { seed }),
    ...(tape !== undefined && { tape }),
    ...(speed !== undefined && { speed }),
    ...(timeScale !== undefined && { timeScale }),
    ...(journal !== undefined && { journal }),
  }
}

/** `all`, or names between commas, each once. */
const readVenues = (text: string): SimulateOptions['venues'] =>
  text === 'all'
    ? 'all'
    : [...new Set(text.split(','))].map((name) => choice('venue', name, SIMULATED_VENUES))
