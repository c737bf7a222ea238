import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { CHARTS_NOTICE } from '../src/renderer/features/about/notice.ts'
import { importsOf } from './architecture/imports.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const SRC = join(ROOT, 'src')
const ADVICE = 'run: node scripts/licences.mjs'
/** Given by the runtime, or only doors to packages that are listed themselves. */
const NOT_LISTED = /^(?:node:|electron$|radix-ui$)/

const text = readFileSync(join(ROOT, 'resources', 'THIRD_PARTY.md'), 'utf8')
const listed = new Map(
  [...text.matchAll(/^\| (\S+) \| (\d\S*) \| .+ \|$/gm)].map(([, name = '', version]) => [
    name,
    version,
  ]),
)
const packageOf = (specifier: string) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier

function importedPackages(): Set<string> {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  const imports = files
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => importsOf(file, readFileSync(join(SRC, file), 'utf8')))
    .filter(({ kind, to }) => kind !== 'type' && !/\.(?:tsx?|css)$/.test(to))
  return new Set(imports.map(({ to }) => packageOf(to)).filter((name) => !NOT_LISTED.test(name)))
}

test('every package that the sources import has its notice', () => {
  const imported = importedPackages()
  expect(imported.size).toBeGreaterThan(8)
  expect(
    [...imported].filter((name) => !listed.has(name)),
    ADVICE,
  ).toEqual([])
})

test('the versions are those of the lock file', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { readonly version?: string }>
  }
  const locked = (name: string) =>
    Object.entries(packages)
      .filter(([path]) => path.endsWith(`node_modules/${name}`))
      .map(([, entry]) => entry.version)
  const old = [...listed].filter(([name, version]) => !locked(name).includes(version))
  expect(listed.size).toBeGreaterThan(50)
  expect(old, ADVICE).toEqual([])
})

test('licence texts and the notice of the chart library are there, word for word', () => {
  const unindented = text.replace(/^ {4}/gm, '')
  expect(unindented).toContain(CHARTS_NOTICE)
  const apache = readFileSync(join(ROOT, 'node_modules/lightweight-charts/LICENSE'), 'utf8')
  const words = (from: string) => from.split(/\s+/).filter(Boolean).join(' ')
  expect(words(unindented)).toContain(words(apache))
  expect(unindented).toContain('Permission is hereby granted, free of charge')
})
