import { Writable } from 'node:stream'
import type { Command, Rooms } from '../../../src/main/cli/command.ts'
import { createConsole, type StopSignal } from '../../../src/main/cli/console.ts'
import { runProgram } from '../../../src/main/cli/program.ts'
import type { EngineHost, EngineHostOptions } from '../../../src/main/engine/host.ts'
import { compileAlert } from '../../../src/main/pipeline/alerts/compiled-alert.ts'
import { fail, ok } from '../../../src/shared/domain/outcome.ts'
import { inlineJobs } from '../jobs/inline-jobs.ts'
import { manualClock } from '../services/fakes.ts'

/** A process in a test's hands. */
export function createTestConsole() {
  const written = { out: '', err: '' }
  const into = (key: 'out' | 'err') =>
    new Writable({
      decodeStrings: false,
      write: (chunk, _encoding, done) => {
        written[key] += String(chunk)
        done()
      },
    })
  const listeners = new Set<(signal: StopSignal) => void>()
  const killed: number[] = []
  const { clock, advance } = manualClock()
  const console = createConsole({
    stdout: into('out'),
    stderr: into('err'),
    onSignal: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    kill: (code) => void killed.push(code),
    clock,
  })
  return {
    console,
    advance,
    killed,
    listeners,
    signal: (signal: StopSignal) => {
      for (const listener of [...listeners]) listener(signal)
    },
    out: () => written.out,
    err: () => written.err,
    lines: () =>
      written.out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}

/** Rooms with nothing in them but what a test puts there. */
export const createTestRooms = (rooms: Partial<Rooms> = {}): Rooms => ({
  root: '/nowhere',
  version: '1.2.3',
  startEngine: async () => async () => fail('unavailable', 'no engine in this test'),
  openReader: async () => () => fail('unavailable', 'no tape in this test'),
  startJobs: async () => () => inlineJobs(() => fail('unavailable', 'no tape in this test')),
  compileAlert: async () => compileAlert,
  tryDatabase: async () => ok(null),
  runSimulate: async () => async () => 0,
  startLabBench: async () => async () => fail('unavailable', 'no lab in this test'),
  venues: async () => [],
  ...rooms,
})

/** An engine that remembers what it was told. */
export function createTestEngine(result = { trades: 7, unwritten: 0 }) {
  const calls: string[] = []
  let options: EngineHostOptions | null = null
  const host: EngineHost = {
    attach: () => void calls.push('attach'),
    demo: () => false,
    wake: () => void calls.push('wake'),
    stop: async () => {
      calls.push('stop')
      return result
    },
  }
  return {
    calls,
    options: () => options,
    startEngine: async () => async (given: EngineHostOptions) => {
      options = given
      calls.push('start')
      return ok(host)
    },
  }
}

/** Runs one command line in this process. */
export const runLine = (
  commands: readonly Command[],
  line: string,
  test = createTestConsole(),
  rooms = createTestRooms(),
) => runProgram(commands, line.split(' ').filter(Boolean), test.console, rooms)
