import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const ROOT = new URL('../../../src/renderer/', import.meta.url).pathname

/** What a room of the renderer may import besides itself; packages by name. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  connection: ['shared'],
  state: ['shared', 'connection', 'zustand/vanilla'],
  binding: [
    'shared',
    'state',
    'i18n',
    'react',
    'zustand',
    'zustand/vanilla',
    'zustand/react/shallow',
  ],
  i18n: ['shared', 'state', 'i18next', 'react-i18next'],
  ui: ['react', 'radix-ui'],
  charts: ['shared', 'react', 'lightweight-charts', 'recharts'],
  features: [
    'shared',
    'connection',
    'state',
    'binding',
    'i18n',
    'ui',
    'charts',
    'react',
    'react-i18next',
    'zustand',
    '@tanstack/react-virtual',
  ],
  layout: ['binding', 'features', 'state', 'ui', 'react', 'react-i18next', 'radix-ui'],
}

function room(path: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier
  const target = new URL(specifier, `file://${path}`).pathname
  if (!target.startsWith(ROOT)) return target.includes('/src/shared/') ? 'shared' : 'outside'
  const [first = '', second = ''] = target.slice(ROOT.length).split('/')
  return first === 'features' ? `features/${second}` : first
}

it('each room imports only what its place allows, and features not each other', () => {
  const wrong: string[] = []
  for (const path of readdirSync(ROOT, { recursive: true, encoding: 'utf8' })) {
    const [own = '', feature = ''] = path.split('/')
    const allowed = MAY[own]
    if (!/\.tsx?$/.test(path) || allowed === undefined) continue
    const code = readFileSync(ROOT + path, 'utf8')
    for (const [, specifier = ''] of code.matchAll(/(?:from|^import) '([^']+)'/gm)) {
      const target = room(ROOT + path, specifier)
      const same = own === 'features' ? `features/${feature}` : own
      const kind = own !== 'features' && target.startsWith('features/') ? 'features' : target
      if (kind !== same && !allowed.includes(kind)) wrong.push(`${path}: ${specifier}`)
    }
  }
  expect(wrong).toEqual([])
})
