import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { clean, open, tabTo } from './walk-screens.ts'

/** An export that takes long: begun, left alone, come back to, cancelled; by keyboard only. */
export async function exporting(page: Page): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await open(page, 'History')
  const opener = page.getByRole('button', { name: /^Export…/ })
  await tabTo(page, opener)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Export trades' })
  await dialog.getByText(/^About [\d,]+ trades\.$/).waitFor()
  await clean(page, 'export, form', '.dialog')
  const start = dialog.getByRole('button', { name: 'Export', exact: true })
  await tabTo(page, start)
  await page.keyboard.press('Enter')
  const part = dialog.getByRole('region', { name: 'Exporting' })
  await part.waitFor()
  // Whoever holds the key down or presses it twice has not cancelled it.
  await page.keyboard.press('Enter')
  await dialog.getByText('The export has begun.').waitFor()
  assert.ok(await part.evaluate((element) => element === document.activeElement))
  assert.ok(await start.isDisabled())
  await clean(page, 'export, running', '.dialog')

  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  assert.ok(await opener.evaluate((element) => element === document.activeElement))
  assert.match((await opener.textContent()) ?? '', /^Export…\d+\s?%$/)
  await page.keyboard.press('Enter')
  await part.getByText(/% · [\d,]+ trades/).waitFor()
  await tabTo(page, part.getByRole('button', { name: 'Cancel' }))
  await page.keyboard.press('Enter')
  await dialog.getByText('Cancelled. Nothing of it was kept.').last().waitFor()
  const ended = dialog.getByRole('region', { name: 'Export trades' })
  assert.ok(await ended.evaluate((element) => element === document.activeElement))
  assert.ok(await start.isEnabled())
}
