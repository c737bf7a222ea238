import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'

const files = globSync('src/**/*.{ts,tsx}').map((path) => ({
  path: path.replaceAll('\\', '/'),
  text: readFileSync(path, 'utf8'),
}))
const having = (pattern: RegExp): string[] =>
  files.filter(({ text }) => pattern.test(text)).map(({ path }) => path)

test('electron is imported in its own room and in the preload only', () => {
  const importers = having(/from 'electron'|require\('electron'\)|import\('electron'\)/)
  expect(importers.length).toBeGreaterThan(4)
  for (const path of importers)
    expect(path).toMatch(/^src\/(main\/electron\/[a-z-]+|preload\/index)\.ts$/)
})

test('raw IPC, links to the outside and permissions each have one place', () => {
  expect(having(/\bipcMain\b/).map((path) => basename(path))).toEqual(['ipc-port.ts'])
  expect(having(/\bcontents\.send\(/).map((path) => basename(path))).toEqual(['ipc-port.ts'])
  expect(having(/\.openExternal\(/).map((path) => basename(path))).toEqual(['security.ts'])
  expect(having(/\bipcRenderer\b/)).toEqual(['src/preload/index.ts'])
})

test('the preload stays small and knows names only', () => {
  const preload = files.find(({ path }) => path === 'src/preload/index.ts')?.text ?? ''
  expect(preload.trimEnd().split('\n').length).toBeLessThanOrEqual(30)
  const imports = [...preload.matchAll(/from '([^']+)'/g)].map(([, from]) => from)
  expect(imports.sort()).toEqual(['../shared/contract/channels.ts', 'electron'])
})
