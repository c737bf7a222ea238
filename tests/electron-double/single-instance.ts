import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Resolves when the first process has been told; the second must not end before. */
export let told: Promise<void> = Promise.resolve()

/**
 * The lock of one user-data folder, real across processes. False when another process holds it:
 * that one is told our command line.
 */
export function takeLock(
  userData: string,
  onSecond: (argv: string[], cwd: string) => void,
): boolean {
  const lock = join(userData, 'double.lock')
  const socket = join(userData, 'double.sock')
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
  } catch {
    if (isAlive(Number(readFileSync(lock, 'utf8')))) {
      const message = JSON.stringify({ argv: process.argv, cwd: process.cwd() })
      told = new Promise((resolve) => {
        connect(socket)
          .on('error', () => resolve())
          .on('close', () => resolve())
          .end(message)
      })
      return false
    }
    writeFileSync(lock, String(process.pid))
    rmSync(socket, { force: true })
  }
  const server = createServer((client) => {
    let text = ''
    client.on('data', (data) => {
      text += String(data)
    })
    client.on('end', () => {
      const { argv, cwd } = JSON.parse(text) as { argv: string[]; cwd: string }
      onSecond(argv, cwd)
    })
  })
  server.listen(socket).unref()
  process.on('exit', () => {
    rmSync(lock, { force: true })
    rmSync(socket, { force: true })
  })
  return true
}
