import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { at, root } from './root.mjs'

/**
 * The environment for tools of this project: its own programs come first on the path, and a mark
 * that would make Electron behave as plain Node is taken out.
 */
export function toolEnvironment(extra = {}) {
  const env = { ...process.env, ...extra }
  const key = Object.keys(env).find((name) => name.toLowerCase() === 'path') ?? 'PATH'
  const own = at('node_modules', '.bin')
  const parts = (env[key] ?? '').split(delimiter)
  env[key] = [own, ...parts.filter((part) => part !== own)].join(delimiter)
  delete env.ELECTRON_RUN_AS_NODE
  return env
}

/**
 * Runs a program to its end. Its output goes to this terminal (`show`) or is kept and returned.
 * Never rejects: a program that cannot be started has code 127 and the reason as its output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, show?: boolean, limitMs?: number, shell?: boolean, keepIn?: string }} [options]
 *   `keepIn`: a file that takes the output too
 * @returns {Promise<{ code: number, output: string, timedOut: boolean, ms: number }>}
 */
export function run(command, args, options = {}) {
  const started = Date.now()
  return new Promise((resolve) => {
    let output = ''
    let timedOut = false
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? toolEnvironment(),
      shell: options.shell ?? false,
      stdio: ['ignore', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
    })
    const timer = options.limitMs && setTimeout(() => stop(), options.limitMs)
    const stop = () => {
      timedOut = true
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), 5_000).unref()
    }
    const finish = (code, extra = '') => {
      clearTimeout(timer)
      output += extra
      if (options.keepIn !== undefined) keep(options.keepIn, output)
      resolve({ code, output, timedOut, ms: Date.now() - started })
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text
      })
    }
    child.on('error', (error) => finish(127, error.message))
    child.on('close', (code, signal) => finish(code ?? 128, signal ? `ended by ${signal}\n` : ''))
  })
}

function keep(path, text) {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  } catch {
    // A log that cannot be kept is no reason to fail: the reason itself is still reported.
  }
}
