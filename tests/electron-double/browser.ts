import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright'
import { CHROMIUM_ARGS, findChromium } from './chromium.ts'
import { record } from './record.ts'
import { answer, fromWeb } from './schemes.ts'

let context: BrowserContext | undefined

/** The one browser behind all windows; what the page stores lives on in the user-data folder. */
export function browser(): BrowserContext {
  if (context === undefined) throw new Error('electron double: not ready')
  return context
}

/** Starts Chromium; resolves with the port at which a test can attach to it. */
export async function startBrowser(userData: string): Promise<number> {
  const profile = join(userData, 'double-profile')
  context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    headless: process.env.DOUBLE_HEADED !== '1',
    viewport: null,
    // The app decides what a signal means, as it does in Electron.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [...CHROMIUM_ARGS, '--remote-debugging-port=0'],
  })
  await context.route('**/*', async (route) => {
    const request = route.request()
    const address = fromWeb(request.url())
    const response = await answer(address, request.method())
    if (response === undefined) {
      record.blocked.push(address)
      return route.abort()
    }
    return route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    })
  })
  return debuggingPort(profile)
}

/** Chromium is asked for a free port and writes the one it took into its profile. */
async function debuggingPort(profile: string): Promise<number> {
  const file = join(profile, 'DevToolsActivePort')
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      const port = Number(readFileSync(file, 'utf8').split('\n')[0])
      if (port > 0) return port
    } catch {
      // Not written yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('electron double: Chromium did not tell its debugging port')
}

/** Closes Chromium so that what the page stored is on disk; gives up after two seconds. */
export async function stopBrowser(): Promise<void> {
  const closing = context?.close().catch(() => {})
  await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, 2_000))])
}
