import { vi } from '../../src/renderer/i18n/vi.ts'
import { zhCn } from '../../src/renderer/i18n/zh-cn.ts'
import { demoLabel } from './desk.ts'
import { expect, test } from './fixture.ts'

const LANGUAGES = [
  { tag: 'zh-CN', name: '简体中文', words: zhCn },
  { tag: 'vi', name: 'Tiếng Việt', words: vi },
] as const

test('the language changes at once and is remembered', async ({ app, page }) => {
  await expect(demoLabel(page)).toBeVisible()
  let settings = 'Settings'
  for (const { tag, name, words } of LANGUAGES) {
    await page.getByRole('button', { name: settings, exact: true }).click()
    await app.picture(`settings-before-${tag}`)
    await page.getByRole('radio', { name, exact: true }).click()
    await expect(page.locator('html')).toHaveAttribute('lang', tag)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('region', { name: words.tape.title })).toBeVisible()
    await app.picture(`desk-${tag}`)
    settings = words.app.settings
  }
  expect(await app.running().problems()).toEqual([])

  // A browser keeps it by address, and without a fixed port each start has a new one.
  if (app.shell === 'headless') return
  const again = await app.restart()
  await expect(again.locator('html')).toHaveAttribute('lang', 'vi')
  await expect(again.getByRole('region', { name: vi.tape.title })).toBeVisible()
})
