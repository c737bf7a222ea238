import { readFileSync } from 'node:fs'
import { oneLine } from './say.mjs'

/**
 * What a stage of the tests gave: counts, and the names behind failures and skips.
 * @typedef {{ passed: number, failed: number, skipped: number, failures: readonly string[], skips: readonly string[] }} Results
 */

/** @type {Results} */
export const NONE = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] }

/** @param {Results} a @param {Results} b @returns {Results} */
export const add = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  failures: [...a.failures, ...b.failures],
  skips: [...a.skips, ...b.skips],
})

/** Reads vitest's JSON report. A run that failed without a failed test counts as one failure. */
export function unitResults(file, code) {
  const report = read(file)
  if (report === null) return crashed('unit and integration tests', code)
  const tests = report.testResults.flatMap((suite) =>
    suite.assertionResults.map((test) => ({ ...test, file: suite.name })),
  )
  const where = (test) => `${test.fullName} (${test.file.replace(/^.*[\\/]tests[\\/]/, 'tests/')})`
  const failed = tests.filter((test) => test.status === 'failed')
  // A file that does not load has no tests to count.
  const broken = report.testResults.filter(
    (suite) =>
      suite.status === 'failed' && !suite.assertionResults.some((t) => t.status === 'failed'),
  )
  const skipped = tests.filter((test) => !['passed', 'failed'].includes(test.status))
  return withCode('unit and integration tests', code, {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: failed.length + broken.length,
    skipped: skipped.length,
    failures: [
      ...failed.map(where),
      ...broken.map((suite) => `${suite.name}: ${oneLine(suite.message ?? 'did not load')}`),
    ],
    skips: skipped.map(where),
  })
}

/** Reads Playwright's JSON report. A test that passed only at its second try counts as failed. */
export function endToEndResults(file, code) {
  const report = read(file)
  if (report === null) return crashed('browser end-to-end tests', code)
  const tests = report.suites.flatMap((suite) => testsOf(suite))
  const of = (...status) => tests.filter((test) => status.includes(test.status))
  const failed = of('unexpected', 'flaky')
  const errors = report.errors ?? []
  return withCode('browser end-to-end tests', code, {
    passed: of('expected').length,
    failed: failed.length + errors.length,
    skipped: of('skipped').length,
    failures: [
      ...failed.map((test) => test.name),
      ...errors.map((error) => oneLine(error.message ?? 'an error outside any test')),
    ],
    skips: of('skipped').map((test) => `${test.name}: ${test.reason}`),
  })
}

function testsOf(suite) {
  const own = suite.specs.flatMap((spec) =>
    spec.tests.map((test) => ({
      status: test.status,
      name: `[${test.projectName}] ${spec.title}`,
      reason:
        test.annotations?.find(({ type }) => type === 'skip')?.description ?? 'no reason given',
    })),
  )
  return [...own, ...(suite.suites ?? []).flatMap((inner) => testsOf(inner))]
}

const withCode = (name, code, results) =>
  code !== 0 && results.failed === 0
    ? add(results, { ...NONE, failed: 1, failures: [`${name}: the runner ended with ${code}`] })
    : results

const crashed = (name, code) => ({
  ...NONE,
  failed: 1,
  failures: [`${name}: the runner ended with ${code} and left no report`],
})

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}
