import type { VerifyResult } from '../jobs/task.ts'
import type { Command } from './command.ts'
import { signalCode } from './console.ts'
import { missingTape, tapeOptions, tapePath } from './tape-file.ts'
import { runTapeJob } from './tape-job.ts'

export const verify: Command = {
  name: 'verify',
  summary: 'holds the tape against itself: file, bars and ledger',
  options: {
    ...tapeOptions,
    repair: {
      help: 'puts aside first what cannot be read, so that the venue is asked for it again',
    },
    json: { help: 'JSON lines: {"finding","market","at","message"}, then {"event":"verified",…}' },
  },
  notes: [
    'A line on stdout for each thing that is wrong, and exit code 1 when there is any. A recorder at',
    'work is not disturbed; the last minute or two are left out. --repair needs the tape for itself: it moves',
    'damaged parts to the table "damaged" and opens a gap for what they held. No byte is thrown away.',
  ],
  async run(given, console, rooms) {
    const failed = (message: string): number => {
      console.say(`tapedeck verify: ${message}`)
      return 1
    }
    const missing = missingTape(given)
    if (missing !== null) return failed(missing)
    const json = given.has('json')
    const repair = given.has('repair')
    const now = console.clock.now()
    const task = { t: 'verify', path: tapePath(given), json, repair, now } as const
    const { outcome, signal, end } = await runTapeJob(task, console, rooms)
    if (signal !== null) return end(signalCode(signal))
    if (!outcome.ok) return end(failed(outcome.failure.message))
    if (json) console.print({ event: 'verified', ...outcome.value })
    else console.stdout.write(`${summary(outcome.value)}\n`)
    return end(outcome.value.findings === 0 ? 0 : 1)
  },
}

function summary({ findings, repaired, ...looked }: VerifyResult): string {
  const counts = Object.entries(looked).map(
    ([what, count]) => `${what} ${count.toLocaleString('en')}`,
  )
  const aside = repaired === undefined ? '' : `, put aside ${repaired}`
  return `${findings === 0 ? 'all is well' : `findings ${findings}`}: ${counts.join(', ')}${aside}`
}
