import { readFileSync } from 'node:fs'
import { oneLine } from './say.mjs'

/**
 * What a stage of the tests came to.
 * @typedef {{ passed: number, failed: number, skipped: { name: string, reason?: string }[],
 *   failures: string[], notes?: string[] }} Result
 */

/** A stage that is one test by itself. */
export const single = (name, good) => ({
  passed: good ? 1 : 0,
  failed: good ? 0 : 1,
  skipped: [],
  failures: good ? [] : [name],
})

/** A stage that could not run here. */
export const notRun = (name, reason) => ({
  passed: 0,
  failed: 0,
  skipped: [{ name, reason }],
  failures: [],
})

/**
 * Counts from vitest's JSON report. A file that did not load is one failure; so is a file whose process
 * died under it (`died`: their paths), and an exit code other than 0 that no test explains (an error
 * outside of any test, no report).
 * @returns {Result & { died: string[] }}
 */
export function vitestResult(path, code) {
  const result = { passed: 0, failed: 0, skipped: [], failures: [], died: [] }
  for (const file of report(path)?.testResults ?? []) {
    if (isDead(file)) {
      fail(result, deathOf(file.name))
      result.died.push(file.name)
      continue
    }
    for (const test of file.assertionResults) {
      if (test.status === 'passed') result.passed += 1
      else if (test.status === 'failed') fail(result, nameOf(test, file))
      else result.skipped.push({ name: nameOf(test, file) })
    }
    const explained = file.assertionResults.some((test) => test.status === 'failed')
    if (file.status === 'failed' && !explained)
      fail(
        result,
        `${inTests(file.name)}: ${oneLine(file.message ?? '') || 'did not load, or a hook failed'}`,
      )
  }
  return withCrash(result, 'vitest', code)
}

/**
 * A first run with a second one of the files that had died in it: those count as they did the second time,
 * and it is noted that they had to be repeated.
 * @returns {Result}
 */
export function withRepeat(first, again) {
  const deaths = first.died.map(deathOf)
  const left = first.failures.filter((name) => !deaths.includes(name))
  return {
    passed: first.passed + again.passed,
    failed: left.length + again.failed,
    skipped: [...first.skipped, ...again.skipped],
    failures: [...left, ...again.failures],
    notes: deaths.map(
      (death) => `${death}; run again: ${again.failed === 0 ? 'passed' : 'failed'}`,
    ),
  }
}

/**
 * Nothing says why it failed, and it left tests that had not ended, or never came to them: vitest tells of a
 * process that died to the terminal only. After a hook that failed tests are skipped, not pending.
 */
const isDead = ({ status, message, assertionResults: tests }) =>
  status === 'failed' &&
  (message ?? '') === '' &&
  (tests.length === 0 || tests.some((test) => test.status === 'pending')) &&
  !tests.some((test) => test.status === 'failed')
const deathOf = (path) => `${inTests(path)}: its process died`

const inTests = (path) => path.replace(/^.*[\\/]tests[\\/]/, 'tests/')
const nameOf = (test, file) => `${test.fullName} (${inTests(file.name)})`

/**
 * Counts from Playwright's JSON report. A test that passed only when repeated has passed; the list
 * output calls it flaky.
 * @returns {Result}
 */
export function playwrightResult(path, code) {
  const result = { passed: 0, failed: 0, skipped: [], failures: [] }
  const data = report(path)
  for (const { title, test } of (data?.suites ?? []).flatMap((suite) => testsIn(suite, ''))) {
    const name = `[${test.projectName}] ${title}`
    if (test.status === 'skipped') {
      const reason = test.annotations?.find(({ type }) => type === 'skip' || type === 'fixme')
      result.skipped.push({ name, reason: reason?.description ?? 'the test is marked so' })
    } else if (test.status === 'unexpected') fail(result, name)
    else result.passed += 1
  }
  for (const error of data?.errors ?? []) fail(result, oneLine(error.message))
  return withCrash(result, 'playwright', code)
}

const testsIn = (suite, above) => {
  const title = [above, suite.title].filter(Boolean).join(' › ')
  const own = (suite.specs ?? []).flatMap((spec) =>
    spec.tests.map((test) => ({ title: `${title} › ${spec.title}`, test })),
  )
  return [...own, ...(suite.suites ?? []).flatMap((inner) => testsIn(inner, title))]
}

function withCrash(result, name, code) {
  if (code !== 0 && result.failed === 0) fail(result, `${name} ended with code ${code}`)
  else if (result.passed + result.failed + result.skipped.length === 0)
    fail(result, `${name} found no tests`)
  return result
}

function fail(result, name) {
  result.failed += 1
  result.failures.push(name)
}

function report(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}
