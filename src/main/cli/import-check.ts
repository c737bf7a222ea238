import { resolve } from 'node:path'
import type { Given } from './arguments.ts'
import type { Rooms } from './command.ts'
import { type Console, signalCode } from './console.ts'
import { runTapeJob } from './tape-job.ts'

/** Holds exported files against their manifests: a line of JSON for each. */
export async function checkExports(given: Given, console: Console, rooms: Rooms): Promise<number> {
  let whole = true
  for (const file of given.operands) {
    const task = { t: 'check', file: resolve(file) } as const
    const { outcome, signal, end } = await runTapeJob(task, console, rooms, { unit: 'rows' })
    if (signal !== null) return end(signalCode(signal))
    await end(0)
    if (outcome.ok) {
      const { trades, differences } = outcome.value
      whole &&= differences.length === 0
      console.print({ event: 'checked', file, ok: differences.length === 0, trades, differences })
    } else {
      whole = false
      console.say(`tapedeck import: ${outcome.failure.message}`)
    }
  }
  return whole ? 0 : 1
}
