import type { Page } from '@playwright/test'
import { chart, expectTrades, tabTo, view } from './desk.ts'
import { expect, test } from './fixture.ts'

const press = async (page: Page, keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key)
}
const times = (count: number, key: string): readonly string[] => Array(count).fill(key)

/** Trades that the store has, as the status bar says; a number that grows while it records. */
async function stored(page: Page): Promise<number> {
  const said = await page.getByRole('button', { name: /^stored / }).textContent()
  return Number(said?.replace(/\D/g, ''))
}

test('history and replay, by keyboard alone: down to single trades, then the same stretch again', async ({
  app,
  page,
}) => {
  test.setTimeout(150_000) // some hundred keys, each a way to the page and back
  await expectTrades(page, 'okx:BTC-USDT')
  await test.step('history', () => history(page, app.picture))
  await test.step('replay', () => replay(page, app.picture))
  expect(await app.running().problems()).toEqual([])
})

async function history(page: Page, picture: (name: string) => Promise<void>): Promise<void> {
  await tabTo(page, view(page, 'History'))
  await page.keyboard.press('Enter')
  const markets = page.getByLabel(/choose markets$/)
  await tabTo(page, markets)
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('checkbox', { name: 'okx:BTC-USDT' }))
  await page.keyboard.press('Space')
  await page.keyboard.press('Escape')
  await expect(markets).toBeFocused()
  const okx = page.locator('.past-pane').filter({ hasText: 'okx:BTC-USDT' })
  await expect(page.locator('.past-pane')).toHaveCount(2)

  // Of the last hour there are the bars since the start.
  await expect(page.getByRole('radio', { name: '1 hour' })).toBeChecked()
  await expect(okx.locator('.past-bar')).toContainText(/O\s*\d[\d,.]*\s*H\s*\d/)

  const stage = page.getByRole('application', { name: /^Chart of .*okx:BTC-USDT/ })
  await tabTo(page, stage)
  await page.keyboard.press('PageUp')
  await expect(okx.getByText('Nothing was recorded here')).toBeVisible()
  await expect(okx.locator('.past-bar')).toHaveCount(0)
  await press(page, [...times(6, '+'), 'Home'])
  await expect(okx.locator('.past-bar')).toBeVisible()
  await expect(okx.getByText('Nothing was recorded here')).toBeHidden()
  await expect(okx.locator('.past-legend').getByText('1s', { exact: true })).toBeVisible()

  await page.keyboard.press('g')
  await expect(page.getByLabel('Go to time (g)')).toBeFocused()
  await page.keyboard.press('Enter')
  const trades = page.getByRole('region', { name: /^Trades around / })
  await expect(trades.locator('tr[aria-current]')).toBeVisible()
  await expect.poll(() => trades.getByRole('row').count()).toBeGreaterThan(10)

  const begin = page.getByLabel('From', { exact: true })
  const before = await stage.getAttribute('aria-label')
  await begin.fill('2101-01-01T00:00:00')
  await expect(page.getByText('The end must be after the beginning.')).toBeVisible()
  await page.getByLabel('To', { exact: true }).fill('2101-01-02T00:00:00')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert').getByText('lies in the future')).toBeVisible()
  await expect(begin).toHaveAttribute('aria-invalid', 'true')
  expect(await stage.getAttribute('aria-label')).toBe(before)
  await page.keyboard.press('Escape')
  await expect(begin).toHaveAttribute('aria-invalid', 'false')
  await picture('history')

  await tabTo(page, page.getByRole('button', { name: 'Replay this stretch' }))
  await page.keyboard.press('Enter')
}

async function replay(page: Page, picture: (name: string) => Promise<void>): Promise<void> {
  await expect(page.getByRole('checkbox', { name: 'okx:BTC-USDT' })).toBeChecked()
  await tabTo(page, page.getByRole('button', { name: 'Load' }))
  const before = await stored(page)
  await page.keyboard.press('Enter')
  const frame = page.getByRole('region', { name: 'REPLAY', exact: true })
  const clock = frame.getByRole('status', { name: 'Clock of the replay' })
  const state = frame.getByRole('status').first()
  await expect(frame.getByText('These are old trades, not the market now.')).toBeVisible()
  await expect(frame).toContainText('Paused')
  await expect(frame.getByText('Trades played: 0', { exact: true })).toBeVisible()

  await page.keyboard.press('.')
  await expect(frame.getByText('Trades played: 1', { exact: true })).toBeVisible()
  await page.keyboard.press('.')
  await expect(frame.getByText('Trades played: 2', { exact: true })).toBeVisible()
  const stepped = await clock.textContent()
  await page.keyboard.press(',')
  await expect(clock).not.toHaveText(stepped ?? '')
  await expect(frame.getByRole('region', { name: 'Tape of the replay' })).toContainText(/\d/)

  await page.keyboard.press('Home')
  await expect(frame.getByText('Trades played: 0', { exact: true })).toBeVisible()
  await tabTo(page, frame.getByRole('combobox', { name: 'Pace' }))
  await page.keyboard.press('ArrowDown')
  await expect(frame.getByRole('combobox', { name: 'Pace' })).toHaveValue('2')
  const scrubber = frame.getByRole('slider', { name: 'Place in the replay' })
  await tabTo(page, scrubber)
  await page.keyboard.press('Space')
  await expect(state).toHaveText('Playing')
  await expect(frame.getByText('Trades played: 0', { exact: true })).toBeHidden()
  await picture('replay')
  await page.keyboard.press('Space')
  await expect(state).toHaveText('Paused')
  await page.keyboard.press('End')
  await expect(state).toHaveText('At its end')

  // Behind it the market goes on, and is recorded.
  await expectTrades(page, 'okx:BTC-USDT')
  await expect.poll(() => stored(page)).toBeGreaterThan(before)

  await page.keyboard.press('Escape')
  await expect(chart(page)).toBeVisible()
  await tabTo(page, view(page, 'Replay'))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Load' })).toBeVisible() // ended, not left running
}
