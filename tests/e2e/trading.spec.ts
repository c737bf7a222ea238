import { expectTrades, row, tape } from './desk.ts'
import { expect, test } from './fixture.ts'
import { tapeStats } from './tape-stats.ts'

const VENUES = ['binance', 'okx', 'bybit']

test('three venues trade within ten seconds, and what was shown is in the database', async ({
  app,
  page,
}) => {
  for (const venue of VENUES) await expectTrades(page, `${venue}:BTC-USDT`)
  await row(page, 'okx:BTC-USDT').click()
  const prints = tape(page).getByRole('listitem')
  await expect.poll(() => prints.count()).toBeGreaterThan(5)
  await expect(prints.first()).toContainText(/\d\d:\d\d:\d\d/)
  await app.picture('trading')
  expect(await app.running().problems()).toEqual([])

  expect(await app.stop()).toBe(0)
  const stats = await tapeStats(app.dataDir)
  for (const venue of VENUES) {
    const line = stats.find(({ market }) => market === `${venue}:BTC-USDT`)
    expect(line?.trades, venue).toBeGreaterThan(0)
  }
})
