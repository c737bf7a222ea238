import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSql, type SqlReader, sqlFailure } from '../../../src/main/store/sql-reader.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import {
  BTC,
  batchOf,
  ETH,
  gap,
  gaps,
  openInline,
  run,
  scratch,
  T0,
  trade,
  unwrap,
} from './store-kit.ts'

let folder: ReturnType<typeof scratch>
const open: SqlReader[] = []
beforeEach(async () => {
  folder = scratch()
  const { store } = await openInline(folder.path)
  store.append(batchOf([...run(1, 3_000), trade({ market: ETH, id: '9007199254740993' })]), [
    ...gaps(gap(1, T0, T0 + 5, { missing: 2 })),
  ])
  unwrap(await store.flushed())
  await store.close()
})
afterEach(() => {
  for (const reader of open.splice(0)) reader.close()
  folder.remove()
})

function questions(check?: () => void): SqlReader {
  const reader = unwrap(openSql(folder.path, check))
  open.push(reader)
  return reader
}
const ask = (sql: string, reader = questions()) => {
  const { columns, rows } = unwrap(reader.query(sql))
  return { columns, rows: [...rows()] }
}
const refusal = (sql: string) => {
  const asked = questions().query(sql)
  return asked.ok ? 'answered' : [asked.failure.code, asked.failure.message]
}

describe('questions in SQL', () => {
  it('are answered from the views that people know', () => {
    expect(ask('SELECT market, count(*) AS n FROM trades GROUP BY 1 ORDER BY 1')).toEqual({
      columns: ['market', 'n'],
      rows: [
        [BTC, 3_000],
        [ETH, 1],
      ],
    })
    expect(ask('SELECT market, trades, open_time FROM candles ORDER BY 1').rows).toEqual([
      [BTC, 3_000, T0],
      [ETH, 1, T0],
    ])
    expect(ask('SELECT market, missing FROM gaps').rows).toEqual([[BTC, 2]])
  })

  it('bring every kind of value, whole numbers exactly', () => {
    const sql = `SELECT NULL, 1, ${Number.MAX_SAFE_INTEGER}, 9223372036854775807, 1.5, 'ü', x'00ff'`
    expect(ask(sql).rows).toEqual([
      [null, 1, Number.MAX_SAFE_INTEGER, 2n ** 63n - 1n, 1.5, 'ü', Buffer.of(0, 255)],
    ])
    expect(ask("SELECT id FROM trades WHERE market = 'okx:ETH-USDT'").rows).toEqual([
      ['9007199254740993'],
    ])
  })

  it.each([
    'DELETE FROM candle',
    'UPDATE gap SET missing = 0 RETURNING id',
    'CREATE TABLE t (a)',
    'CREATE TEMP TABLE t (a)',
    'DROP VIEW trades',
    "ATTACH '/tmp/other.db' AS other",
    "VACUUM INTO '/tmp/other.db'",
    'PRAGMA query_only = 0',
    'PRAGMA journal_mode = DELETE',
    'PRAGMA wal_checkpoint',
    'EXPLAIN DELETE FROM candle',
    'WITH x AS (SELECT 1) DELETE FROM candle',
    'BEGIN IMMEDIATE',
  ])('change nothing: %s', (sql) => {
    expect(refusal(sql)).toEqual(['invalid', expect.stringContaining('read-only')])
  })

  it('cannot load code', () => {
    expect(() => ask("SELECT load_extension('x')")).toThrow('not authorized')
  })

  it.each([
    ['SELECT prize FROM trades', /^no such column: prize\. trades has market, id, price, qty/],
    ['SELECT c.x FROM candles c', /^no such column: c\.x\. candles has market, open_time/],
    ['SELECT * FROM trade_s', /^no such table: trade_s\. There are: trades, candles, gaps, /],
    ['SELEC 1', /near "SELEC": syntax error/],
    ['SELECT 1; SELECT 2', /^One statement/],
    [' -- nothing', /no statement/],
    ['SELECT (1', /incomplete/],
  ])('say what is wrong with %s', (sql, message) => {
    expect(refusal(sql)).toEqual(['invalid', expect.stringMatching(message)])
  })

  it('say what is wrong while rows are pulled', () => {
    const failure = (sql: string) => {
      try {
        return ask(sql)
      } catch (error) {
        return sqlFailure(error)
      }
    }
    expect(failure('SELECT * FROM trades WHERE id = ?')).toMatchObject({
      failure: { code: 'invalid', message: expect.stringContaining('parameter') },
    })
    expect(failure('SELECT abs(-9223372036854775808)')).toMatchObject({
      failure: { code: 'invalid', message: 'integer overflow' },
    })
    expect(() => sqlFailure(new TypeError('a bug'))).toThrow('a bug')
  })

  it('can be ended between the rows of a view, also inside one step', () => {
    let looks = 0
    const reader = questions(() => {
      looks += 1
      if (looks === 3) throw new Error('enough')
    })
    expect(() => ask('SELECT count(*) FROM trades a, trades b', reader)).toThrow('enough')
    expect(ask('SELECT 1', reader).rows).toEqual([[1]])
  })

  it('are refused by what is no tape', () => {
    expect(openSql(`${folder.path}.no`)).toMatchObject({ failure: { code: 'not-found' } })
    writeFileSync(`${folder.path}.x`, 'no database, whatever its name says; long enough'.repeat(99))
    expect(openSql(`${folder.path}.x`)).toMatchObject({ failure: { code: 'storage-corrupt' } })
  })

  it('do not hold the writer up, and lose nothing while it writes', async () => {
    const { rows } = unwrap(questions().query('SELECT id FROM trades'))
    const pulled = rows()
    pulled.next()
    const { store } = await openInline(folder.path)
    store.append(batchOf([trade({ id: 'later', exchangeTime: epochMs(T0 + 9_000) })]))
    expect(await store.flushed()).toEqual({ ok: true, value: null })
    await store.close()
    // Trades come over a connection of their own: what is written meanwhile may show, or may not.
    expect([3_000, 3_001]).toContain([...pulled].length)
    expect(ask("SELECT count(*) FROM trades WHERE id = 'later'").rows).toEqual([[1]])
  })
})
