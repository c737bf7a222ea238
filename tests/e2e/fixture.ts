import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, test as base, chromium, type Page } from '@playwright/test'
import { CHROMIUM_ARGS, findChromium } from '../electron-double/chromium.ts'
import { writeLiveConfig } from './live-config.ts'
import { startDouble } from './shells/double.ts'
import { findElectron, NO_ELECTRON, startElectron } from './shells/electron.ts'
import { startHeadless } from './shells/headless.ts'
import type { Running, ShellName, Start } from './shells/shell.ts'

export { expect } from '@playwright/test'

export interface Options {
  readonly shell: ShellName
}

/** The app on the tape that the folder names, with a data folder of its own, in whatever shell the project names. */
export interface AppUnderTest {
  readonly shell: ShellName
  readonly dataDir: string
  readonly config: string
  /** The page of the present start. */
  readonly page: () => Page
  readonly running: () => Running
  /** Ends the app and starts it again on the same folder. */
  readonly restart: () => Promise<Page>
  /** Ends the app; resolves with its exit code. */
  readonly stop: () => Promise<number>
  /** Keeps a picture for people to look at. */
  readonly picture: (name: string) => Promise<void>
}

const START: Readonly<Record<ShellName, (start: Start) => Promise<Running>>> = {
  headless: startHeadless,
  double: startDouble,
  electron: startElectron,
}

export interface Fixtures {
  /** An empty data folder with a configuration beside the tape that is to come. */
  readonly folder: Omit<Start, 'browser'>
  readonly app: AppUnderTest
  readonly page: Page
}
export interface WorkerFixtures {
  readonly lazyBrowser: () => Promise<Browser>
}

export const test = base.extend<Options & Fixtures, WorkerFixtures>({
  shell: ['headless', { option: true }],

  lazyBrowser: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      let browser: Promise<Browser> | undefined
      await use(() => {
        browser ??= chromium.launch({ executablePath: findChromium(), args: [...CHROMIUM_ARGS] })
        return browser
      })
      await (await browser)?.close()
    },
    { scope: 'worker' },
  ],

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  folder: async ({}, use) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tapedeck-e2e-'))
    await use({ dataDir, config: writeLiveConfig(dataDir) })
    rmSync(dataDir, { recursive: true, force: true })
  },

  app: async ({ shell, folder, lazyBrowser }, use, info) => {
    info.skip(shell === 'electron' && findElectron() === undefined, NO_ELECTRON)
    const begin = (): Promise<Running> => START[shell]({ ...folder, browser: lazyBrowser })
    let running = await begin()
    let stopped: Promise<number> | undefined
    const stop = (): Promise<number> => {
      stopped ??= running.stop()
      return stopped
    }
    await use({
      shell,
      ...folder,
      page: () => running.page,
      running: () => running,
      restart: async () => {
        await stop()
        running = await begin()
        stopped = undefined
        return running.page
      },
      stop,
      picture: async (name) => {
        await running.page.screenshot({ path: `test-results/screens/${shell}-${name}.png` })
      },
    })
    await stop()
    if (info.status !== info.expectedStatus)
      await info.attach('output', { body: running.output(), contentType: 'text/plain' })
  },

  page: async ({ app }, use) => use(app.page()),
})
