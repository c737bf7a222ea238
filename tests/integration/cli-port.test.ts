import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { tapedeck } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'tapedeck-port-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const served = async (): Promise<number> => {
  const server = tapedeck('serve', '--data-dir', folder, '--demo')
  const { url } = await server.event('ready')
  server.child.kill('SIGTERM')
  expect((await server.ended).code).toBe(0)
  return Number(new URL(String(url)).port)
}

it('serves at the address of last time, and at another when that one is taken', async () => {
  const first = await served()
  expect(Number(readFileSync(join(folder, 'last-port'), 'utf8'))).toBe(first)
  expect(await served()).toBe(first)
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(first, '127.0.0.1', resolve))
  expect(await served()).not.toBe(first)
  await new Promise((resolve) => other.close(resolve))
}, 40_000)
