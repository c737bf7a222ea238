/**
 * What the blocks of the tape cost: `node tests/bench/codec.ts [--trades N] [--rounds N]`. Prints JSON.
 * CPU of the whole process and medians; variants take turns within each round, so that ratios hold where
 * absolute figures move. 1,250 trades a log record.
 */
import { parseArgs } from 'node:util'
import {
  openSegment,
  readLogRecord,
  sealSegment,
  writeLogRecord,
} from '../../src/main/store/tape-block.ts'
import type { TapeColumns } from '../../src/main/store/tape-columns.ts'
import { loops } from './codec/loops.ts'
import { jsonRows, varints } from './codec/references.ts'
import { rowsByMarket, SOURCES, type Tape, tapeOf } from './codec/tapes.ts'

const { values } = parseArgs({
  options: {
    trades: { type: 'string', default: '500000' },
    rounds: { type: 'string', default: '5' },
    /** The answer is JSON in any case; taken so that all benches have the option. */
    json: { type: 'boolean', default: true },
  },
})
const TRADES = Number(values.trades)
const ROUNDS = Number(values.rounds)
const FLUSH = 1_250
const SEGMENTS = [4_096, 8_192, 32_768, 65_536] as const

/** CPU microseconds a trade and bytes a trade of some work done over and over. */
interface Cost {
  readonly cpu: number[]
  bytes: number
}

class Costs {
  readonly #costs = new Map<string, Cost>()

  measure(name: string, trades: number, work: () => number): void {
    const cost = this.#costs.get(name) ?? { cpu: [], bytes: 0 }
    this.#costs.set(name, cost)
    const before = process.cpuUsage()
    cost.bytes = work() / trades
    const { user, system } = process.cpuUsage(before)
    cost.cpu.push((user + system) / trades)
  }

  /** The first round warms up and does not count. */
  result(): Record<
    string,
    { cpuMicros: number; bytesPerTrade?: number; millionPerSecond: number }
  > {
    return Object.fromEntries(
      [...this.#costs].map(([name, { cpu, bytes }]) => {
        const sorted = cpu.slice(1).sort((a, b) => a - b)
        const median = sorted[sorted.length >> 1] ?? Number.NaN
        return [
          name,
          {
            cpuMicros: Number(median.toFixed(3)),
            millionPerSecond: Number((1 / median).toFixed(1)),
            ...(bytes > 0 ? { bytesPerTrade: Number(bytes.toFixed(2)) } : {}),
          },
        ]
      }),
    )
  }
}

function flushes(tape: Tape): Uint32Array[][] {
  const flushes: Uint32Array[][] = []
  for (let from = 0; from + FLUSH <= tape.columns.count; from += FLUSH)
    flushes.push(rowsByMarket(tape, from, from + FLUSH))
  return flushes
}

function pieces(rows: readonly Uint32Array[], size: number): Uint32Array[] {
  const segments: Uint32Array[] = []
  for (const market of rows)
    for (let at = 0; at + size <= market.length; at += size)
      segments.push(market.subarray(at, at + size))
  return segments
}

/** Touches every column, so that nothing can be left out. */
function touch(columns: TapeColumns): number {
  const last = columns.count - 1
  return (
    (columns.id.number[last] ?? 0) +
    (columns.price.mantissa[last] ?? 0) +
    (columns.qty.mantissa[last] ?? 0) +
    (columns.receiveTime[last] ?? 0)
  )
}

let touched = 0

function log(tape: Tape, costs: Costs, numeric: boolean): void {
  const { columns } = tape
  const all = flushes(tape)
  const trades = all.length * FLUSH
  const entries = all.map((markets) =>
    markets
      .map((rows, market) => ({ market, rows, count: rows.length }))
      .filter(({ count }) => count > 0),
  )
  const total = (blobs: readonly Uint8Array[]): number =>
    blobs.reduce((sum, { length }) => sum + length, 0)
  const blobs: Uint8Array[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    blobs.length = 0
    costs.measure('log write', trades, () => {
      for (const sections of entries) blobs.push(writeLogRecord(columns, sections))
      return total(blobs)
    })
    costs.measure('log read', trades, () => {
      for (const blob of blobs)
        for (const part of readLogRecord(blob, null)) touched += touch(part.columns)
      return 0
    })
    if (numeric)
      costs.measure('log write, varints + zstd 1', trades, () =>
        total(all.map((sections) => varints(columns, sections))),
      )
    if (round < 3)
      costs.measure('log write, JSON + zstd 1', trades, () =>
        total(all.map((sections) => jsonRows(columns, sections))),
      )
  }
}

function sealed(tape: Tape, costs: Costs, numeric: boolean): void {
  const { columns } = tape
  const rows = rowsByMarket(tape, 0, columns.count)
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const size of SEGMENTS) {
      const segments = pieces(rows, size)
      const trades = segments.length * size
      if (trades === 0) continue
      const blobs: Uint8Array[] = []
      costs.measure(`seal ${size}`, trades, () => {
        for (const segment of segments) blobs.push(sealSegment(columns, segment, size))
        return blobs.reduce((sum, { length }) => sum + length, 0)
      })
      costs.measure(`open ${size}`, trades, () => {
        for (const blob of blobs) touched += touch(openSegment(blob))
        return 0
      })
      if (numeric)
        costs.measure(`seal ${size}, varints + zstd 1`, trades, () =>
          segments.reduce((sum, segment) => sum + varints(columns, [segment]).length, 0),
        )
    }
}

const results: Record<string, unknown> = {}
for (const source of Object.keys(SOURCES) as (keyof typeof SOURCES)[])
  for (const uuids of [false, true]) {
    const tape = tapeOf(source, uuids, TRADES)
    const costs = new Costs()
    log(tape, costs, !uuids)
    sealed(tape, costs, !uuids)
    results[`${source}, ${uuids ? 'UUIDs' : 'numeric ids'}`] = costs.result()
  }
if (Number.isNaN(touched)) touched = 0
console.log(
  JSON.stringify(
    { trades: TRADES, rounds: ROUNDS, results, nanosARowOfLoops: loops(2 * ROUNDS) },
    null,
    2,
  ),
)
