import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import { openStore } from '../../src/main/store/store-client.ts'
import { parseMarketId } from '../../src/shared/domain/market.ts'
import type { TradeBatch } from '../../src/shared/domain/trade.ts'
import { silent } from '../unit/services/fakes.ts'
import { textColumns } from '../unit/store/store-kit.ts'

const ENTRY = fileURLToPath(new URL('../../src/main/headless.ts', import.meta.url))

export interface Run {
  readonly child: ChildProcess
  readonly out: () => string
  readonly err: () => string
  readonly code: Promise<number | null>
}

/** Starts the command line from its sources, as a process of its own; `by` is a command that runs another one. */
export function runCli(
  args: readonly string[],
  flags: readonly string[] = [],
  by: readonly string[] = [],
): Run {
  const [file = '', ...rest] = [...by, process.execPath, ...flags, ENTRY, ...args]
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
  const text = { out: '', err: '' }
  child.stdout?.on('data', (part) => {
    text.out += String(part)
  })
  child.stderr?.on('data', (part) => {
    text.err += String(part)
  })
  return {
    child,
    out: () => text.out,
    err: () => text.err,
    code: new Promise((resolve) => child.on('close', resolve)),
  }
}

/** The JSON lines in a text. */
export const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)

const FIRST = 1_700_000_000_000

/** Writes `count` trades through the store, one a millisecond, in turn on the markets. */
export async function writeTape(path: string, names: readonly string[], count: number) {
  const opened = await openStore(
    { path, maxWaitingTrades: count },
    { clock: systemClock, log: silent },
  )
  if (!opened.ok) throw new Error(opened.failure.message)
  const markets = names.flatMap((name) => parseMarketId(name)?.id ?? [])
  opened.value.append(batchOf(markets, count))
  const flushed = await opened.value.flushed()
  if (!flushed.ok) throw new Error(flushed.failure.message)
  await opened.value.close()
}

function batchOf(markets: TradeBatch['markets'], count: number): TradeBatch {
  const rows = [...Array(count).keys()]
  return {
    count,
    markets,
    market: Uint32Array.from(rows, (row) => row % markets.length),
    ...textColumns(
      rows.map((row) => ({ id: String(row + 1), price: `${1_000 + (row % 7)}.25`, qty: '0.5' })),
    ),
    side: Uint8Array.from(rows, (row) => row % 2),
    exchangeTime: Float64Array.from(rows, (row) => FIRST + row),
    exchangeMicros: Int16Array.from(rows, (row) => (row % markets.length === 0 ? 7 : -1)),
    receiveTime: Float64Array.from(rows, (row) => FIRST + row + 12),
    matches: Uint32Array.from(rows, () => 1),
    origin: new Uint8Array(count),
  }
}
