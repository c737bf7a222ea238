import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface MarketLine {
  readonly market: string
  readonly trades: number
}

/** What the `stats` command says of the demo tape in a data folder. */
export async function tapeStats(dataDir: string): Promise<readonly MarketLine[]> {
  const args = ['out/main/headless.js', 'stats', '--demo', '--data-dir', dataDir]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const lines = stdout.trim().split('\n')
  return lines.map((line) => JSON.parse(line) as MarketLine).filter(({ market }) => market)
}
