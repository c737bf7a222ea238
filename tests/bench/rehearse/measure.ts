import { createJobs } from '../../../src/main/jobs/jobs.ts'
import { createLogger } from '../../../src/main/platform/log.ts'
import { systemClock } from '../../../src/main/platform/system-clock.ts'
import type { AlertId } from '../../../src/shared/domain/alert.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { endWithParent, say } from '../harness/answers.ts'
import { FROM, MONTH } from '../spans/plan.ts'
import { unwrap } from '../tape/store.ts'
import { CONDITIONS } from './conditions.ts'

// `node measure.ts TAPE ROUNDS NAMES`: tries the named conditions on the whole tape, one after the other.
const [path = '', rounds = '1', names = ''] = process.argv.slice(2)
endWithParent()
const DAY = 86_400_000
// The made tape may be some minutes longer than planned: with a day more all of it is looked at.

export interface Rehearsed {
  readonly ms: readonly number[]
  readonly cpuMs: readonly number[]
  readonly looked: number
  readonly count: number
}

const jobs = createJobs({ log: createLogger('error', () => {}), clock: systemClock })

async function once(name: string) {
  const expr = CONDITIONS[name] ?? ''
  const since = performance.now()
  const cpu = process.cpuUsage()
  const result = await jobs.run({
    ...{ t: 'rehearse', path, from: FROM, to: FROM + (MONTH.days + 1) * DAY, print: null },
    alert: {
      ...{ id: name as AlertId, name, expr, severity: 'info', cooldownMs: 60_000, rearm: 'auto' },
      ...{ expiresAt: null, armed: true, createdAt: epochMs(0) },
    },
  })
  const { user, system } = process.cpuUsage(cpu)
  const { trades, count } = unwrap(result)
  return { ms: performance.now() - since, cpuMs: (user + system) / 1_000, trades, count }
}

const figures: Record<string, Rehearsed> = {}
for (const name of names.split(',')) {
  const runs = []
  for (let round = 0; round < Number(rounds); round += 1) runs.push(await once(name))
  figures[name] = {
    ms: runs.map(({ ms }) => ms),
    cpuMs: runs.map(({ cpuMs }) => cpuMs),
    looked: runs[0]?.trades ?? 0,
    count: runs[0]?.count ?? 0,
  }
}
await jobs.close()
say('measured', figures)
process.disconnect?.()
