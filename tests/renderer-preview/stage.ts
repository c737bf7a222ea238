import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright'
import { build, preview } from 'vite'

export const ORIGIN = 'http://127.0.0.1:4598'

/** Builds the preview, serves it on loopback, opens a browser, and cleans up afterwards. */
export async function onStage(run: (browser: Browser) => Promise<void>): Promise<void> {
  const configFile = fileURLToPath(new URL('./vite.config.ts', import.meta.url))
  await build({ configFile, logLevel: 'error' })
  const server = await preview({ configFile, logLevel: 'error' })
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--no-first-run',
    ],
  })
  try {
    await run(browser)
  } finally {
    await browser.close()
    await server.close()
  }
}
