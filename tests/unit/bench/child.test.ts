import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { Child } from '../../bench/harness/child.ts'
import type { Usage } from '../../bench/harness/probe.ts'

const folder = mkdtempSync(join(tmpdir(), 'tapedeck-child-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A program of its own, from its text. */
function program(name: string, text: string): URL {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, text)
  return pathToFileURL(file)
}
const IDLE = 'setInterval(() => {}, 1_000);'

it('tells events once each, in whatever order they are asked for', async () => {
  const text = `for (const event of ['a', 'b', 'a']) process.send({ event, value: event + 1 }); ${IDLE}`
  const child = new Child(program('events', text), { deadlineMs: 20_000 })
  expect(await child.event('b')).toBe('b1')
  expect(await child.event('a')).toBe('a1')
  expect(await child.event('a')).toBe('a1')
  await child.stop('SIGKILL')
})

it('the probe tells the CPU time of all threads of a program that knows nothing of it', async () => {
  const burn = `import { Worker } from 'node:worker_threads'
    new Worker('const end = Date.now() + 300; while (Date.now() < end);', { eval: true })
      .on('exit', () => process.stdout.write('burnt')); ${IDLE}`
  const child = new Child(program('burn', burn), { probe: true, deadlineMs: 20_000 })
  const before = await child.ask<Usage>('usage')
  await child.line(/burnt/)
  const after = await child.ask<Usage>('usage')
  // On a busy machine a thread gets less than its time; it never gets none.
  expect(after.cpuMs - before.cpuMs).toBeGreaterThan(20)
  expect(after.rssBytes).toBeGreaterThan(1e6)
  await child.stop('SIGKILL')
})

it('every wait fails with the last words of a program that ended', async () => {
  const file = program('dies', "console.error('out of luck'); process.exitCode = 3")
  const child = new Child(file, { deadlineMs: 20_000 })
  await expect(child.event('ready')).rejects.toThrow(/dies\.mjs ended before event ready.*luck/s)
  await expect(child.orDead(new Promise(() => {}))).rejects.toThrow(/ended \(code 3\).*luck/s)
})

it('ends a program at its deadline', async () => {
  const child = new Child(program('stands', IDLE), { deadlineMs: 300 })
  await expect(child.event('ready')).rejects.toThrow(/ran into its deadline/)
})
