import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { root } from './root.mjs'
import { say } from './say.mjs'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
/** Ctrl+C comes by several roads at once (terminal, npm): what follows this soon is the same press. */
const SAME_PRESS_MS = 500
const windows = process.platform === 'win32'

/**
 * Runs a program in our place until it ends: its output here, our signals to it, once each. The
 * program is in a process group of its own, so that Ctrl+C reaches it by us alone. A third press
 * ends it hard.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env: NodeJS.ProcessEnv, onLine?: (line: string) => boolean,
 *   onStart?: (child: import('node:child_process').ChildProcess) => void }} options `onLine` gets each
 *   line of stdout; when it answers true the line is not shown
 * @returns {Promise<{ code: number, signal: string | null, asked: boolean, ms: number, error?: Error }>}
 *   `asked`: we were told to stop
 */
export function runInForeground(command, args, { env, onLine, onStart }) {
  const started = Date.now()
  const child = spawn(command, args, {
    cwd: root,
    env,
    detached: !windows,
    stdio: ['ignore', onLine === undefined ? 'inherit' : 'pipe', 'inherit'],
  })
  if (onLine !== undefined) eachLine(child.stdout, onLine)
  const presses = forwardSignals(child)
  onStart?.(child)
  return new Promise((resolve) => {
    const finish = (code, signal, error) => {
      presses.stop()
      const number = code ?? 128 + (constants.signals[signal] ?? 0)
      resolve({ code: number, signal, asked: presses.count() > 0, ms: Date.now() - started, error })
    }
    child.on('error', (error) => finish(127, null, error))
    child.on('close', (code, signal) => finish(code, signal))
  })
}

function forwardSignals(child) {
  let count = 0
  let last = Number.NEGATIVE_INFINITY
  const forward = (signal) => {
    if (Date.now() - last < SAME_PRESS_MS) return
    last = Date.now()
    count += 1
    if (count === 1) say('stopping; writing what is in memory …')
    if (count >= 3) child.kill('SIGKILL')
    // On Windows the console has told the program already.
    else if (!windows) child.kill(signal)
  }
  for (const signal of SIGNALS) process.on(signal, forward)
  return {
    count: () => count,
    stop: () => {
      for (const signal of SIGNALS) process.removeListener(signal, forward)
    },
  }
}

function eachLine(stream, onLine) {
  let rest = ''
  const show = (line) => {
    if (!onLine(line)) process.stdout.write(`${line}\n`)
  }
  stream.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()
    for (const line of lines) show(line)
  })
  stream.on('end', () => {
    if (rest !== '') show(rest)
  })
}
