import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fail, type Outcome, ok } from '../shared/domain/outcome.ts'
import { type LaunchOptions, launchOptions } from './electron/launch-options.ts'
import { openLogFile } from './electron/log-file.ts'
import { refuseToStart, runShell } from './electron/shell.ts'
import { startEngine } from './engine/engine-host.ts'
import { venueAddresses } from './engine/venue-addresses.ts'
import { createLogger } from './platform/log.ts'
import { systemClock } from './platform/system-clock.ts'
import { engineConfig, parseConfig } from './services/config.ts'
import type { Config } from './services/config-schema.ts'
import { venues } from './venues/index.ts'

/** Charts carry a link to their maker, as their licence wants. */
const CHART_MAKER = 'tradingview.com'

// The terminal that started the app may be gone while the app goes on.
process.stderr.on('error', () => {})
let toFile: (line: string) => void = () => {}
const writeLine = (line: string): void => {
  process.stderr.write(`${line}\n`)
  toFile(line)
}

const logger = createLogger('info', writeLine)

function readConfig(file: string | undefined): Outcome<Config> {
  if (file === undefined) return ok({})
  const path = resolve(file)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`
    return fail('not-found', `${path}: ${why}`)
  }
  return parseConfig(
    text,
    path,
    venues.map(({ id }) => id),
  )
}

function run(options: LaunchOptions, config: Config): void {
  const dataDir = options.dataDir === undefined ? undefined : resolve(options.dataDir)
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true })
  const pageServer = process.env.ELECTRON_RENDERER_URL

  runShell({
    ...(dataDir !== undefined && { dataDir }),
    ...(pageServer !== undefined && { pageServer }),
    preload: join(import.meta.dirname, '../preload/index.cjs'),
    pages: join(import.meta.dirname, '../renderer'),
    trayIcons: join(import.meta.dirname, '../../resources/tray'),
    hosts: [CHART_MAKER, ...venues.map(({ docs }) => new URL(docs).hostname)],
    startEngine: ({ onCrash, systemProxies, ...given }) => {
      const told = engineConfig(config, {
        ...given,
        demo: options.demo,
        onlyTheseMarkets: false,
        shell: 'electron',
        logLevel: 'info',
      })
      const addresses = venueAddresses(venues, told.venues)
      return startEngine({
        config: told,
        systemProxies: () => systemProxies(addresses),
        onLog: writeLine,
        onCrash,
      })
    },
    clock: systemClock,
    logger,
    logsIn: (folder) => {
      toFile = openLogFile(folder)
    },
  })
}

const options = launchOptions(process.argv.slice(1), process.env)
const config = options.ok ? readConfig(options.value.config) : options
if (options.ok && config.ok) run(options.value, config.value)
else if (!config.ok) refuseToStart(config.failure.message, logger)
