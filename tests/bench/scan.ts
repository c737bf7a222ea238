import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'vite'
import type { Scanner } from '../../src/main/ingest/scanner.ts'
import type { SymbolTable } from '../../src/main/ingest/symbol-table.ts'
import {
  isSimulated,
  simulatedFrames,
  simulatedSymbols,
  waysOf,
} from '../venues/simulated-frames.ts'

// Each venue's scanner against JSON.parse of the same frames, in turns in one process, medians. The
// frames lie one after the other in chunks, as a socket hands them over. The scanner is bundled first,
// as the program is: constants that come from other modules are slower than those of the same file.
const folder = await mkdtemp(join(tmpdir(), 'tapedeck-scan-'))
await build({
  configFile: false,
  logLevel: 'error',
  build: { ssr: join(import.meta.dirname, 'scan', 'parts.ts'), outDir: folder, target: 'node24' },
})
const {
  compileScanner,
  Prints,
  SymbolTable: Table,
  venues,
} = (await import(pathToFileURL(join(folder, 'parts.js')).href)) as typeof import('./scan/parts.ts')
await rm(folder, { recursive: true })

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

/** So many frames of one variant at most, then of the other: what disturbs the machine disturbs both. */
const MOST_IN_SLICE = 500
let kept: unknown

function measure(scanner: Scanner, symbols: SymbolTable, buffers: readonly Buffer[]) {
  const prints = new Prints()
  const size = Math.min(MOST_IN_SLICE, Math.ceil(buffers.length / 10))
  let taken = 0
  const parse = (slice: readonly Buffer[]): void => {
    for (const buffer of slice) kept = JSON.parse(buffer as unknown as string)
  }
  const scan = (slice: readonly Buffer[]): void => {
    for (const buffer of slice)
      if (scanner.scan(buffer, 0, buffer.length, prints, symbols)) taken += 1
    prints.clear()
  }
  const micros = (run: typeof scan, slice: readonly Buffer[]): number => {
    const began = process.hrtime.bigint()
    run(slice)
    return Number(process.hrtime.bigint() - began) / 1_000
  }
  let [parsed, scanned] = [0, 0]
  for (let at = 0; at < buffers.length; at += size) {
    const slice = buffers.slice(at, at + size)
    const times: { parse: number[]; scan: number[] } = { parse: [], scan: [] }
    for (let round = 0; round < rounds; round += 1) {
      times.parse.push(micros(parse, slice))
      times.scan.push(micros(scan, slice))
    }
    if (at === 0) continue // the code is being compiled
    parsed += median(times.parse)
    scanned += median(times.scan)
  }
  const frames = buffers.length - size
  return {
    scanned: taken / rounds / buffers.length,
    parseMicros: parsed / frames,
    scanMicros: scanned / frames,
    ratio: scanned / parsed,
  }
}

const results = []
for (const { id, label, stream } of venues) {
  if (!isSimulated(id) || (values.venue ?? id) !== id) continue
  for (const way of waysOf(id)) {
    const scanner = compileScanner(stream.layouts ?? [])
    if (scanner === null) continue
    const buffers = inChunks(simulatedFrames(id, orders, 1, [way]))
    const symbols = new Table()
    for (const symbol of simulatedSymbols(id)) symbols.add(symbol)
    const bytes = Math.round(buffers.reduce((sum, { length }) => sum + length, 0) / buffers.length)
    const name = `${label} ${way.join(' ')}`.trim()
    results.push({ name, bytes, ...measure(scanner, symbols, buffers) })
  }
}
if (values.json) console.log(JSON.stringify({ bench: 'scan', rounds, results }))
else
  for (const r of results)
    console.log(
      `${r.name.padEnd(26)}${String(r.bytes).padStart(5)} B/frame  ${(100 * r.scanned).toFixed(1).padStart(5)} % scanned  JSON.parse ${r.parseMicros.toFixed(2)} µs  scan ${r.scanMicros.toFixed(2)} µs  ratio ${r.ratio.toFixed(3)}`,
    )
if (kept === undefined) process.exitCode = 1
