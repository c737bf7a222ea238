import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ok } from '../../shared/domain/outcome.ts'
import { isLoopback } from '../http/auth.ts'
import { startHttp } from '../http/server.ts'
import { newToken } from '../http/token.ts'
import { databasePath, exportsPath } from '../platform/data-files.ts'
import { engineConfig } from '../services/config.ts'
import { UsageError } from './arguments.ts'
import type { Command } from './command.ts'
import { readConfig } from './config-file.ts'
import { logLevel, logLevelOption, runEngine } from './engine-run.ts'
import { tapeSource } from './tape-source.ts'
import { port } from './values.ts'

const DEFAULT_HOST = '127.0.0.1'

export const serve: Command = {
  name: 'serve',
  summary: 'records, and shows the tape in a browser',
  options: {
    'data-dir': { value: 'D', required: true, help: 'folder of the tape; made when missing' },
    port: {
      value: 'P',
      help: 'port of the screen; absent: the one of last time, or a free one; 0: any free one',
    },
    host: {
      value: 'H',
      help: `address to listen on (default ${DEFAULT_HOST}: this computer only)`,
    },
    config: { value: 'F', help: 'config file: markets, venues, batches' },
    demo: { help: 'the demo tape of the built-in simulator instead of the live venues' },
    'log-level': logLevelOption,
  },
  notes: [
    'Prints {"event":"ready","url":…} when it serves; the url holds the key of this start.',
    'Ctrl+C stops in good order and prints {"event":"stopped","trades":…}; twice stops at once.',
  ],
  async run(given, console, rooms) {
    const host = (given.text('host') ?? DEFAULT_HOST).replace(/^\[(.+)\]$/, '$1')
    if (!/^[a-z0-9.:-]+$/i.test(host)) throw new UsageError(`--host ${host} is no address`)
    const dataDir = resolve(given.required('data-dir'))
    const chosen = given.text('port')
    const wanted = chosen === undefined ? lastPort(dataDir) : port('port', chosen)
    const level = logLevel(given.text('log-level'))
    const config = engineConfig(await readConfig(given.text('config'), rooms), {
      dataDir,
      demo: given.has('demo'),
      onlyTheseMarkets: false,
      version: rooms.version,
      shell: 'browser',
      logLevel: level,
    })
    const log = console.logger(level)
    if (!isLoopback(host))
      log.warn('open-to-the-network', {
        host,
        message: 'Other computers can reach this port. The traffic is not encrypted.',
      })
    return runEngine(
      {
        config,
        forMs: null,
        open: async (engine) => {
          const createJobs = await rooms.startJobs()
          const jobs = createJobs({ log, clock: console.clock })
          const tapePath = (): string => databasePath(dataDir, engine.demo())
          const listen = (at: number) =>
            startHttp({
              host,
              port: at,
              token: newToken(),
              screen: join(rooms.root, 'out', 'renderer'),
              exports: exportsPath(dataDir),
              onClient: (client) => engine.attach(client),
              tape: tapeSource(jobs, tapePath, console.clock),
              clock: console.clock,
              log,
            })
          let http = await listen(wanted)
          if (!http.ok && http.failure.code === 'busy' && chosen === undefined)
            http = await listen(0)
          if (!http.ok) return http
          if (chosen === undefined) rememberPort(dataDir, http.value.port)
          const close = async (): Promise<void> => {
            await http.value.close()
            await jobs.close()
          }
          return ok({ ready: { event: 'ready', url: http.value.url }, close })
        },
      },
      console,
      rooms,
    )
  },
}

// A browser keeps what a person set (language, layout) by the address, so the address should last.
const portFile = (dataDir: string): string => join(dataDir, 'last-port')

function lastPort(dataDir: string): number {
  try {
    const found = Number(readFileSync(portFile(dataDir), 'utf8'))
    return Number.isInteger(found) && found > 1023 && found < 65_536 ? found : 0
  } catch {
    return 0
  }
}

function rememberPort(dataDir: string, port: number): void {
  try {
    writeFileSync(portFile(dataDir), `${port}\n`)
  } catch {
    // Then the next start takes another port, that is all.
  }
}
