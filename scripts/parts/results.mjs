import { readFileSync } from 'node:fs'
import { oneLine } from './say.mjs'

/**
 * What a stage of the tests came to.
 * @typedef {{ passed: number, failed: number, skipped: { name: string, reason?: string }[],
 *   failures: string[] }} Result
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
 * Counts from vitest's JSON report. A file that did not load is one failure; so is an exit code
 * other than 0 that no test explains (an error outside of any test, a crash, no report).
 * @returns {Result}
 */
export function vitestResult(path, code) {
  const result = { passed: 0, failed: 0, skipped: [], failures: [] }
  for (const file of report(path)?.testResults ?? []) {
    for (const test of file.assertionResults) {
      if (test.status === 'passed') result.passed += 1
      else if (test.status === 'failed') fail(result, nameOf(test, file))
      else result.skipped.push({ name: nameOf(test, file) })
    }
    const explained = file.assertionResults.some((test) => test.status === 'failed')
    if (file.status === 'failed' && !explained)
      fail(result, `${inTests(file.name)}: ${oneLine(file.message ?? '') || 'did not load'}`)
  }
  return withCrash(result, 'vitest', code)
}

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
