import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/**
 * A project with our scripts, and stand-ins for what they call: a builder that writes `out` and
 * notes that it ran, an installer of Electron that fails and notes it, an npm that fails, and a
 * server that counts the signals it gets.
 */
export interface FakeProject {
  readonly folder: string
  write(path: string, text: string): void
  /** How often the builder, the installer or npm ran. */
  runs(name: 'build' | 'electron' | 'npm'): number
  start(script: string, args: readonly string[], env?: Readonly<Record<string, string>>): Running
  remove(): void
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<{
    readonly code: number | null
    readonly stdout: string
    readonly stderr: string
  }>
  /** Resolves when stdout or stderr has it; rejects when the program ends before. */
  readonly says: (text: string) => Promise<void>
}

const NOTE = `
import { appendFileSync } from 'node:fs'
const note = (name) => appendFileSync(new URL(ROOT + 'runs.log', import.meta.url), name + '\\n')
`
const BUILDER = `${NOTE.replace('ROOT', "'../../../'")}
import { existsSync, mkdirSync, writeFileSync, readFileSync } from 'node:fs'
note('build')
await new Promise((resolve) => setTimeout(resolve, 300))
if (existsSync('src/broken')) { console.log('vite building'); console.error('Error: src/broken is broken\\n    at build (x.js:1:1)'); process.exit(1) }
for (const name of ['main/index.js', 'preload/index.cjs', 'renderer/index.html', 'main/headless.js']) {
  mkdirSync('out/' + name.split('/')[0], { recursive: true })
  writeFileSync('out/' + name, name === 'main/headless.js' ? readFileSync('server.mjs') : '')
}
`
const SERVER = `
let signals = 0
const stop = () => {
  signals += 1
  setTimeout(() => { console.log(JSON.stringify({ event: 'stopped', signals })); process.exit(0) }, 200)
}
// Of two kinds that are sent at once either may arrive first.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
console.log(JSON.stringify({ event: 'ready', url: 'http://127.0.0.1:1/?token=t', args: process.argv.slice(2) }))
setInterval(() => {}, 1000)
`
const INSTALLER = `${NOTE.replace('ROOT', "'../../'")}
note('electron')
console.error('TypeError: fetch failed\\n    at install (x.js:1:1)')
process.exit(1)
`
const NPM = `${NOTE.replace('ROOT', "'../'")}
note('npm')
console.error('npm error code EUSAGE\\nnpm error\\nnpm error the lock file does not fit\\nnpm error A complete log')
process.exit(1)
`

export function fakeProject(): FakeProject {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck scripts-'))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  cpSync('scripts', join(folder, 'scripts'), { recursive: true })
  write('package.json', '{ "type": "module", "version": "0.0.0" }')
  write('package-lock.json', '{ "packages": { "": {} } }')
  write('src/main.ts', 'first')
  write('server.mjs', SERVER)
  write('runs.log', '')
  write('fake-npm/npm-cli.js', NPM)
  write('node_modules/.package-lock.json', '{ "packages": {} }')
  write('node_modules/electron-vite/package.json', '{ "type": "module" }')
  write('node_modules/electron-vite/bin/electron-vite.js', BUILDER)
  write('node_modules/electron/package.json', '{ "type": "module", "version": "45.0.0" }')
  write('node_modules/electron/install.js', INSTALLER)
  return {
    folder,
    write,
    runs: (name) =>
      readFileSync(join(folder, 'runs.log'), 'utf8')
        .split('\n')
        .filter((line) => line === name).length,
    start: (script, args, env = {}) => running(folder, script, args, env),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function running(
  folder: string,
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Running {
  const child = spawn(process.execPath, [join(folder, 'scripts', script), ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      TAPEDECK_NO_OPEN: '1',
      npm_execpath: join(folder, 'fake-npm', 'npm-cli.js'),
      ...env,
    },
  })
  const text = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (data: string) => {
      text[name] += data
      for (const look of listeners) look()
    })
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, ...text }))
  })
  const says = (wanted: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (`${text.stdout}${text.stderr}`.includes(wanted)) resolve()
      }
      listeners.add(look)
      look()
      void ended.then(() =>
        reject(new Error(`it never said ${wanted}:\n${text.stdout}${text.stderr}`)),
      )
    })
  return { child, ended, says }
}
