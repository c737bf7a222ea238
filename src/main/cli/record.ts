import { resolve } from 'node:path'
import { engineConfig } from '../services/config.ts'
import { UsageError } from './arguments.ts'
import type { Command } from './command.ts'
import { readConfig } from './config-file.ts'
import { logLevel, logLevelOption, openNothing, runEngine } from './engine-run.ts'
import { duration } from './values.ts'

export const record: Command = {
  name: 'record',
  summary: 'records the markets of a config file, without a screen',
  options: {
    'data-dir': { value: 'D', required: true, help: 'folder of the tape; made when missing' },
    config: { value: 'F', required: true, help: 'config file; exactly its markets are recorded' },
    for: { value: '30s', help: 'stop by itself after 500ms, 30s, 5m or 2h, counted from ready' },
    'log-level': logLevelOption,
  },
  notes: ['Prints {"event":"ready"} and, at the end, {"event":"stopped","trades":…}.'],
  async run(given, console, rooms) {
    const length = given.text('for')
    const forMs = length === undefined ? null : duration('for', length)
    const level = logLevel(given.text('log-level'))
    const file = given.required('config')
    const config = engineConfig(await readConfig(file, rooms), {
      dataDir: resolve(given.required('data-dir')),
      demo: false,
      onlyTheseMarkets: true,
      version: rooms.version,
      shell: 'browser',
      logLevel: level,
    })
    if (config.markets.length === 0)
      throw new UsageError(`${file}: markets is empty, so there is nothing to record`)
    return runEngine({ config, forMs, open: openNothing({ event: 'ready' }) }, console, rooms)
  },
}
