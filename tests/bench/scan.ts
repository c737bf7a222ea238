import { compileScanner } from '../../src/main/ingest/scanner.ts'
import { SymbolTable } from '../../src/main/ingest/symbol-table.ts'
import { venues } from '../../src/main/venues/index.ts'
import { Prints } from '../../src/shared/domain/prints.ts'
import { isSimulated, simulatedFrames, simulatedSymbols } from '../venues/simulated-frames.ts'
import { median, type Row, ratio, rounded } from './harness/figures.ts'
import { readOptions } from './harness/options.ts'
import { report } from './harness/report.ts'

// Each venue's scanner against JSON.parse of the same frames, in turns in one process, medians. The
// frames lie one after the other in chunks, as a socket hands them over.
const ORDERS = 20_000
const options = readOptions(9)
const { rounds } = options
const orders = Math.round(options.trades ?? ORDERS)
const CHUNK = 65_536

function inChunks(frames: readonly string[]): readonly Buffer[] {
  const buffers: Buffer[] = []
  let chunk = Buffer.allocUnsafeSlow(CHUNK)
  let used = 0
  for (const frame of frames) {
    const length = Buffer.byteLength(frame)
    if (used + length > CHUNK) {
      chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK, length))
      used = 0
    }
    chunk.write(frame, used)
    buffers.push(chunk.subarray(used, used + length))
    used += length + 4 // the next frame's header
  }
  return buffers
}

function micros(run: () => void, frames: number): number {
  const began = process.hrtime.bigint()
  run()
  return Number(process.hrtime.bigint() - began) / 1_000 / frames
}

let kept: unknown
const rows: Row[] = []
const absolute: Record<string, object> = {}
for (const { id, label, stream } of venues) {
  const scanner = compileScanner(stream.layouts ?? [])
  if (scanner === null || !isSimulated(id)) continue
  if (options.venues !== null && !options.venues.includes(id)) continue
  const buffers = inChunks(simulatedFrames(id, orders))
  const symbols = new SymbolTable()
  for (const symbol of simulatedSymbols(id)) symbols.add(symbol)
  const prints = new Prints()
  let trades = 0
  let seen = 0
  const variants: Record<string, () => void> = {
    parse: () => {
      for (const buffer of buffers) kept = JSON.parse(buffer as unknown as string)
    },
    scan: () => {
      trades = 0
      seen = 0
      for (const buffer of buffers) {
        if (scanner.scan(buffer, prints, symbols)) seen += 1
        if (prints.count < 500) continue
        trades += prints.count
        prints.clear()
      }
    },
  }
  const times: Record<string, number[]> = { parse: [], scan: [] }
  for (let round = 0; round < rounds + 2; round += 1)
    for (const [name, run] of Object.entries(variants)) {
      const time = micros(run, buffers.length)
      if (round > 1) times[name]?.push(time)
    }
  const { parse = [], scan = [] } = times
  rows.push({
    name: `scan.${id}`,
    what: `${label}: scanner / JSON.parse of the same frames, time`,
    unit: 'x',
    better: 'less',
    target: null,
    measured: ratio(scan, parse),
    note: `${((100 * seen) / buffers.length).toFixed(1)} % of the frames scanned`,
  })
  absolute[id] = {
    bytesPerFrame: Math.round(
      buffers.reduce((sum, { length }) => sum + length, 0) / buffers.length,
    ),
    trades,
    parseMicros: rounded(median(parse)),
    scanMicros: rounded(median(scan)),
  }
}
const failures = kept === undefined ? ['nothing was parsed'] : []
report({ bench: 'scan', trades: orders, rounds, rows, absolute, failures }, options)
