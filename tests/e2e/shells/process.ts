import { type ChildProcess, spawn } from 'node:child_process'

export interface App {
  readonly child: ChildProcess
  readonly ended: Promise<number>
  readonly output: () => string
}

/** A process of Node with its output kept; a signal that ends it counts as 128. */
export function start(args: readonly string[], env: Readonly<Record<string, string>>): App {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill) // no app outlives the tests, whatever becomes of them
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data) => {
      output += String(data)
    })
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code) => {
      process.off('exit', kill)
      resolve(code ?? 128)
    })
  })
  return { child, ended, output: () => output }
}

/** Resolves with what `look` finds in the app; fails with its output when the app ends before. */
export async function first<T>(
  app: App,
  look: (found: (value: T) => void) => () => void,
): Promise<T> {
  const found = Promise.withResolvers<T>()
  const stop = look(found.resolve)
  void app.ended.then((code) =>
    found.reject(new Error(`The app ended with ${code} before it was ready:\n${app.output()}`)),
  )
  return found.promise.finally(stop)
}
