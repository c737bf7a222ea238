// npm run mutants [-- part of a name]: plants bugs, one at a time, in copies of what is committed, and
// fails when the tests named for one of them stay green. The list: tests/mutants/mutants.mjs.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolEnvironment } from './parts/process.mjs'
import { at, root } from './parts/root.mjs'
import { Problem, runMain, say, seconds } from './parts/say.mjs'
import { prepare } from './setup.mjs'

/** One run of vitest; a planted bug may as well hang. */
const LIMIT_MS = 90_000

runMain(async () => {
  const { node } = await prepare({ build: false, log: say })
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-mutants-'))
  try {
    return await plantAll(node, folder, process.argv.slice(2))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

async function plantAll(node, folder, parts) {
  const began = Date.now()
  const lanes = Array.from({ length: Math.min(2, availableParallelism()) }, (_, n) =>
    copyOfHead(join(folder, `copy-${n}`)),
  )
  const { mutants } = await import(`file://${join(lanes[0], 'tests', 'mutants', 'mutants.mjs')}`)
  const chosen = mutants.filter(({ area, name }) =>
    parts.every((part) => `${area}: ${name}`.includes(part)),
  )
  if (chosen.length === 0) throw new Problem('no planted bug has such a name')
  warnOfChanges(chosen)
  const jobs = [
    ...baselines(chosen).map((baseline) => ({ baseline })),
    ...chosen.map((mutant) => ({ mutant })),
  ]
  const lines = []
  const work = async (copy) => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const line =
        job.mutant === undefined
          ? await runBaseline(node, copy, job.baseline)
          : await runMutant(node, copy, job.mutant)
      lines.push({ ...line, at: job.mutant === undefined ? -1 : chosen.indexOf(job.mutant) })
      say(`${line.good ? 'ok' : 'FAILED'}: ${line.title} (${seconds(line.ms)})`)
    }
  }
  await Promise.all(lanes.map(work))
  print(lines)
  const survived = lines.filter(({ good }) => !good).length
  const took = seconds(Date.now() - began)
  say(`${chosen.length} planted bugs, ${survived} of the checks failed, ${took}`)
  return survived === 0 ? 0 : 1
}

/** The committed files, with this checkout's packages. */
function copyOfHead(copy) {
  mkdirSync(copy)
  const archive = spawnSync('git', ['archive', '--format=tar', 'HEAD'], {
    cwd: root,
    maxBuffer: 1 << 30,
  })
  if (archive.status !== 0)
    throw new Problem('git cannot give the committed files', String(archive.stderr))
  const unpacked = spawnSync('tar', ['-xf', '-'], { cwd: copy, input: archive.stdout })
  if (unpacked.status !== 0)
    throw new Problem('tar cannot unpack a copy', String(unpacked.stderr ?? unpacked.error))
  symlinkSync(at('node_modules'), join(copy, 'node_modules'), 'junction')
  return copy
}

/** What is not committed is not tried. */
function warnOfChanges(mutants) {
  const files = [...new Set(mutants.flatMap(({ file, tests }) => [file, ...tests]))]
  const { stdout } = spawnSync('git', ['status', '--porcelain', '--', ...files], { cwd: root })
  if (String(stdout).trim() !== '') say(`not committed, so not tried:\n${String(stdout).trimEnd()}`)
}

/** The named tests of each file, to be green while nothing is wrong. */
function baselines(mutants) {
  const byTests = new Map()
  for (const mutant of mutants) {
    const key = mutant.tests.join(' ')
    byTests.set(key, [...(byTests.get(key) ?? []), mutant])
  }
  return [...byTests.values()].map((group) => ({ tests: group[0].tests, group }))
}

async function runBaseline(node, copy, { tests, group }) {
  const pattern = group.map(({ red }) => `(${red.source})`).join('|')
  const { results, ms, problem } = await vitest(node, copy, tests, pattern)
  const bad = results.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)
  const unnamed = group.filter(({ red }) => !results.some(passed(red))).map(({ name }) => name)
  const words = [
    ...(problem === undefined ? [] : [problem]),
    ...bad.map((name) => `red without a bug: ${name}`),
    ...unnamed.map((name) => `no test passes that is named for: ${name}`),
  ]
  const title = `nothing planted, ${tests.join(' ')}`
  return { title, good: words.length === 0, ms, found: words.join('; ') || 'green' }
}

const passed =
  (red) =>
  ({ status, fullName }) =>
    status === 'passed' && red.test(fullName)

async function runMutant(node, copy, mutant) {
  const { area, name, file, text, becomes, tests, red } = mutant
  const path = join(copy, file)
  const source = readFileSync(path, 'utf8')
  const title = `${area}: ${name}`
  const parts = source.split(text)
  if (parts.length !== 2)
    return {
      title,
      good: false,
      ms: 0,
      found: `its text stands ${parts.length - 1} times in ${file}`,
    }
  writeFileSync(path, parts.join(becomes))
  try {
    const { results, ms, problem } = await vitest(node, copy, tests, red.source)
    const [caught] = results.filter(({ status }) => status === 'failed')
    if (caught !== undefined) return { title, good: true, ms, found: caught.fullName }
    return { title, good: false, ms, found: problem ?? 'SURVIVED: every test stays green' }
  } finally {
    writeFileSync(path, source)
  }
}

/** Runs the tests of some files whose full names match; what vitest reports of each. */
async function vitest(node, copy, tests, pattern) {
  const report = join(copy, 'mutants-report.json')
  rmSync(report, { force: true })
  const cli = join('node_modules', 'vitest', 'vitest.mjs')
  const options = ['--reporter=json', `--outputFile=${report}`, '--testNamePattern', pattern]
  const env = toolEnvironment()
  delete env.CI // there failing tests are tried again
  const began = Date.now()
  const child = spawn(node, [cli, 'run', ...tests, ...options], {
    ...{ cwd: copy, env, stdio: 'ignore', timeout: LIMIT_MS },
  })
  await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const ms = Date.now() - began
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
    const results = testResults.flatMap(({ assertionResults }) => assertionResults)
    const ran = results.some(({ status }) => status === 'passed' || status === 'failed')
    return ran ? { results, ms } : { results, ms, problem: 'no test of that name ran' }
  } catch {
    return { results: [], ms, problem: `vitest reported nothing within ${seconds(ms)}` }
  }
}

function print(lines) {
  const sorted = lines.sort((a, b) => a.at - b.at)
  const width = Math.max(...sorted.map(({ title }) => title.length))
  for (const { good, title, found } of sorted)
    process.stdout.write(`${good ? 'ok    ' : 'FAILED'} ${title.padEnd(width)}  ${found}\n`)
}
