import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Fault, Fuzzing, scanned } from './fuzzing.ts'

// Mutated frames through scanner and reader: the scanner may leave a frame alone, but what it takes must
// be what the reader makes of it. Ends by itself; a frame on which they differ is printed and kept.
const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '300000' },
    seed: { type: 'string', default: '1' },
    venue: { type: 'string' },
  },
})
const [frames, seed] = [Number(values.frames), Number(values.seed)]
const chosen = scanned.filter(({ id }) => (values.venue ?? id) === id)
if (chosen.length === 0 || !(frames > 0) || !Number.isSafeInteger(seed)) {
  console.error(
    `npm run fuzz -- [--frames N] [--seed S] [--venue ${scanned.map((v) => v.id).join('|')}]`,
  )
  process.exit(2)
}
const PROGRESS_MS = 5_000
const each = Math.ceil(frames / chosen.length)
const began = performance.now()
let told = began
let tried = 0
let taken = 0
let faults = 0

function keep({ venue, seed, n, how, frame, fault }: Fault): void {
  const folder = new URL(`../fixtures/fuzz-seeds/${venue}/`, import.meta.url)
  mkdirSync(folder, { recursive: true })
  const name = `seed-${seed}-${n}.bin`
  writeFileSync(new URL(name, folder), frame)
  console.error(`${venue}: frame ${n} of seed ${seed} (${how.join(', ')}): ${fault}`)
  console.error(`  ${JSON.stringify(frame.toString('latin1').slice(0, 600))}`)
  console.error(`  kept as tests/fixtures/fuzz-seeds/${venue}/${name}`)
}

for (const venue of chosen) {
  const fuzzing = new Fuzzing(venue, seed)
  for (let n = 0; n < each; n += 1) {
    const fault = fuzzing.try(n)
    if (fault !== null) {
      faults += 1
      keep(fault)
      break // the next ones are mostly the same mistake
    }
    if (n % 1_000 === 0 && performance.now() - told > PROGRESS_MS) {
      told = performance.now()
      console.log(`${venue.id.padEnd(12)} ${n} of ${each}`)
    }
  }
  tried += fuzzing.tried
  taken += fuzzing.taken
  const share = ((100 * fuzzing.taken) / fuzzing.tried).toFixed(1)
  console.log(`${venue.id.padEnd(12)} ${fuzzing.tried} frames, ${share} % of them scanned`)
}
const seconds = ((performance.now() - began) / 1_000).toFixed(0)
console.log(
  `${tried} mutated frames, ${taken} scanned, ${faults} faults, seed ${seed}, ${seconds} s`,
)
if (faults > 0) process.exitCode = 1
