import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLogFile } from '../../../src/main/electron/log-file.ts'

let folder: string
const read = (name: string): string => readFileSync(join(folder, 'logs', name), 'utf8')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('each start appends; every line is on disk when it was written', () => {
  openLogFile(join(folder, 'logs'))('one')
  const write = openLogFile(join(folder, 'logs'))
  write('two')
  expect(read('tapedeck.log')).toBe('one\ntwo\n')
})

test('a large log is put aside, not grown for ever', () => {
  openLogFile(join(folder, 'logs'))('x'.repeat(5_000_001))
  openLogFile(join(folder, 'logs'))('fresh')
  expect(read('tapedeck.log')).toBe('fresh\n')
  expect(existsSync(join(folder, 'logs', 'old-tapedeck.log'))).toBe(true)
})

test('a folder that cannot be made costs nothing but the log', () => {
  writeFileSync(join(folder, 'logs'), 'a file is in the way')
  expect(() => openLogFile(join(folder, 'logs', 'deeper'))('line')).not.toThrow()
})
