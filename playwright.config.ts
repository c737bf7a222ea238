import { defineConfig } from '@playwright/test'
import type { Options } from './tests/e2e/fixture.ts'
import { findElectron, NO_ELECTRON } from './tests/e2e/shells/electron.ts'

const DOUBLE_ONLY = ['**/shell.spec.ts', '**/shell-system.spec.ts']
// The page that axe looks at is the same in all shells, and so are the faults of a provider.
const BROWSER_ONLY = [
  '**/connection-lost.spec.ts',
  '**/accessibility.spec.ts',
  '**/analysis-failures.spec.ts',
]

// Said once, by the process that hands out the work.
if (process.env.TEST_WORKER_INDEX === undefined && findElectron() === undefined)
  process.stderr.write(`Project electron is skipped: ${NO_ELECTRON}.\n`)

// The same specs in three shells: the headless server with a browser, the Electron build under the
// double, and (where its binary is installed) Electron itself. All run the built files in out/.
export default defineConfig<Options>({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  // Two shells start side by side on two cores; what is looked for is there sooner on a quiet machine.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  workers: 2,
  // On a busy machine a start may take longer than a test waits; the list calls what was repeated flaky.
  retries: process.env.CI === undefined ? 0 : 1,
  fullyParallel: true,
  forbidOnly: process.env.CI !== undefined,
  reporter: [['list']],
  projects: [
    { name: 'headless', testIgnore: DOUBLE_ONLY, use: { shell: 'headless' } },
    { name: 'double', testIgnore: BROWSER_ONLY, use: { shell: 'double' } },
    { name: 'electron', testIgnore: [...DOUBLE_ONLY, ...BROWSER_ONLY], use: { shell: 'electron' } },
  ],
})
