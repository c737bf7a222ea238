import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const ENTRY = fileURLToPath(new URL('../../src/main/headless.ts', import.meta.url))

/** The command line under test as a process of its own, run from the sources. */
export interface Running {
  readonly child: ChildProcess
  /** The first line on stdout whose `event` is this one; fails when the process ends before it. */
  event(name: string): Promise<Readonly<Record<string, unknown>>>
  /** Exit code, and everything that was printed. */
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>
}

export const tapedeck = (...args: readonly string[]): Running => tapedeckIn({}, ...args)

/** The same with more in its environment. */
export function tapedeckIn(
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Running {
  const child = spawn(process.execPath, [ENTRY, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill) // no process outlives the tests, however they end
  let stdout = ''
  let stderr = ''
  const lines = new Set<() => void>()
  const notify = (): void => {
    for (const check of lines) check()
  }
  child.stdout.on('data', (data) => {
    stdout += String(data)
    notify()
  })
  child.stderr.on('data', (data) => {
    stderr += String(data)
  })
  const ended = once(child, 'close').then(([code]) => {
    process.off('exit', kill)
    notify()
    return { code: code as number | null, stdout, stderr }
  })
  return {
    child,
    ended,
    event: (name) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          for (const line of stdout.split('\n').slice(0, -1)) {
            const value = JSON.parse(line) as Record<string, unknown>
            if (value.event !== name) continue
            lines.delete(check)
            resolve(value)
            return
          }
          if (child.exitCode !== null || child.signalCode !== null)
            reject(new Error(`ended without ${name}: ${stderr.slice(-2_000)}`))
        }
        lines.add(check)
        check()
      }),
  }
}

/** Waits until a condition holds, looking again every 20 ms, at most `seconds`. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  seconds = 15,
): Promise<void> {
  const deadline = Date.now() + seconds * 1_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
