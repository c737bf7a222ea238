import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ok } from '../shared/domain/outcome.ts'
import type { Rooms } from './cli/command.ts'
import { commands } from './cli/commands.ts'
import { createConsole, type StopSignal, type Streams } from './cli/console.ts'
import { runProgram } from './cli/program.ts'
import { endNow } from './platform/process-end.ts'
import { systemClock } from './platform/system-clock.ts'

// The same two folders up from the source (src/main) and from the build (out/main).
const root = fileURLToPath(new URL('../../', import.meta.url))

const rooms: Rooms = {
  root,
  version: versionOf(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')),
  startEngine: async () => (await import('./engine/engine-host.ts')).startEngine,
  openReader: async () => (await import('./store/reader.ts')).openReader,
  startJobs: async () => (await import('./jobs/jobs.ts')).createJobs,
  compileAlert: async () => (await import('./pipeline/alerts/compiled-alert.ts')).compileAlert,
  tryDatabase: async (path) => {
    const opened = (await import('./store/database.ts')).openDatabase(path)
    if (!opened.ok) return opened
    opened.value.close()
    return ok(null)
  },
  runSimulate: async () => (await import('./simulator/command.ts')).runSimulate,
  startLabBench: async () => (await import('./engine/lab-bench.ts')).startLabBench,
  venues: async () => (await import('./venues/index.ts')).venues,
}

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

const onSignal: Streams['onSignal'] = (listener) => {
  for (const signal of SIGNALS) process.on(signal, listener)
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener)
  }
}

// A reader that went away must not take a recording with it.
const ignoreLostReader = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EPIPE') throw error
}
process.stdout.on('error', ignoreLostReader)
process.stderr.on('error', ignoreLostReader)

const console = createConsole({
  stdout: process.stdout,
  stderr: process.stderr,
  onSignal,
  kill: endNow,
  clock: systemClock,
})

runProgram(commands, process.argv.slice(2), console, rooms).then(leave, (error: unknown) => {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  console.logger('error').error('bug', { message })
  leave(1)
})

/** Ends the process when all that was printed has been handed over. */
function leave(code: number): void {
  process.exitCode = code
  if (process.stdout.destroyed) process.exit(code)
  process.stdout.write('', () => process.exit(code))
}

function versionOf(packageJson: string): string {
  const { version } = JSON.parse(packageJson) as { readonly version?: unknown }
  return typeof version === 'string' ? version : 'unknown'
}
