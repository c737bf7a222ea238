// npm test: types, lint and format, unit and integration tests, browser tests. A stage that fails
// does not hide the next; the last line is always "N passed, N failed, N skipped".
//   npm test -- --only check|unit|e2e|soak [arguments for vitest or playwright]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dropCore, stackOfCore } from './parts/core-stack.mjs'
import { hasKeyring, installKeyring } from './parts/keyring.mjs'
import { run, toolEnvironment } from './parts/process.mjs'
import { notRun, playwrightResult, single, vitestResult, withRepeat } from './parts/results.mjs'
import { at } from './parts/root.mjs'
import { Problem, runMain, say, seconds } from './parts/say.mjs'
import {
  chromiumAdvice,
  findChromium,
  findHeadlessShell,
  installChromium,
  installHeadlessShell,
  nodePath,
  prepare,
} from './setup.mjs'

const ONLY = ['check', 'unit', 'e2e', 'soak']
const STAGE_LIMIT_MS = 30 * 60_000
const reports = mkdtempSync(join(tmpdir(), 'tapedeck-test-'))
process.on('exit', () => rmSync(reports, { recursive: true, force: true }))
const print = (line = '') => process.stdout.write(`${line}\n`)

runMain(async () => {
  const { only, rest } = testOptions(process.argv.slice(2))
  const results = []
  try {
    await prepare({ build: false, log: say })
    for (const stage of stages(only, rest)) results.push(await timed(stage))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    say(error.message)
    results.push({ heading: 'set-up', ms: 0, ...single(`set-up: ${error.message}`, false) })
  }
  return summary(results)
})

function testOptions(argv) {
  const rest = []
  let only = null
  for (let index = 0; index < argv.length; index += 1) {
    const [, inline] = /^--only(?:=(.*))?$/.exec(argv[index]) ?? [null, null]
    if (inline === null) rest.push(argv[index])
    else only = inline ?? argv[++index] ?? ''
  }
  if (only !== null && !ONLY.includes(only))
    throw new Problem(`--only ${only} is not known`, `There are: ${ONLY.join(', ')}`)
  return { only, rest }
}

function stages(only, rest) {
  const check = [
    {
      heading: 'type check',
      work: () => tool('type check', ['typescript', 'bin', 'tsc'], ['--build']),
    },
    {
      heading: 'lint and format',
      work: () => tool('lint and format', ['@biomejs', 'biome', 'bin', 'biome'], ['ci', '.']),
    },
  ]
  const unit = { heading: 'unit and integration tests', work: () => vitest(rest) }
  const e2e = { heading: 'browser tests', work: (built) => playwright(rest, built) }
  const build = { heading: 'build', work: buildStage }
  const soak = { heading: 'short soak', work: shortSoak }
  const all = { check, unit: [build, unit], e2e: [build, e2e], soak: [soak] }
  // Two minutes: CI has the time, a person asks for it.
  const last = process.env.CI === undefined ? [] : [soak]
  return only === null ? [...check, build, unit, e2e, ...last] : all[only]
}

let built = true

async function timed({ heading, work }) {
  print(`\n── ${heading} ──`)
  const started = Date.now()
  const result = await work(built)
  const ms = Date.now() - started
  print(
    `── ${heading}: ${result.failed === 0 ? 'done' : `${result.failed} failed`}, ${seconds(ms)}`,
  )
  return { heading, ms, ...result }
}

/** Not a test: it counts only when it fails. */
async function buildStage() {
  try {
    await prepare({ build: true, log: say })
    return { passed: 0, failed: 0, skipped: [], failures: [] }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    built = false
    print(error.message)
    return single('build', false)
  }
}

async function tool(name, path, args) {
  const { code } = await node([at('node_modules', ...path), ...args])
  return single(name, code === 0)
}

async function vitest(rest) {
  // The tests of the keychain want a real one; without it they are skipped, and say so.
  if (process.env.CI !== undefined && !hasKeyring()) {
    const problem = await installKeyring(say)
    if (problem !== null) say(problem)
  }
  const first = await vitestOnce(rest)
  if (process.env.CI === undefined || first.died.length === 0) return first
  // A crash of the process is no finding of a test. It is told in the summary, with its stack.
  const whole = withRepeat(first, await vitestOnce(first.died))
  return { ...whole, notes: [...whole.notes, ...(await stackOfCore())] }
}

async function vitestOnce(rest) {
  const path = join(reports, 'vitest.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`]
  const { code } = await node(
    [at('node_modules', 'vitest', 'vitest.mjs'), 'run', ...reporters, ...rest],
    chromiumEnvironment(findChromium()),
  )
  return vitestResult(path, code)
}

async function playwright(rest, isBuilt) {
  const name = 'browser tests (all of them)'
  if (!isBuilt) return notRun(name, 'the build failed')
  if (process.env.CI !== undefined) await installHeadlessShell(say)
  let chromium = findHeadlessShell() ?? findChromium()
  if (chromium === null) {
    const problem = await installChromium(say)
    chromium = findChromium()
    if (chromium === null) return notRun(name, `${problem}; ${chromiumAdvice()}`)
  }
  const path = join(reports, 'playwright.json')
  const { code } = await node(
    [at('node_modules', '@playwright', 'test', 'cli.js'), 'test', '--reporter=list,json', ...rest],
    { ...chromiumEnvironment(chromium), PLAYWRIGHT_JSON_OUTPUT_FILE: path },
  )
  // One test makes a page crash, which leaves its memory behind where CI asks for that.
  dropCore()
  return playwrightResult(path, code)
}

/**
 * A minute of faults against the venues whose ids prove completeness at once; the others want minutes of
 * waiting for their candles (`npm run soak`). How fast they recover is not judged on a shared machine.
 */
async function shortSoak() {
  const { code } = await node([
    ...[at('tests', 'soak', 'run.ts'), '--minutes', '1', '--seed', '7', '--kills', '2'],
    ...['--disconnects', '12', '--no-timing', '--settle', '120'],
    ...['--venues', 'binance,okx,coinbase,kraken,gate,deribit'],
  ])
  return single('short soak (npm run soak -- --minutes 1 --seed 7)', code === 0)
}

const chromiumEnvironment = (path) => (path === null ? {} : { CHROMIUM_PATH: path })

const node = (args, extra = {}) =>
  run(nodePath(), args, { env: toolEnvironment(extra), show: true, limitMs: STAGE_LIMIT_MS })

/** The exit code, after the counts: of what was skipped and why, of what failed, and the last line. */
function summary(results) {
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0)
  const skipped = results.flatMap((result) => result.skipped)
  const failures = results.flatMap((result) => result.failures)
  const notes = results.flatMap((result) => result.notes ?? [])
  print('\n── summary ──')
  for (const { heading, ms, passed, failed, skipped: left } of results)
    print(
      `${heading.padEnd(28)}${passed} passed, ${failed} failed, ${left.length} skipped, ${seconds(ms)}`,
    )
  if (skipped.length > 0) print('\nskipped:')
  for (const { name, reason } of skipped) print(`  ${name}${reason ? `: ${reason}` : ''}`)
  if (notes.length > 0) print('\nnoted:')
  for (const note of notes) print(`  ${note}`)
  if (failures.length > 0) print('\nfailed:')
  for (const name of failures) print(`  ${name}`)
  print()
  print(`${total('passed')} passed, ${total('failed')} failed, ${skipped.length} skipped`)
  return total('failed') === 0 ? 0 : 1
}
