// npm run dev: the app from its sources. With Electron's binary: electron-vite dev. Without: the
// headless server, started anew when main changes, and the page with hot reload in a browser.
//   --live      the venues instead of the demo tape
//   --headless  in the browser although Electron is there
// Its tape lies in .cache/dev-data, or in TAPEDECK_DATA_DIR.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { browserObstacle, openBrowser } from './parts/browser.mjs'
import { dataDir } from './parts/data-dir.mjs'
import { desktopObstacle, electronBinary } from './parts/electron.mjs'
import { runInForeground } from './parts/foreground.mjs'
import { toolEnvironment } from './parts/process.mjs'
import { at, root } from './parts/root.mjs'
import { runMain, say } from './parts/say.mjs'
import { prepare } from './setup.mjs'

const PAGE_PORT = 5180

runMain(async () => {
  const argv = process.argv.slice(2)
  const rest = argv.filter((word) => !['--live', '--headless', '--demo'].includes(word))
  const demo = argv.includes('--live') ? [] : ['--demo']
  const { node } = await prepare({ build: false, log: say })
  const obstacle = argv.includes('--headless')
    ? '--headless'
    : (desktopObstacle(rest) ?? (electronBinary() ? null : 'no Electron: npx install-electron'))
  const folder = dataDir(process.env.TAPEDECK_DATA_DIR ?? at('.cache', 'dev-data'))
  const args = [...demo, '--data-dir', folder, ...rest]
  if (obstacle === null) return inElectron(node, args)
  say(`in the browser (${obstacle})`)
  return inBrowser(node, args)
})

async function inElectron(node, args) {
  const program = at('node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  // What this leaves in out/ is not what the next start should run.
  rmSync(at('out', '.stamp'), { force: true })
  const env = toolEnvironment({ ELECTRON_EXEC_PATH: electronBinary() })
  return (await runInForeground(node, [program, 'dev', '--watch', '--', ...args], { env })).code
}

async function inBrowser(node, args) {
  const serverPort = await freePort()
  const own = ['serve', '--port', String(serverPort)]
  const server = restartable(node, [at('src', 'main', 'headless.ts'), ...own, ...args])
  const page = startPage(node, serverPort, server.restart)
  const code = await server.run((token) => page.serverIs(token))
  page.stop()
  return code
}

/**
 * The headless server from its sources. Not `node --watch`: that puts messages of its own between
 * ours and the threads'.
 */
function restartable(node, args) {
  let child = null
  let changed = () => {}
  const restart = () => {
    changed()
    child?.kill('SIGTERM')
  }
  const run = async (onToken) => {
    for (;;) {
      let wanted = false
      const change = new Promise((resolve) => {
        changed = () => {
          wanted = true
          resolve()
        }
      })
      const ended = await runInForeground(node, args, {
        env: toolEnvironment(),
        onStart: (started) => {
          child = started
        },
        onLine: (line) => {
          const url = /^\{"event":"ready","url":"([^"]+)"/.exec(line)?.[1]
          if (url !== undefined) onToken(new URL(url).searchParams.get('token'))
          return url !== undefined
        },
      })
      child = null
      if (ended.asked) return 0
      if (!wanted) say(`the server ended (code ${ended.code}); it starts again at the next change`)
      await change
    }
  }
  return { run, restart }
}

/** The page's server in a process of its own; its address is said when both are there. */
function startPage(node, serverPort, onChange) {
  const child = spawn(node, [at('scripts', 'parts', 'dev-page.mjs'), PAGE_PORT, serverPort], {
    cwd: root,
    env: toolEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  let token = null
  let address = null
  let told = false
  const tell = () => {
    if (token !== null && child.connected) child.send({ token })
    if (told || token === null || address === null) return
    told = true
    say(`${address} shows the app; it reloads when src changes, Ctrl+C ends it`)
    if (browserObstacle() === null) void openBrowser(address)
  }
  child.on('message', ({ url, changed }) => {
    if (changed !== undefined) onChange()
    else {
      address = url
      tell()
    }
  })
  let stopping = false
  child.on('exit', (code) => {
    if (!stopping) say(`the page's server ended (code ${code}); see above, then start again`)
  })
  return {
    serverIs: (given) => {
      if (token !== null) say('server started anew')
      token = given
      tell()
    },
    stop: () => {
      stopping = true
      child.disconnect()
    },
  }
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}
