import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SqlFormat, type SqlRow, sqlText } from '../../../src/main/services/sql-output.ts'

const text = (columns: readonly string[], rows: Iterable<SqlRow>, format: SqlFormat): string =>
  [...sqlText(columns, rows, format)].join('')

const ODD: SqlRow = [null, 2n ** 63n - 1n, -1.5, Uint8Array.of(0, 255), 'a"b,\nc']
const NAMES = ['none', 'big', 'real', 'bytes', 'text']

describe('the answer of a question', () => {
  it('is CSV, NULL empty and bytes hexadecimal', () => {
    expect(text(NAMES, [ODD], 'csv')).toBe(
      'none,big,real,bytes,text\n,9223372036854775807,-1.5,00ff,"a""b,\nc"\n',
    )
    expect(text(['a'], [], 'csv')).toBe('a\n')
  })

  it('is JSON in which no number loses digits', () => {
    const row = {
      none: null,
      big: '9223372036854775807',
      real: -1.5,
      bytes: '00ff',
      text: 'a"b,\nc',
    }
    expect(JSON.parse(text(NAMES, [ODD], 'ndjson'))).toEqual(row)
    expect(JSON.parse(text(NAMES, [ODD, ODD], 'json'))).toEqual([row, row])
    expect(text(['a'], [], 'json')).toBe('[]\n')
    expect(text(['a'], [], 'ndjson')).toBe('')
    expect(text(['x'], [[Number.POSITIVE_INFINITY]], 'ndjson')).toBe('{"x":"Infinity"}\n')
  })

  it('keeps columns of one name, and their order, apart', () => {
    expect(text(['b', '1', 'b', 'b_2'], [[1, 2, 3, 4]], 'ndjson')).toBe(
      '{"b":1,"1":2,"b_2":3,"b_2_2":4}\n',
    )
  })

  it('is a table for people: numbers to the right, wide cells cut, nothing for the terminal', () => {
    const rows: SqlRow[] = [
      [1, 'x'.repeat(50)],
      [null, 'red \u001b[31m\n'],
    ]
    expect(text(['n', 'text'], rows, 'table')).toBe(
      [
        '   n  text',
        `----  ${'-'.repeat(40)}`,
        `   1  ${'x'.repeat(39)}…`,
        'NULL  red \\u001b[31m\\u000a',
        '',
      ].join('\n'),
    )
    expect(text(['a', 'b'], [], 'table')).toBe('a  b\n-  -\n')
  })

  it('measures a long table by its beginning, and pulls no further than asked', () => {
    let pulled = 0
    const endless = function* (): Generator<SqlRow> {
      for (;;) {
        pulled += 1
        yield [pulled]
      }
    }
    const lines = sqlText(['n'], endless(), 'table')[Symbol.iterator]()
    expect([lines.next().value, lines.next().value, lines.next().value]).toEqual([
      '   n\n',
      '----\n',
      '   1\n',
    ])
    expect(pulled).toBe(1_000)
    lines.return?.()
  })

  it('can be read back whatever is in it', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constant(null),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value)), (rows) => {
        const objects = rows.map(([a, b]) => ({ a, b: b === 0 ? 0 : b }))
        const parsed = JSON.parse(text(['a', 'b'], rows, 'json')) as unknown[]
        expect(parsed).toEqual(JSON.parse(JSON.stringify(objects)))
        const lines = text(['a', 'b'], rows, 'ndjson').split('\n').slice(0, -1)
        expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(parsed)
        const table = text(['a', 'b'], rows, 'table').split('\n')
        expect(table).toHaveLength(rows.length + 3)
      }),
      { numRuns: 50 },
    )
  })
})
