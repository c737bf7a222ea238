import { expectTrades } from './desk.ts'
import { expect, test } from './fixture.ts'

// In Electron the window goes away together with the engine; only a browser outlives it.

test('an engine that is gone is told at once', async ({ app, page }) => {
  await expectTrades(page, 'okx:BTC-USDT')
  app.running().end()
  expect(await app.running().ended).toBe(0)
  const told = page.getByRole('alert').filter({ hasText: 'Connection to the engine lost' })
  await expect(told).toBeVisible()
  await app.picture('connection-lost')
})
