import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What is run: the sources, or what `npm run build` made of them. */
export const SOURCES = fileURLToPath(new URL('../../src/main/headless.ts', import.meta.url))
export const BUILT = fileURLToPath(new URL('../../out/main/headless.js', import.meta.url))
const READY_MS = 60_000
const STOP_MS = 60_000

/** The app under test, as a process of its own; started again after each kill. */
export class Recorder {
  readonly #entry: string
  readonly #args: readonly string[]
  readonly #logPath: string
  readonly #database: string
  #child: ChildProcess | null = null
  starts = 0
  /** Ends that nobody ordered. */
  crashes = 0
  #ordered = false

  constructor(entry: string, args: readonly string[], logPath: string, database: string) {
    this.#entry = entry
    this.#args = args
    this.#logPath = logPath
    this.#database = database
  }

  /** Resolves when it says that it is ready. */
  async start(): Promise<void> {
    const log = openSync(this.#logPath, 'a')
    this.#ordered = false
    this.starts += 1
    const child = spawn(process.execPath, [this.#entry, ...this.#args], {
      stdio: ['ignore', 'pipe', log],
    })
    closeSync(log)
    this.#child = child
    child.once('exit', () => {
      if (!this.#ordered) this.crashes += 1
    })
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('the recorder is not ready')), READY_MS)
      child.stdout?.on('data', (data) => {
        if (String(data).includes('"ready"')) {
          clearTimeout(late)
          resolve()
        }
      })
      child.once('exit', (code) => {
        clearTimeout(late)
        reject(new Error(`the recorder ended before it was ready (code ${code})`))
      })
    })
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === null || child.exitCode !== null) return
    this.#ordered = true
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }

  /** Stops in good order; false when it had to be killed. */
  async stop(): Promise<boolean> {
    const child = this.#child
    if (child === null || child.exitCode !== null || child.signalCode !== null) return true
    this.#ordered = true
    child.kill('SIGTERM')
    const gone = once(child, 'exit').then(() => true)
    const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), STOP_MS))
    if (await Promise.race([gone, late])) return child.exitCode === 0
    child.kill('SIGKILL')
    return false
  }

  /** Lets no file of the process grow from now on, as a full disk does. False where that cannot be done. */
  fillDisk(): boolean {
    return this.#limit(statSync(`${this.#database}-wal`, { throwIfNoEntry: false })?.size ?? 0)
  }

  freeDisk(): void {
    this.#limit('unlimited')
  }

  /** Resident memory in bytes; null where the system does not tell. */
  rss(): number | null {
    try {
      const status = readFileSync(`/proc/${this.#child?.pid}/status`, 'utf8')
      const kb = /VmRSS:\s+(\d+)/.exec(status)?.[1]
      return kb === undefined ? null : Number(kb) * 1_024
    } catch {
      return null
    }
  }

  #limit(bytes: number | 'unlimited'): boolean {
    try {
      execFileSync('prlimit', ['--pid', String(this.#child?.pid), `--fsize=${bytes}:unlimited`], {
        stdio: 'ignore',
      })
      return true
    } catch {
      return false
    }
  }
}
