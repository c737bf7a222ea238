import type { Page } from 'playwright'
import type { Screen } from './screens.ts'

// The pictures of taking trades out into a file, from the history; in three languages.

const HISTORY = /^(History|历史|Lịch sử)$/
const OPEN = /^(Export|导出|Xuất)…/
const START = /^(Export|导出|Xuất)$/

const SMALL = [480, 820] as const

/** Opens the dialog, with so many of the markets chosen. */
const dialog =
  (markets = 1) =>
  async (page: Page): Promise<void> => {
    const views = page.getByRole('navigation').getByRole('button', { name: HISTORY })
    await views
      .or(page.getByRole('tab', { name: HISTORY }))
      .first()
      .click()
    await page.waitForTimeout(700)
    await page.getByRole('button', { name: OPEN }).click()
    for (let at = 1; at < markets; at += 1) await page.getByRole('checkbox').nth(at).check()
    await page.waitForTimeout(700)
  }

const started =
  (markets: number, ms: number) =>
  async (page: Page): Promise<void> => {
    await dialog(markets)(page)
    await page.getByRole('button', { name: START }).click()
    await page.waitForTimeout(ms)
  }

const wrong = async (page: Page): Promise<void> => {
  await dialog()(page)
  await page
    .getByRole('dialog')
    .locator('[type=datetime-local]')
    .first()
    .fill('2031-01-01T00:00:00')
  await page.getByRole('checkbox').first().uncheck()
  await page.waitForTimeout(400)
}

export const EXPORT_SCREENS: Readonly<Record<string, Screen>> = {
  export: { scenario: 'normal', act: dialog(3) },
  'export-plenty': { scenario: 'plenty', size: [1280, 800], act: dialog(4) },
  'export-wrong': { scenario: 'normal', act: wrong },
  'export-running': { scenario: 'export-slow', act: started(2, 2_500) },
  'export-behind': {
    scenario: 'export-slow',
    size: [1280, 800],
    act: async (page) => {
      await started(1, 1_500)(page)
      await page.keyboard.press('Escape')
      await page.waitForTimeout(500)
    },
  },
  'export-toast': {
    scenario: 'normal',
    act: async (page) => {
      await started(1, 300)(page)
      await page.keyboard.press('Escape')
      await page.waitForTimeout(2_500)
    },
  },
  'export-done': { scenario: 'normal', size: [1600, 1200], act: started(4, 3_000) },
  'export-done-laptop': { scenario: 'normal', size: [1280, 800], act: started(4, 3_000) },
  'export-failed': { scenario: 'export-fails', act: started(2, 2_000) },
  'export-refused': { scenario: 'export-refuses', act: started(1, 800) },
  'export-chinese': {
    scenario: 'normal',
    language: 'zh-CN',
    size: [1280, 1100],
    act: started(4, 3_000),
  },
  'export-chinese-failed': { scenario: 'export-fails', language: 'zh-CN', act: started(2, 2_000) },
  'export-vietnamese': {
    scenario: 'normal',
    language: 'vi',
    size: [1280, 1100],
    act: started(4, 3_000),
  },
  'export-narrow': { scenario: 'normal', size: SMALL, act: dialog(3) },
  'export-narrow-running': {
    scenario: 'export-slow',
    size: SMALL,
    language: 'vi',
    act: started(3, 1_500),
  },
  'export-narrow-done': {
    scenario: 'normal',
    size: SMALL,
    language: 'vi',
    act: started(4, 3_000),
  },
}
