import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { exportFolder } from '../../../src/main/platform/export-folder.ts'
import { createTestFolder } from '../cli/test-folder.ts'

const parent = createTestFolder()
const fresh = (): string => mkdtempSync(join(parent, 'data-'))

it('is made when it is first needed, and names what is in it', async () => {
  const data = fresh()
  const folder = exportFolder(join(data, 'exports'))
  expect(await folder.freeBytes()).toBeNull()
  expect(await folder.names()).toEqual({ ok: true, value: [] })
  writeFileSync(folder.path('a.csv'), '')
  expect(await folder.names()).toEqual({ ok: true, value: ['a.csv'] })
  expect(await folder.freeBytes()).toBeGreaterThan(0)
})

it('removes what is there and nothing outside of it', async () => {
  const data = fresh()
  const folder = exportFolder(join(data, 'exports'))
  await folder.names()
  for (const path of ['a.csv', 'b.csv'].map(folder.path)) writeFileSync(path, '')
  writeFileSync(join(data, 'tape.sqlite'), '')
  await folder.remove(['a.csv', 'gone.csv', '../tape.sqlite'])
  expect(readdirSync(data).sort()).toEqual(['exports', 'tape.sqlite'])
  expect(await folder.names()).toEqual({ ok: true, value: ['b.csv'] })
  mkdirSync(folder.path('c.csv'))
  await folder.remove(['c.csv'])
  expect(await folder.names()).toEqual({ ok: true, value: ['b.csv', 'c.csv'] })
})

it('says what is to be done when it cannot be made', async () => {
  const data = fresh()
  writeFileSync(join(data, 'exports'), 'a file')
  const outcome = await exportFolder(join(data, 'exports')).names()
  expect(outcome).toMatchObject({ failure: { code: 'unavailable' } })
  expect(outcome.ok ? '' : outcome.failure.message).toMatch(
    /exports cannot be used: EEXIST.*Make room/,
  )
})
