// npm test: type check, lint and format, unit and integration tests, browser end-to-end tests.
// Ends with the line "N passed, N failed, N skipped".
import { rmSync } from 'node:fs'
import { takeArguments } from './parts/arguments.mjs'
import { run, toolEnvironment } from './parts/process.mjs'
import { at } from './parts/root.mjs'
import { Problem, runMain, say, seconds } from './parts/say.mjs'
import { add, endToEndResults, NONE, unitResults } from './parts/test-results.mjs'
import { chromiumAdvice, findChromium, installChromium, prepare } from './setup.mjs'

const STAGES = ['check', 'unit', 'e2e']
const REPORTS = { unit: at('.cache', 'unit.json'), e2e: at('.cache', 'e2e.json') }

runMain(async () => {
  const { given, rest } = takeArguments(process.argv.slice(2), {
    flags: ['--help'],
    options: ['--only'],
  })
  if (given['--help']) {
    process.stdout.write(
      `npm test [-- --only ${STAGES.join('|')}] [arguments of that stage's runner]\n`,
    )
    return 0
  }
  const only = given['--only']
  if (only !== undefined && !STAGES.includes(only))
    throw new Problem(`--only takes ${STAGES.join(', ')}, not ${only}`)
  if (rest.length > 0 && only === undefined)
    throw new Problem(`${rest[0]} goes with --only: each stage has a runner of its own`)
  const wanted = (stage) => only === undefined || only === stage
  // A tree that does not build is a failure to report beside the others, not instead of them.
  const unbuilt = await prepare().then(
    () => null,
    (error) => error,
  )
  if (unbuilt !== null) await prepare({ build: false })
  const { node } = await prepare({ build: false })
  const chromium = wanted('e2e') || wanted('unit') ? await chromiumOrReason() : { reason: '' }
  const env = 'path' in chromium ? { CHROMIUM_PATH: chromium.path } : {}
  const context = { node, env, rest, chromium, unbuilt }
  const results = []
  if (unbuilt !== null)
    results.push({ ...NONE, failed: 1, failures: [`build: ${unbuilt.message}`] })
  if (wanted('check'))
    results.push(await check('type check', ['typescript', 'bin', 'tsc'], ['--build'], context))
  if (wanted('check'))
    results.push(
      await check('lint and format', ['@biomejs', 'biome', 'bin', 'biome'], ['ci', '.'], context),
    )
  if (wanted('unit')) results.push(await unit(context))
  if (wanted('e2e')) results.push(await endToEnd(context))
  return report(results.reduce(add, NONE))
})

async function chromiumOrReason() {
  const found = findChromium()
  if (found !== null) return { path: found }
  const reason = await installChromium(say)
  const installed = findChromium()
  return installed === null ? { reason: `${reason}; ${chromiumAdvice()}` } : { path: installed }
}

async function check(name, program, args, { node }) {
  const result = await stage(name, node, [at('node_modules', ...program), ...args], {})
  return result.code === 0
    ? { ...NONE, passed: 1 }
    : { ...NONE, failed: 1, failures: [`${name} (exit code ${result.code})`] }
}

async function unit({ node, env, rest }) {
  rmSync(REPORTS.unit, { force: true })
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORTS.unit}`]
  const program = at('node_modules', 'vitest', 'vitest.mjs')
  const { code } = await stage('unit and integration tests', node, [program, ...args, ...rest], env)
  return unitResults(REPORTS.unit, code)
}

async function endToEnd({ node, env, rest, chromium, unbuilt }) {
  const name = 'browser end-to-end tests'
  if (unbuilt !== null || !('path' in chromium)) {
    const reason = unbuilt === null ? chromium.reason : 'there is no build'
    return { ...NONE, skipped: 1, skips: [`${name}: ${reason}`] }
  }
  rmSync(REPORTS.e2e, { force: true })
  const args = ['test', '--reporter=list,json', ...rest]
  const program = at('node_modules', '@playwright', 'test', 'cli.js')
  const { code } = await stage(name, node, [program, ...args], {
    ...env,
    PLAYWRIGHT_JSON_OUTPUT_FILE: REPORTS.e2e,
    PLAYWRIGHT_JSON_OUTPUT_NAME: REPORTS.e2e,
  })
  return endToEndResults(REPORTS.e2e, code)
}

async function stage(name, command, args, env) {
  process.stdout.write(`\n── ${name} ──\n`)
  const result = await run(command, args, { show: true, env: toolEnvironment(env) })
  process.stdout.write(
    `── ${name}: ${result.code === 0 ? 'ok' : 'FAILED'} in ${seconds(result.ms)}\n`,
  )
  return result
}

function report({ passed, failed, skipped, failures, skips }) {
  process.stdout.write('\n')
  for (const failure of failures) process.stdout.write(`failed: ${failure}\n`)
  for (const skip of skips) process.stdout.write(`skipped: ${skip}\n`)
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
  return failed === 0 ? 0 : 1
}
