import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../../src/main/cli/commands.ts'
import { runProgram } from '../../../src/main/cli/program.ts'
import type { Jobs } from '../../../src/main/jobs/jobs.ts'
import type { RunOptions } from '../../../src/main/jobs/running-task.ts'
import { databasePath } from '../../../src/main/platform/data-files.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import { fail } from '../../../src/shared/domain/outcome.ts'
import { inlineJobs } from '../jobs/inline-jobs.ts'
import { BTC, batchOf, openInline, run, T0, unwrap } from '../store/store-kit.ts'
import { createTestConsole, createTestRooms } from './test-console.ts'
import { createTestFolder } from './test-folder.ts'

const folder = mkdtempSync(join(createTestFolder(), 'tape-'))
beforeAll(async () => {
  const { store } = await openInline(databasePath(folder, false))
  store.append(batchOf(run(1, 1_200)))
  unwrap(await store.flushed())
  await store.close()
})

async function type(
  words: readonly string[],
  jobs: Jobs = inlineJobs(openReader),
  test = createTestConsole(),
  data = folder,
) {
  const rooms = createTestRooms({ startJobs: async () => () => jobs })
  const line = [words[0] ?? '', '--data-dir', data, ...words.slice(1)]
  const code = await runProgram(commands, line, test.console, rooms)
  return { code, out: test.out(), err: test.err(), test }
}

describe('sql', () => {
  it('answers with a table, and says when rows were left out', async () => {
    const few = await type(['sql', 'SELECT count(*) AS n FROM trades'])
    expect(few).toMatchObject({ code: 0, out: '   n\n----\n1200\n', err: '' })
    const many = await type(['sql', 'SELECT id FROM trades'])
    expect(many.out.split('\n')).toHaveLength(1_003)
    expect(many.err).toBe('1,000 rows; there are more (--limit N, or --format csv)\n')
    const exact = await type(['sql', 'SELECT id FROM trades', '--limit', '1200'])
    expect(exact.err).toBe('')
  })

  it('gives all rows to programs, and as many as they want', async () => {
    const all = await type(['sql', '--format', 'csv', 'SELECT id FROM trades'])
    expect(all.out.split('\n')).toHaveLength(1_202)
    const two = await type(['sql', '--format', 'json', 'SELECT id FROM trades', '--limit', '2'])
    expect(JSON.parse(two.out)).toEqual([{ id: '1' }, { id: '2' }])
    expect(two.err).toContain('there are more')
  })

  it('says in one line what is wrong', async () => {
    const write = await type(['sql', 'DELETE FROM candle'])
    expect(write).toMatchObject({ code: 1, out: '' })
    expect(write.err).toMatch(/^tapedeck sql: The tape is read-only.*\n$/)
    expect((await type(['sql'])).err).toBe('tapedeck sql: "SELECT …" is missing\n')
    expect((await type(['sql', 'SELECT 1', 'SELECT 2'])).code).toBe(2)
    expect((await type(['sql', 'SELECT 1', '--limit', '0'])).code).toBe(2)
    expect((await type(['sql', 'SELECT 1', '--timeout', '5'])).code).toBe(2)
    expect((await type(['sql', 'SELECT 1', '--format', 'xml'])).code).toBe(2)
    expect((await type(['sql', 'SELECT 1', '--demo'])).err).toContain('does not exist')
  })

  it('hands the deadline on, is broken off by a signal, and ends at once when a thread is stuck', async () => {
    const test = createTestConsole()
    let given: RunOptions | undefined
    const stuck: Jobs = {
      run: async (_task, options) => {
        given = options
        test.signal('SIGINT')
        return fail('cancelled', options?.signal?.aborted === true ? 'asked to' : 'not asked')
      },
      close: async () => ({ stuck: 1 }),
    }
    const { code } = await type(['sql', 'SELECT 1', '--timeout', '5s'], stuck, test)
    expect(given?.deadlineMs).toBe(5_000)
    expect(given?.signal?.aborted).toBe(true)
    expect([code, ...test.killed]).toEqual([130, 130])
    expect(test.listeners.size).toBe(0)
  })
})

describe('verify', () => {
  it('says that all is well, in words or as a line', async () => {
    expect(await type(['verify'])).toMatchObject({
      code: 0,
      out: 'all is well: markets 1, trades 1,200, bars 1, spans 0\n',
    })
    const json = await type(['verify', '--json'])
    expect(json.test.lines()).toEqual([
      { event: 'verified', markets: 1, trades: 1_200, bars: 1, spans: 0, findings: 0 },
    ])
  })

  it('puts aside what cannot be read, on demand, and not while it is being recorded', async () => {
    const data = mkdtempSync(join(folder, 'damaged-'))
    const path = databasePath(data, false)
    const { store } = await openInline(path)
    store.append(batchOf(run(1, 1_200)))
    unwrap(await store.flushed())
    const typed = (...words: string[]) =>
      type(words, inlineJobs(openReader), createTestConsole(), data)
    const busy = await typed('verify', '--repair')
    expect([busy.code, busy.err]).toEqual([1, expect.stringContaining('Stop it first')])
    await store.close()
    expect((await typed('verify', '--repair')).out).toBe(
      'all is well: markets 1, trades 1,200, bars 1, spans 0, put aside 0\n',
    )
    const db = new Database(path)
    const bytes = db.prepare<[], Buffer>('SELECT data FROM tape_log').pluck().get()
    if (bytes === undefined) throw new Error('nothing in the log')
    bytes[40] = (bytes[40] ?? 0) ^ 1
    db.prepare('UPDATE tape_log SET data = ?').run(bytes)
    const { code, out } = await typed('verify', '--repair')
    expect(out).toMatch(/^put aside log \d+, 1200 trades .*\n/)
    expect([code, out]).toEqual([0, expect.stringContaining('trades 0, ')])
    expect(db.prepare('SELECT cause, state FROM gap').all()).toEqual([
      { cause: 'disk', state: 'open' },
    ])
    expect(db.prepare('SELECT data FROM damaged').pluck().all()).toEqual([bytes])
    db.close()
  })

  it('says what is wrong, a line each, and exits with 1', async () => {
    const db = new Database(databasePath(folder, false))
    db.exec('UPDATE candle SET trades = 1201')
    db.close()
    const message = 'trades 1201, by the trades 1200'
    expect(await type(['verify'])).toMatchObject({
      code: 1,
      out:
        `bar ${BTC} ${new Date(T0).toISOString()}: ${message}\n` +
        'findings 1: markets 1, trades 1,200, bars 1, spans 0\n',
    })
    const json = await type(['verify', '--json'])
    expect(json.code).toBe(1)
    expect(json.test.lines()).toEqual([
      { finding: 'bar', market: BTC, at: T0, message },
      { event: 'verified', markets: 1, trades: 1_200, bars: 1, spans: 0, findings: 1 },
    ])
  })
})
