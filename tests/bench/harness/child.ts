import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface ChildOptions {
  readonly args?: readonly string[]
  /** Loaded before the program: answers questions, replaces nothing. */
  readonly probe?: boolean
  /** On one core, where `taskset` is there. */
  readonly oneCore?: boolean
  /** Killed when it still runs then. */
  readonly deadlineMs: number
}

const probe = new URL('./probe.ts', import.meta.url).href
const alive = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})
// A signal alone would end this process without its `exit`, and leave the children running.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(code))

/** Whether a process can be held to one core here. */
export const canPin = (): boolean => existsSync('/usr/bin/taskset') || existsSync('/bin/taskset')

/**
 * A program in a process of its own: it says events, answers questions, and ends. Every wait fails
 * with its name and its last words when it ends first, by itself or by its deadline.
 */
export class Child {
  readonly name: string
  /** Text on stdout and stderr so far. */
  stdout = ''
  stderr = ''
  readonly #process: ChildProcess
  readonly #events: { readonly event: string; readonly value: unknown }[] = []
  readonly #answers = new Map<number, (value: unknown) => void>()
  readonly #ended: Promise<number | null>
  #over = false
  #late = false
  #asked = 0
  #waiting: (() => void)[] = []

  constructor(file: URL, { args = [], probe: probed, oneCore, deadlineMs }: ChildOptions) {
    this.name = file.pathname.split('/').at(-1) ?? file.pathname
    const node = [
      ...(probed === true ? ['--import', probe] : []),
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(file),
      ...args,
    ]
    const [command, ...rest] =
      oneCore === true && canPin()
        ? ['taskset', '-c', '0', process.execPath, ...node]
        : [process.execPath, ...node]
    const child = spawn(command ?? process.execPath, rest, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#process = child
    alive.add(child)
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#said('stdout', text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#said('stderr', text))
    child.on('message', (message) => this.#receive(message as Message))
    const late = setTimeout(() => {
      this.#late = true
      child.kill('SIGKILL')
    }, deadlineMs)
    this.#ended = once(child, 'close').then(([code]) => {
      clearTimeout(late)
      alive.delete(child)
      this.#over = true
      this.#wake()
      return code as number | null
    })
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  send(message: object): void {
    if (this.#process.connected) this.#process.send(message)
  }

  /** The next event of that name that was not taken yet. */
  async event<T>(name: string): Promise<T> {
    return (
      await this.#take(() => {
        const found = this.#events.findIndex(({ event }) => event === name)
        return found < 0 ? undefined : this.#events.splice(found, 1)[0]
      }, `event ${name}`)
    ).value as T
  }

  /** Waits until something that is looked for in what it has said is there. */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#take(() => pattern.exec(this.stdout) ?? undefined, `${pattern}`)
  }

  async ask<T>(what: string): Promise<T> {
    this.#asked += 1
    const n = this.#asked
    let answer: { readonly value: unknown } | undefined
    this.#answers.set(n, (value) => {
      answer = { value }
    })
    this.send({ ask: n, what })
    return (await this.#take(() => answer, `an answer to ${what}`)).value as T
  }

  /** Rejects when the process ends; for work that waits for somebody else meanwhile. */
  async orDead<T>(work: Promise<T>): Promise<T> {
    work.catch(() => {}) // when the death is told first
    const death = this.#ended.then((code) => {
      const why = this.#late ? 'ran into its deadline' : `ended (code ${code})`
      throw new Error(`${this.name} ${why}: ${this.stderr.slice(-2_000)}`)
    })
    death.catch(() => {}) // when the work was done first
    return Promise.race([work, death])
  }

  /** Asks it to end with a signal; resolves with its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#process.kill(signal)
    return this.#ended
  }

  #said(stream: 'stdout' | 'stderr', text: string): void {
    this[stream] = (this[stream] + text).slice(-100_000)
    this.#wake()
  }

  #receive(message: Message): void {
    if ('answer' in message) {
      this.#answers.get(message.answer)?.(message.value)
      this.#answers.delete(message.answer)
    } else this.#events.push(message)
    this.#wake()
  }

  async #take<T>(look: () => T | undefined, what: string): Promise<T> {
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      if (this.#over) {
        const why = this.#late ? 'ran into its deadline' : 'ended'
        throw new Error(`${this.name} ${why} before ${what} came: ${this.stderr.slice(-2_000)}`)
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

type Message =
  | { readonly answer: number; readonly value: unknown }
  | { readonly event: string; readonly value: unknown }
