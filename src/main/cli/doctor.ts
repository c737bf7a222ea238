import { resolve } from 'node:path'
import type { Command } from './command.ts'
import { readConfig } from './config-file.ts'
import type { CheckResult } from './doctor/check.ts'
import {
  checkBuild,
  checkChromium,
  checkDatabase,
  checkDisk,
  checkElectron,
  checkKeychain,
  checkNode,
} from './doctor/machine-checks.ts'
import { checkVenues } from './doctor/venue-checks.ts'

export const doctor: Command = {
  name: 'doctor',
  summary: 'checks this computer and the way to the venues',
  options: {
    'data-dir': { value: 'D', help: 'also check that a tape can be kept here' },
    config: { value: 'F', help: 'check the venue addresses of this config file' },
    json: { help: 'a JSON line per check: {"check","status","message","hint"}' },
  },
  notes: ['Exit code 0 unless something that Tapedeck cannot do without fails.'],
  async run(given, console, rooms) {
    const config = await readConfig(given.text('config'), rooms)
    const folder = given.text('data-dir')
    const show = (one: CheckResult): void => {
      if (given.has('json')) console.print(one)
      else console.stdout.write(asText(one))
    }
    const venues = checkVenues(await rooms.venues(), config, console.clock)
    const checks: (CheckResult | Promise<CheckResult>)[] = [
      checkNode(),
      checkBuild(rooms.root),
      checkElectron(rooms.root),
      checkChromium(rooms.root),
      checkKeychain(),
      checkDisk(folder === undefined ? undefined : resolve(folder)),
      checkDatabase(rooms.tryDatabase),
    ]
    const results: CheckResult[] = []
    for (const check of checks) {
      const one = await check
      show(one)
      results.push(one)
    }
    for (const one of await venues) show(one)
    const failed = results.filter(({ status }) => status === 'fail')
    return failed.length === 0 ? 0 : 1
  },
}

const asText = ({ check, status, message, hint }: CheckResult): string =>
  `${status.padEnd(5)} ${check.padEnd(16)} ${message}\n${hint === undefined ? '' : `${' '.repeat(23)}${hint}\n`}`
