import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { epochMs } from '../../src/shared/domain/time.ts'
import { mustOpen, scratch } from '../unit/store/store-kit.ts'

const WRITER = fileURLToPath(new URL('./analysis-writer.ts', import.meta.url))
const ROUNDS = 6

/** Runs a writer until it has said `lines` lines, then kills it. Returns all that it said. */
async function runAndKill(path: string, from: number, lines: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [WRITER, path, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: string[] = []
  const closed = once(child, 'close')
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    if (said.length === lines) child.kill('SIGKILL')
  }
  await closed
  return said
}

it(`what a request may use is on the disk before it may be sent, though the app is killed, ${ROUNDS} times`, {
  timeout: 60_000,
}, async () => {
  const folder = scratch()
  let next = 1
  for (let round = 0; round < ROUNDS; round += 1) {
    const said = await runAndKill(folder.path, next, 3 + Math.floor(Math.random() * 60))
    const store = mustOpen(folder.path)
    const { requests, newestRequest } = store.analyses.book(epochMs(0))
    const tokens = new Map(requests.map((one) => [one.id, one.tokens]))
    for (const line of said) {
      const [what = '', id = ''] = line.split(' ')
      const kept = tokens.get(Number(id))
      if (what === 'settled') expect(kept).toBe(10)
      // A settlement may be on the disk before anyone heard of it.
      else if (Number(id) % 2 === 0) expect([10, 1_000]).toContain(kept)
      else expect(kept).toBe(1_000)
    }
    expect(requests.map(({ id }) => id)).toEqual(
      Array.from({ length: newestRequest }, (_, i) => i + 1),
    )
    expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok')
    store.close()
    next = newestRequest + 1
  }
  folder.remove()
})
