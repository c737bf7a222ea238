import { expect, test } from 'vitest'
import { createCrashPolicy } from '../../../src/main/electron/crash-policy.ts'

test('reloads at first, asks when the page keeps crashing, then starts anew', () => {
  const judge = createCrashPolicy()
  const answers = [0, 1_000, 2_000, 3_000, 4_000].map(judge)
  expect(answers).toEqual(['reload', 'reload', 'reload', 'ask', 'reload'])
})

test('crashes that are far apart never ask', () => {
  const judge = createCrashPolicy()
  for (let n = 0; n < 20; n += 1) expect(judge(n * 30_000)).toBe('reload')
})
