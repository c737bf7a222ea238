import { parseArgs } from 'node:util'
import { compileScanner } from '../../src/main/ingest/scanner.ts'
import { SymbolTable } from '../../src/main/ingest/symbol-table.ts'
import { venues } from '../../src/main/venues/index.ts'
import { Prints } from '../../src/shared/domain/prints.ts'
import { isSimulated, simulatedFrames, simulatedSymbols } from '../venues/simulated-frames.ts'

// Each venue's scanner against JSON.parse of the same frames, in turns in one process, medians. The
// frames lie one after the other in chunks, as a socket hands them over.
const { values } = parseArgs({
  options: {
    venue: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    orders: { type: 'string', default: '20000' },
    json: { type: 'boolean', default: false },
  },
})
const [rounds, orders] = [Number(values.rounds), Number(values.orders)]
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

const median = (list: readonly number[]): number =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN

function micros(run: () => void, frames: number): number {
  const began = process.hrtime.bigint()
  run()
  return Number(process.hrtime.bigint() - began) / 1_000 / frames
}

let kept: unknown
const results = []
for (const { id, label, stream } of venues) {
  const scanner = compileScanner(stream.layouts ?? [])
  if (scanner === null || !isSimulated(id) || (values.venue ?? id) !== id) continue
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
  const [parse, scan] = [median(times.parse ?? []), median(times.scan ?? [])]
  results.push({
    venue: id,
    label,
    frames: buffers.length,
    bytes: Math.round(buffers.reduce((sum, { length }) => sum + length, 0) / buffers.length),
    trades,
    seen: seen / buffers.length,
    parseMicros: parse,
    scanMicros: scan,
    ratio: scan / parse,
  })
}
if (values.json) console.log(JSON.stringify({ bench: 'scan', rounds, results }))
else
  for (const r of results)
    console.log(
      `${r.label.padEnd(16)}${String(r.bytes).padStart(5)} B/frame  scanned ${(100 * r.seen).toFixed(1)} %  JSON.parse ${r.parseMicros.toFixed(3)} µs  scan ${r.scanMicros.toFixed(3)} µs  ratio ${r.ratio.toFixed(3)}`,
    )
if (kept === undefined) process.exitCode = 1
