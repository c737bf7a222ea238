// npm start: the desktop app; where Electron cannot run, the same app in the browser.
import { createServer } from 'node:net'
import { browserObstacle, openBrowser } from './parts/browser.mjs'
import { dataDir } from './parts/data-dir.mjs'
import { desktopObstacle, electronBinary, fetchElectron } from './parts/electron.mjs'
import { runInForeground } from './parts/foreground.mjs'
import { toolEnvironment } from './parts/process.mjs'
import { at } from './parts/root.mjs'
import { runMain, say } from './parts/say.mjs'
import { startOptions } from './parts/start-options.mjs'
import { prepare } from './setup.mjs'

const HELP = `npm start -- [options]   opens Tapedeck
  --demo           the demo tape of the built-in simulator instead of the live venues
  --headless       serve in the browser, do not look for Electron
  --download       try Electron's download again although it failed a short while ago
  --data-dir D     folder of the tape (default: TAPEDECK_DATA_DIR, else ${dataDir(undefined)})
  --port P         port of the browser screen (default 4780, or a free one)
  --no-open        print the address, do not open a browser (also TAPEDECK_NO_OPEN=1, CI)
Everything else is passed on to the app.
`
/** The same one each time, so that the browser keeps the layout for it. */
const USUAL_PORT = 4780
/** How Electron ends when the system does not let it run: its own crash, or a missing library. */
const CRASHES = ['SIGTRAP', 'SIGABRT', 'SIGSEGV', 'SIGILL', 'SIGBUS']
const EARLY_MS = 20_000

runMain(async () => {
  const options = startOptions(process.argv.slice(2))
  if (options.help) {
    process.stdout.write(HELP)
    return 0
  }
  const { node } = await prepare({ build: true, log: say })
  const folder = dataDir(options.dataDir)
  const obstacle = await desktop(options, folder)
  if (typeof obstacle === 'number') return obstacle
  if (obstacle === null) return inBrowser(node, options, folder)
  say(`${obstacle}; showing the same app in the browser instead`)
  const rest = knownToServer(options.rest)
  const left = options.rest.filter((word) => !rest.includes(word))
  if (left.length > 0) say(`left out, as they are for Electron: ${left.join(' ')}`)
  return inBrowser(node, { ...options, rest }, folder)
})

/** Runs the desktop app. A number: it ran and ended so. Text: why it could not. Null: not asked. */
async function desktop(options, folder) {
  if (options.headless) return null
  const obstacle =
    desktopObstacle(options.rest) ?? (await fetchElectron({ log: say, again: options.download }))
  if (obstacle !== null) return `no desktop window: ${obstacle}`
  const demo = options.demo ? ['--demo'] : []
  const args = ['.', ...demo, `--data-dir=${folder}`, ...options.rest]
  const ended = await runInForeground(electronBinary(), args, { env: toolEnvironment() })
  const early = !ended.asked && ended.ms < EARLY_MS
  const crashed = CRASHES.includes(ended.signal) || ended.code === 127 || ended.code === 133
  if (early && crashed) {
    const why = ended.error?.message ?? ended.signal ?? `code ${ended.code}`
    return `Electron does not start on this system (${why})`
  }
  return ended.code
}

/** Serves the app on this computer and opens the default browser. */
async function inBrowser(node, options, folder) {
  const port = options.port ?? String(await freePort(USUAL_PORT))
  const demo = options.demo ? ['--demo'] : []
  const quiet = options.rest.some((word) => word.startsWith('--log-level'))
    ? []
    : ['--log-level', 'warn']
  const own = ['--data-dir', folder, '--port', port, ...demo, ...quiet]
  let stopped = false
  const onLine = (line) => {
    const event = eventOf(line)
    if (event?.event === 'ready') void show(event.url, options)
    if (event?.event === 'stopped') stopped = true
    return false
  }
  const program = [at('out', 'main', 'headless.js'), 'serve', ...own, ...options.rest]
  const ended = await runInForeground(node, program, { env: toolEnvironment(), onLine })
  if (ended.asked && !stopped)
    say('it ended before it said that everything was written; look at the lines above')
  return ended.code
}

async function show(url, { noOpen }) {
  const obstacle = noOpen ? '--no-open' : browserObstacle()
  if (obstacle === null && (await openBrowser(url)))
    say(`opened ${url} in the browser; Ctrl+C ends it`)
  else say(`open ${url} in a browser (Ctrl+C ends it)`)
}

/** Of the options for the desktop app those that the server knows too, with their values. */
function knownToServer(words) {
  const known = (word) => /^--(config|host|log-level)(=|$)/.test(word ?? '')
  const isValue = (index) => known(words[index - 1]) && !words[index - 1].includes('=')
  return words.filter((word, index) => known(word) || isValue(index))
}

/** The line as an event of the program, or null. */
function eventOf(line) {
  if (!line.startsWith('{')) return null
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

/** `wanted` when it is free, else 0: the program then takes any. */
function freePort(wanted) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(0))
    probe.listen(wanted, '127.0.0.1', () => probe.close(() => resolve(wanted)))
  })
}
