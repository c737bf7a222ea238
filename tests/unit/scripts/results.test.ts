import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

interface Result {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly { readonly name: string }[]
  readonly failures: readonly string[]
  readonly notes?: readonly string[]
}
interface Scripts {
  readonly vitestResult: (
    path: string,
    code: number,
  ) => Result & { readonly died: readonly string[] }
  readonly withRepeat: (first: ReturnType<Scripts['vitestResult']>, again: Result) => Result
}

// Plain JavaScript without types, so it is loaded by its address.
const script = pathToFileURL(join('scripts', 'parts', 'results.mjs')).href
const { vitestResult, withRepeat } = (await import(script)) as Scripts

const folder = mkdtempSync(join(tmpdir(), 'tapedeck-results-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const test = (fullName: string, status: string) => ({ fullName, status })
const GOOD = {
  name: '/p/tests/a.test.ts',
  status: 'passed',
  message: '',
  assertionResults: [test('a', 'passed')],
}
/** As vitest reports a file whose process got a signal while its second test ran. */
const DEAD = {
  name: '/p/tests/b.test.ts',
  status: 'failed',
  message: '',
  assertionResults: [test('b one', 'passed'), test('b two', 'pending')],
}
const BAD = {
  name: '/p/tests/c.test.ts',
  status: 'failed',
  message: '',
  assertionResults: [test('c', 'failed'), test('c two', 'passed')],
}
const UNLOADED = {
  name: '/p/tests/d.test.ts',
  status: 'failed',
  message: 'Cannot find module',
  assertionResults: [],
}

/** A hook of a group broke: vitest leaves the reason to the terminal, too. */
const UNHOOKED = {
  name: '/p/tests/e.test.ts',
  status: 'failed',
  message: '',
  assertionResults: [test('e', 'passed'), test('e two', 'skipped')],
}

function result(files: readonly object[], code: number): ReturnType<Scripts['vitestResult']> {
  const path = join(folder, 'vitest.json')
  writeFileSync(path, JSON.stringify({ testResults: files }))
  return vitestResult(path, code)
}

describe('what vitest reports', () => {
  it('a file whose process died is one failure, and not the tests that it left unfinished', () => {
    expect(result([GOOD, DEAD, BAD, UNLOADED], 1)).toEqual({
      passed: 2,
      failed: 3,
      skipped: [],
      failures: [
        'tests/b.test.ts: its process died',
        'c (tests/c.test.ts)',
        'tests/d.test.ts: Cannot find module',
      ],
      died: [DEAD.name],
    })
  })

  it('counts as it does when it is run again, and says so', () => {
    const again = result(
      [{ ...DEAD, status: 'passed', assertionResults: [test('b', 'passed')] }],
      0,
    )
    expect(withRepeat(result([GOOD, DEAD], 1), again)).toEqual({
      passed: 2,
      failed: 0,
      skipped: [],
      failures: [],
      notes: ['tests/b.test.ts: its process died; run again: passed'],
    })
  })

  it('stays a failure when the process dies again, and hides no other', () => {
    const whole = withRepeat(result([DEAD, BAD], 1), result([DEAD], 1))
    expect(whole).toMatchObject({
      failed: 2,
      failures: ['c (tests/c.test.ts)', 'tests/b.test.ts: its process died'],
      notes: ['tests/b.test.ts: its process died; run again: failed'],
    })
  })

  it('a hook that failed is no death, and not repeated', () => {
    expect(result([UNHOOKED], 1)).toMatchObject({
      failed: 1,
      failures: ['tests/e.test.ts: did not load, or a hook failed'],
      died: [],
    })
  })

  it('an exit code that nothing explains is a failure', () => {
    expect(result([GOOD], 1).failures).toEqual(['vitest ended with code 1'])
  })
})
