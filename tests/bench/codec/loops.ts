import { ByteReader } from '../../../src/main/store/byte-reader.ts'
import { ByteWriter } from '../../../src/main/store/byte-writer.ts'
import { gatherDoubles, sharedByte } from '../../../src/main/store/gathered-rows.ts'
import { packUuid, unpackUuid } from '../../../src/main/store/id-text.ts'
import { bucketsPay, readBuckets, writeBuckets } from '../../../src/main/store/integer-buckets.ts'
import { readIntegers, writePlanned } from '../../../src/main/store/integer-column.ts'
import { planOf } from '../../../src/main/store/integer-plan.ts'

const ROWS = 2_047
const REPEATS = 400

const values = new Float64Array(ROWS)
const out = new ByteWriter()
const rows = Uint32Array.from({ length: ROWS }, (_, at) => (at * 7) % ROWS)
const noise = (span: number): Float64Array =>
  Float64Array.from({ length: ROWS }, (_, at) => Math.floor(((at * 0.618_034) % 1) * span))
const far = noise(2 ** 50)
const walk = Float64Array.from({ length: ROWS }, (_, at) => 6 * at + ((at * 7_919) % 4))
const words = Uint32Array.from({ length: 2_048 }, (_, at) => 2 ** (((at * 0.618_034) % 1) * 17))
const constant = new Uint8Array(ROWS)
const uuids = new Uint8Array(36 * ROWS)
for (let row = 0; row < ROWS; row += 1)
  new TextEncoder().encodeInto('0b2c9a7e-51d2-4c3f-9e57-012345678abc', uuids.subarray(36 * row))
const planes = new Uint8Array(16 * ROWS)

/** Plans and writes a column; then reading alone can be timed on what was written. */
function write(column: Float64Array): void {
  out.clear()
  writePlanned(out, column, ROWS, planOf(column, ROWS))
}

const writer =
  (column: Float64Array): (() => void) =>
  () =>
    write(column)

const reader = (column: Float64Array): (() => void) => {
  write(column)
  const bytes = out.bytes.slice(0, out.length)
  return () => readIntegers(new ByteReader(bytes, 0, bytes.length), values, ROWS)
}

function bucketReader(): () => void {
  out.clear()
  writeBuckets(out, words, ROWS)
  const bytes = out.bytes.slice(0, out.length)
  const target = new Uint32Array(ROWS)
  return () => readBuckets(new ByteReader(bytes, 0, bytes.length), target, ROWS)
}

const LOOPS: Readonly<Record<string, () => void>> = {
  'gather doubles': () => gatherDoubles(values, walk, rows, ROWS),
  'shared byte': () => void sharedByte(constant, rows, ROWS),
  'plan, narrow': () => void planOf(walk, ROWS),
  'plan, far apart': () => void planOf(far, ROWS),
  'plan + write bits': writer(noise(2)),
  'plan + write 1 plane': writer(noise(200)),
  'plan + write 3 planes': writer(noise(2 ** 24)),
  'plan + write deltas': () => write(walk),
  'read bits': reader(noise(2)),
  'read 1 plane': reader(noise(200)),
  'read 3 planes': reader(noise(2 ** 24)),
  'read 7 planes': reader(noise(2 ** 50)),
  'read deltas': reader(walk),
  'count for buckets': () => void bucketsPay(words, 2_048, 3),
  'write buckets': () => {
    out.clear()
    writeBuckets(out, words, ROWS)
  },
  'read buckets': bucketReader(),
  'pack UUIDs': () => {
    for (let row = 0; row < ROWS; row += 1) packUuid(uuids, 36 * row, planes, row, ROWS)
  },
  'unpack UUIDs': () => {
    for (let row = 0; row < ROWS; row += 1) unpackUuid(planes, row, ROWS, uuids, 36 * row)
  },
}

/** The hot loops alone, nanoseconds of CPU a row; medians. */
export function loops(rounds: number): Record<string, number> {
  const nanos = new Map<string, number[]>()
  for (let round = 0; round <= rounds; round += 1)
    for (const [name, loop] of Object.entries(LOOPS)) {
      const before = process.cpuUsage()
      for (let repeat = 0; repeat < REPEATS; repeat += 1) loop()
      const { user, system } = process.cpuUsage(before)
      if (round > 0)
        nanos.set(name, [...(nanos.get(name) ?? []), ((user + system) * 1_000) / (ROWS * REPEATS)])
    }
  return Object.fromEntries(
    [...nanos].map(([name, all]) => [
      name,
      Number((all.sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN).toFixed(2)),
    ]),
  )
}
