import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { FromStore } from '../../../src/main/store/store-protocol.ts'
import { openForWriting, serveStore } from '../../../src/main/store/store-server.ts'
import { packed, run, scratch } from './store-kit.ts'

let folder: ReturnType<typeof scratch>
beforeEach(() => {
  folder = scratch()
})
afterEach(() => folder.remove())

it('says that a reader keeps the log long, and shortens the log when that reader is gone', () => {
  const large = 6 * 2 ** 20
  const posted: FromStore[] = []
  const handle = serveStore(
    folder.path,
    (message) => posted.push(message),
    () => openForWriting(folder.path),
    { largeWalBytes: large },
  )
  const walBytes = (): number => statSync(`${folder.path}-wal`).size
  let next = 0
  const write = (times: number): void => {
    for (let i = 0; i < times; i += 1) {
      handle({ t: 'write', write: { batches: [packed(run(next, 500))], partials: [] } })
      next += 500
    }
  }
  const held = () => posted.filter(({ t }) => t === 'log')
  write(1)
  const reader = new Database(folder.path, { readonly: true })
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM tape_log').get()
  write(960)
  expect(walBytes()).toBeGreaterThan(large)
  expect(held().length).toBeGreaterThan(0)
  expect(held()[0]).toMatchObject({
    event: 'store.wal-held',
    fields: { walBytes: expect.any(Number) },
  })
  reader.close()
  write(32)
  expect(walBytes()).toBeLessThan(large)
  handle({ t: 'close' })
  expect(posted.filter(({ t }) => t === 'refused')).toEqual([])
  expect(posted.at(-1)).toEqual({ t: 'closed' })
})
