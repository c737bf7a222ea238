import { askFor, demoLabel, row } from './desk.ts'
import { expect, test } from './fixture.ts'

test('markets that were added and removed stay so over a restart', async ({ app, page }) => {
  await expect(row(page, 'bybit:BTC-USDT')).toBeVisible()
  await askFor(page, 'okx:XRP-USDT')
  await page.getByRole('option', { name: 'okx:XRP-USDT', exact: true }).click()
  await expect(row(page, 'okx:XRP-USDT')).toBeVisible()
  await row(page, 'bybit:BTC-USDT').hover()
  await page.getByRole('button', { name: 'Remove bybit:BTC-USDT' }).click()
  await expect(row(page, 'bybit:BTC-USDT')).toHaveCount(0)

  const again = await app.restart()
  await expect(demoLabel(again)).toBeVisible()
  await expect(row(again, 'okx:XRP-USDT')).toBeVisible()
  await expect(row(again, 'bybit:ETH-USDT')).toBeVisible()
  await expect(row(again, 'bybit:BTC-USDT')).toHaveCount(0)
  expect(await app.running().problems()).toEqual([])
})

test('a market that no venue lists is refused with its nearest names', async ({ app, page }) => {
  await expect(row(page, 'okx:BTC-USDT')).toBeVisible()
  await askFor(page, 'okx:XPR-USDT')
  await expect(page.getByText('No market found for')).toBeVisible()
  await page.keyboard.press('Enter')
  const refused = page.getByRole('alert')
  await expect(refused).toContainText('okx:XPR-USDT')
  await app.picture('unknown-market')
  // One press, and the market that was meant is there.
  await refused.getByRole('button', { name: 'okx:XRP-USDT' }).click()
  await expect(row(page, 'okx:XRP-USDT')).toBeVisible()
})
