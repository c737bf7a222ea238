import { existsSync } from 'node:fs'

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/snap/bin/chromium',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
}

/** The Chromium to test with: `CHROMIUM_PATH`, else wherever this system usually has one. */
export function findChromium(): string {
  const wanted = process.env.CHROMIUM_PATH
  const found = wanted ?? KNOWN[process.platform]?.find((path) => existsSync(path))
  if (found === undefined) throw new Error('No Chromium here; set CHROMIUM_PATH to one.')
  return found
}

/**
 * Chromium's own sandbox needs rights that containers do not give, and the tests show it nothing
 * but our own pages. The rest keeps it from calling its makers' hosts.
 */
export const CHROMIUM_ARGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
]
