import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, test } from 'vitest'
import { menuTemplate } from '../../../src/main/electron/menu-template.ts'
import { shellWords } from '../../../src/main/electron/words.ts'

type Item = MenuItemConstructorOptions
const flat = (items: readonly Item[]): Item[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])])

const LANGUAGES = ['en', 'zh-CN', 'vi']
const PLATFORMS = ['darwin', 'win32', 'linux'] as const
const menu = (platform: NodeJS.Platform, language = 'en', developing = false): Item[] =>
  menuTemplate({
    platform,
    app: 'Tapedeck',
    words: shellWords([language]),
    developing,
    openData: () => {},
  })
const roles = (items: readonly Item[]) => flat(items).flatMap(({ role }) => role ?? [])

describe.each(PLATFORMS)('the menu on %s', (platform) => {
  test.each(LANGUAGES)('every item has words in %s', (language) => {
    for (const item of flat(menu(platform, language)))
      if (item.type !== 'separator') expect(item.label?.trim(), JSON.stringify(item)).toBeTruthy()
  })

  test('one way to quit, one About, the edit keys; reload for developers only', () => {
    const found = roles(menu(platform))
    for (const role of ['quit', 'about'] as const)
      expect(found.filter((one) => one === role)).toHaveLength(1)
    expect(found).toEqual(expect.arrayContaining(['undo', 'cut', 'copy', 'paste', 'selectAll']))
    expect(found).not.toContain('reload')
    expect(found).not.toContain('forceReload')
    expect(found).not.toContain('toggleDevTools')
    expect(roles(menu(platform, 'en', true))).toEqual(
      expect.arrayContaining(['reload', 'toggleDevTools']),
    )
  })

  test('the keys are the same in every language', () => {
    const keys = (language: string) => flat(menu(platform, language)).map((i) => i.accelerator)
    for (const language of LANGUAGES) expect(keys(language)).toEqual(keys('en'))
  })
})

test('macOS has its application menu first, the others have none', () => {
  expect(menu('darwin')[0]?.label).toBe('Tapedeck')
  expect(roles(menu('darwin'))).toEqual(expect.arrayContaining(['hide', 'services', 'front']))
  expect(menu('linux')[0]?.label).toBe('File')
  expect(roles(menu('linux'))).not.toContain('hide')
})

test('the data folder is opened by its item', () => {
  let opened = 0
  const items = menuTemplate({
    platform: 'linux',
    app: 'Tapedeck',
    words: shellWords(['vi']),
    developing: false,
    openData: () => {
      opened += 1
    },
  })
  const item = flat(items).find(({ id }) => id === 'open-data')
  Reflect.apply(item?.click ?? (() => {}), undefined, [])
  expect(opened).toBe(1)
})
