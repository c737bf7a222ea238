import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '../../src/main/simulator/index.ts'
import type { ControlledSimulator } from '../../src/main/simulator/simulator.ts'
import { test as base } from './fixture.ts'
import { writeSimulatedConfig } from './live-config.ts'

export { expect } from '@playwright/test'

export const VENUES = ['binance', 'okx', 'bybit'] as const

/** The app on three venues that the test holds in its hands: it can cut them off. */
export const test = base.extend<{ readonly simulator: ControlledSimulator }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  simulator: async ({}, use) => {
    const simulator = await startSimulator({ venues: [...VENUES], rate: 60 })
    await use(simulator)
    await simulator.close()
  },

  folder: async ({ simulator }, use) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tapedeck-e2e-'))
    const addresses = VENUES.map((venue) => simulator.address(venue))
    await use({ dataDir, config: writeSimulatedConfig(dataDir, addresses), live: true })
    rmSync(dataDir, { recursive: true, force: true })
  },
})
