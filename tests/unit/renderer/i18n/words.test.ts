import { readdirSync, readFileSync } from 'node:fs'
import { parseSync } from 'vite'
import { describe, expect, it } from 'vitest'
import { en } from '../../../../src/renderer/i18n/en.ts'
import { createWords } from '../../../../src/renderer/i18n/i18n.ts'
import { vi } from '../../../../src/renderer/i18n/vi.ts'
import { zhCn } from '../../../../src/renderer/i18n/zh-cn.ts'

type Tree = { readonly [key: string]: string | Tree }

const flat = (words: Tree, path = ''): [string, string][] =>
  Object.entries(words).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : flat(value, `${path}${key}.`),
  )
const holes = (text: string): string[] =>
  [...text.matchAll(/{{\w+}}/g)].map(([hole]) => hole).sort()

describe('words', () => {
  const english = new Map(flat(en))
  it.each([
    ['zh-CN', zhCn],
    ['vi', vi],
  ] as const)('%s has the same keys with the same values to fill in', (_, words) => {
    const other = new Map(flat(words))
    expect([...other.keys()]).toEqual([...english.keys()])
    for (const [key, text] of other) {
      expect(text.trim(), key).not.toBe('')
      expect(holes(text), key).toEqual(holes(english.get(key) ?? ''))
    }
  })

  it('are ready at once and change with the language', async () => {
    const words = createWords('vi')
    expect(words.t('app.settings')).toBe('Cài đặt')
    await words.changeLanguage('zh-CN')
    expect(words.t('watchlist.removed', { market: 'okx:A-B' })).toContain('okx:A-B')
  })

  it('are all used', () => {
    const source = sources()
      .map((path) => readFileSync(path, 'utf8'))
      .join('\n')
    const unused = [...english.keys()].filter((key) => {
      const group = key.split('.').slice(0, -1).join('.')
      return !source.includes(`'${key}'`) && !source.includes(`\`${group}.\${`)
    })
    expect(unused).toEqual([])
  })
})

const ROOT = new URL('../../../../src/renderer/', import.meta.url).pathname
const sources = (): string[] =>
  readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.startsWith('i18n/'))
    .map((path) => ROOT + path)

interface SyntaxNode {
  readonly type: string
  readonly [field: string]: unknown
}
const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'type') === 'string'

function visit(value: unknown, see: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) for (const each of value) visit(each, see)
  else if (isNode(value)) {
    see(value)
    for (const field of Object.values(value)) if (typeof field === 'object') visit(field, see)
  }
}

const SPOKEN = new Set([
  'aria-label',
  'aria-description',
  'title',
  'placeholder',
  'alt',
  'label',
  'text',
  'why',
  'name',
])
/** Signs that are the same in every language: names of percentiles, of the maker of the charts. */
const ALLOWED = new Set(['p50', 'p99', 'https://www.tradingview.com/'])
const hasWords = (text: string): boolean => /\p{L}{2,}/u.test(text) && !ALLOWED.has(text.trim())

/** Words written into the screen instead of the lists of words. */
function bareWords(path: string, code: string): string[] {
  const found: string[] = []
  visit(parseSync(path, code).program, (node) => {
    if (node.type === 'JSXText' && hasWords(String(node.value)))
      found.push(String(node.value).trim())
    if (node.type !== 'JSXAttribute' || !isNode(node.name) || !isNode(node.value)) return
    const literal = node.value.type === 'Literal' ? String(node.value.value) : ''
    const icon = Reflect.get(node, 'name')
    if (isNode(icon) && SPOKEN.has(String(icon.name)) && hasWords(literal) && !isIcon(literal))
      found.push(`${String(icon.name)}="${literal}"`)
  })
  return found
}
/** `<Icon name="close">` names a drawing. */
const isIcon = (literal: string): boolean =>
  /^[a-z]+$/i.test(literal) && literal.toLowerCase() === literal

describe('screens', () => {
  it('write no words of their own', () => {
    const found = sources()
      .filter((path) => path.endsWith('.tsx'))
      .flatMap((path) =>
        bareWords(path, readFileSync(path, 'utf8')).map(
          (word) => `${path.slice(ROOT.length)}: ${word}`,
        ),
      )
    expect(found).toEqual([])
  })

  it('would be caught doing so', () => {
    expect(bareWords('a.tsx', 'const A = () => <p>Hello you</p>')).toEqual(['Hello you'])
    expect(bareWords('a.tsx', 'const A = () => <p title="Some words" />')).toEqual([
      'title="Some words"',
    ])
  })
})
