import { endWithParent, say } from '../harness/answers.ts'
import { playTape, type Scanned, scanRows, scanTape } from './scan.ts'

// `node child.ts tapedeck|played|rows FILE TRADES`: scans a file whole; the first fifth is warm-up.
const [how = '', path = '', count = ''] = process.argv.slice(2)
endWithParent()
const skip = Math.floor(Number(count) / 5)

export interface Replayed extends Scanned {
  readonly tradesPerSecond: number
  readonly cpuMicros: number
}

let since = performance.now()
let cpu = process.cpuUsage()
const warm = (): void => {
  since = performance.now()
  cpu = process.cpuUsage()
}
const ways = { tapedeck: scanTape, played: playTape, rows: scanRows }
const scanned = ways[how as keyof typeof ways](path, skip, warm)
const ms = performance.now() - since
const { user, system } = process.cpuUsage(cpu)
const trades = scanned.counted
say('replayed', {
  ...scanned,
  tradesPerSecond: (trades * 1_000) / ms,
  cpuMicros: (user + system) / trades,
} satisfies Replayed)
process.disconnect?.()
