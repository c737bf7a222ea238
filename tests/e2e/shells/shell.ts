import type { Browser, Page } from '@playwright/test'
import type { Order } from '../../electron-double/control.ts'

export type ShellName = 'headless' | 'double' | 'electron'

/** One start of the app, whatever it runs in. */
export interface Running {
  readonly page: Page
  /** Errors of the page since its start; what its policy refuses is among them. */
  readonly problems: () => Promise<readonly string[]>
  /** Asks the app to end, as a person or the system would; resolves with its exit code. */
  readonly stop: () => Promise<number>
  /** Only asks it to end; the page stays open where it can. */
  readonly end: () => void
  /** Resolves when it ended, with its exit code. */
  readonly ended: Promise<number>
  /** What the app wrote, for the report of a failed test. */
  readonly output: () => string
  /** Only in the double. */
  readonly order?: (order: Order) => Promise<unknown>
}

export interface Start {
  readonly dataDir: string
  /** Path of the configuration file. */
  readonly config: string
  /** Starts on the live venues, at the addresses of the configuration; on the demo tape otherwise. */
  readonly live?: boolean
  /** A browser of the worker, started at the first need. */
  readonly browser: () => Promise<Browser>
}

export const VIEWPORT = { width: 1440, height: 900 }

/** Collects what a page complains about. Attach it before the page loads. */
export function listen(page: Page): readonly string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  return problems
}

/** The part of a command line that chooses the tape. */
export const tapeOf = (live = false): readonly string[] => (live ? [] : ['--demo'])
