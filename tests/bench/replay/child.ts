import { endWithParent, say } from '../harness/answers.ts'
import { type Scanned, scanRows, scanTape } from './scan.ts'

// `node child.ts tapedeck|rows FILE TRADES`: scans a file whole; the first fifth is warm-up.
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
const scanned = how === 'rows' ? scanRows(path, skip, warm) : scanTape(path, skip, warm)
const ms = performance.now() - since
const { user, system } = process.cpuUsage(cpu)
const trades = scanned.trades - skip
say('replayed', {
  ...scanned,
  tradesPerSecond: (trades * 1_000) / ms,
  cpuMicros: (user + system) / trades,
} satisfies Replayed)
process.disconnect?.()
