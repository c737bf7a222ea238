// node --import ./tests/electron-double/register.ts out/main/index.js
// Puts the double in the place of `electron`, for import and for require.
import { registerHooks } from 'node:module'
import { isMainThread } from 'node:worker_threads'

const double = new URL('./electron.ts', import.meta.url).href
const NAMES = new Set(['electron', 'electron/main', 'electron/common'])

// Worker threads inherit `--import`. Electron's modules are not there in a worker thread; without
// this the real package would be found, and it would try to download a browser.
registerHooks({
  resolve(specifier, context, next) {
    if (!NAMES.has(specifier)) return next(specifier, context)
    if (!isMainThread) throw new Error(`electron double: ${specifier} in a worker thread`)
    return { url: double, format: 'module-typescript', shortCircuit: true }
  },
})

if (isMainThread)
  Object.defineProperty(process.versions, 'electron', { value: '45-double', enumerable: true })
