import { expect, type Locator, type Page } from '@playwright/test'

// Where things are on the screen, by the names that a screen reader hears.

export const row = (page: Page, market: string): Locator =>
  page.getByRole('row', { name: market, exact: true })
export const tape = (page: Page): Locator => page.getByRole('region', { name: 'Trade tape' })
export const chart = (page: Page): Locator => page.getByRole('region', { name: 'Chart' })
export const demoLabel = (page: Page): Locator =>
  page.getByRole('banner').getByText('DEMO', { exact: true })

/** A market trades here and now; a price alone may be the venue's own last one. */
export async function expectTrades(page: Page, market: string): Promise<void> {
  await expect(row(page, market)).toContainText(/\d[\d,.\s]*\.\d/)
  await expect(row(page, market)).toHaveAttribute('data-state', 'live')
}

/** Types a market into the dialog and asks for it as it was typed. */
export async function askFor(page: Page, market: string): Promise<void> {
  await page.getByRole('button', { name: 'Add market' }).first().click()
  await page.getByRole('combobox', { name: 'Add a market' }).fill(market)
}

/** One of the panels that the middle of the window can show. */
export const view = (
  page: Page,
  name: 'Chart' | 'History' | 'Replay' | 'Alerts' | 'AI analysis' | 'Completeness' | 'Compare ways',
): Locator => page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name })
export const venue = (page: Page, label: string): Locator =>
  page.getByRole('region', { name: 'Venues' }).getByRole('listitem', { name: label })

/** Presses Tab, as somebody without a mouse does, until the focus is there. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let press = 0; press < 80; press += 1) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error(`Tab does not reach ${String(target)}.`)
}
