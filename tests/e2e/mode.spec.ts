import { demoLabel, expectTrades } from './desk.ts'
import { expect, test } from './fixture.ts'

test('from the demo tape to the live venues and back, without a new start', async ({
  app,
  page,
}) => {
  await expectTrades(page, 'okx:BTC-USDT')
  await page.getByRole('button', { name: 'Back to live' }).click()
  await expect(demoLabel(page)).toHaveCount(0)
  await expect(page.getByText('No venue can be reached')).toBeVisible()
  await app.picture('no-venue')
  await page.getByRole('button', { name: 'Play the demo tape' }).first().click()
  await expect(demoLabel(page)).toBeVisible()
  await expectTrades(page, 'okx:BTC-USDT')
})
