import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { APPLICATION_ID, openDatabase } from '../../../src/main/store/database.ts'
import { MIGRATIONS } from '../../../src/main/store/migrations/migrations.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import { openForWriting } from '../../../src/main/store/store-server.ts'
import { mustOpen, packed, run, scratch, unwrap } from './store-kit.ts'

let folder: ReturnType<typeof scratch>
beforeEach(() => {
  folder = scratch()
})
afterEach(() => folder.remove())

const codeOf = (outcome: { ok: boolean; failure?: { code: string } }) =>
  outcome.ok ? 'ok' : outcome.failure?.code

describe('database', () => {
  it('is made with what durability needs', () => {
    const db = unwrap(openDatabase(folder.path))
    const pragma = (name: string) => db.pragma(name, { simple: true })
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('foreign_keys')).toBe(1)
    expect(pragma('busy_timeout')).toBeGreaterThan(0)
    expect(pragma('application_id')).toBe(APPLICATION_ID)
    expect(pragma('user_version')).toBe(MIGRATIONS.length)
    db.close()
  })

  it('runs each migration once, and none of one that fails', () => {
    const steps = ['CREATE TABLE a (x)', 'INSERT INTO a VALUES (1)']
    const rows = (db: Database.Database) => db.prepare('SELECT count(*) FROM a').pluck().get()
    const first = unwrap(openDatabase(folder.path, { migrations: steps.slice(0, 1) }))
    expect(rows(first)).toBe(0)
    first.close()
    for (let i = 0; i < 2; i += 1) {
      const again = unwrap(openDatabase(folder.path, { migrations: steps }))
      expect(rows(again)).toBe(1)
      again.close()
    }
    const broken = [...steps, 'INSERT INTO a VALUES (2); INSERT INTO nowhere VALUES (1)']
    expect(codeOf(openDatabase(folder.path, { migrations: broken }))).toBe('internal')
    const after = new Database(folder.path)
    expect(rows(after)).toBe(1)
    expect(after.pragma('user_version', { simple: true })).toBe(2)
    after.close()
  })

  it('refuses a newer format, to write and to read, and leaves the file as it is', () => {
    mustOpen(folder.path).close()
    const newer = new Database(folder.path)
    newer.pragma(`user_version = ${MIGRATIONS.length + 1}`)
    newer.close()
    const bytes = readFileSync(folder.path)
    const opened = openForWriting(folder.path)
    expect(opened).toMatchObject({ ok: false, failure: { code: 'invalid' } })
    expect(JSON.stringify(opened)).toContain('newer Tapedeck')
    expect(codeOf(openReader(folder.path))).toBe('invalid')
    expect(readFileSync(folder.path).equals(bytes)).toBe(true)
  })

  it('refuses a database of another program and leaves it as it is', () => {
    const other = new Database(folder.path)
    other.exec('CREATE TABLE notes (x)')
    other.close()
    const bytes = readFileSync(folder.path)
    expect(codeOf(openForWriting(folder.path))).toBe('invalid')
    expect(codeOf(openReader(folder.path))).toBe('invalid')
    expect(readFileSync(folder.path).equals(bytes)).toBe(true)
  })

  it('refuses a file that is no database, says what to do, and gives its lock back', () => {
    writeFileSync(folder.path, 'time,price\n'.repeat(1_000))
    for (let i = 0; i < 2; i += 1) {
      const opened = openForWriting(folder.path)
      expect(opened).toMatchObject({ ok: false, failure: { code: 'storage-corrupt' } })
      expect(JSON.stringify(opened)).toContain('Move it aside')
    }
    expect(codeOf(openReader(folder.path))).toBe('storage-corrupt')
  })

  it('refuses a database with pages overwritten', () => {
    const store = mustOpen(folder.path)
    store.log.append({ batches: [packed(run(1, 5_000))], partials: [] })
    store.close()
    const file = openSync(folder.path, 'r+')
    writeSync(file, Buffer.alloc(3 * 4_096, 0x5a), 0, 3 * 4_096, 12 * 4_096)
    closeSync(file)
    expect(codeOf(openForWriting(folder.path))).toBe('storage-corrupt')
    // Too large to be read through at each start: opens, and the whole check finds it.
    const opened = openForWriting(folder.path, { checkBytes: 1_000 })
    expect(codeOf(opened)).toBe('ok')
    unwrap(opened).close()
    const reader = unwrap(openReader(folder.path))
    expect(reader.integrity()).not.toEqual([])
    reader.close()
  })

  it('says that the folder is missing', () => {
    const opened = openForWriting(`${folder.path}-nowhere/tape.db`)
    expect(opened).toMatchObject({ ok: false, failure: { code: 'unavailable' } })
    expect(JSON.stringify(opened)).toContain('ENOENT')
  })

  it('has one writer and gives way after it closed', () => {
    const first = mustOpen(folder.path)
    const second = openForWriting(folder.path)
    expect(second).toMatchObject({ ok: false, failure: { code: 'busy' } })
    expect(JSON.stringify(second)).toContain('Another Tapedeck')
    first.close()
    mustOpen(folder.path).close()
  })
})
