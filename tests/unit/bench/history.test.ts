import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Row } from '../../bench/harness/figures.ts'
import { append, type Entry, entryOf, lastOf, readHistory } from '../../bench/harness/history.ts'

const row = (name: string, measured: number | null): Row => ({
  name,
  what: name,
  unit: 'x',
  better: 'less',
  target: null,
  measured,
})
const line = (bench: string, rows: Entry['rows']): string => JSON.stringify({ bench, rows })

it('writes one line a run and reads it back', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-history-'))
  const file = join(folder, 'history.ndjson')
  try {
    expect(readHistory(file)).toBe('')
    const size = { trades: 1_000, rounds: 3 }
    append(entryOf('ingest', size, [row('a', 0.51234), row('b', null), row('c', Number.NaN)]), file)
    append(entryOf('ingest', size, [row('a', 0.4)]), file)
    const lines = readHistory(file).trim().split('\n')
    expect(lines.map((each) => (JSON.parse(each) as Entry).rows)).toEqual([
      { a: 0.512 },
      { a: 0.4 },
    ])
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      bench: 'ingest',
      node: process.version,
      trades: 1_000,
      rounds: 3,
      commit: expect.stringMatching(/^([0-9a-f]{7,}\+?|unknown)$/),
      cores: expect.any(Number),
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

it('finds the newest figure of each row, also when only a part was run last', () => {
  const history = [
    line('ingest', { a: 1, b: 2 }),
    line('store', { a: 7 }),
    line('ingest', { a: 3 }),
    '',
  ].join('\n')
  expect(lastOf('ingest', history)).toEqual({ a: 3, b: 2 })
  expect(lastOf('replay', history)).toEqual({})
})
