import { expectTrades, view } from './desk.ts'
import { expect, test } from './live-fixture.ts'

test('two ways to the same trades, side by side, until it is stopped', async ({ app, page }) => {
  test.setTimeout(90_000)
  await expectTrades(page, 'okx:ETH-USDT')
  await view(page, 'Compare ways').click()
  const lab = page.getByRole('region', { name: 'Compare ways' })
  await lab.getByRole('combobox', { name: 'Market' }).selectOption('okx:ETH-USDT')
  await lab.getByRole('checkbox', { name: '5 s', exact: true }).uncheck()
  await lab.getByRole('button', { name: 'Start' }).click()
  await expect(lab.getByRole('strong').filter({ hasText: 'okx:ETH-USDT' })).toBeVisible()

  const line = (way: RegExp) =>
    lab.getByRole('row').filter({ has: lab.page().getByRole('rowheader', { name: way }) })
  for (const way of [/WebSocket/, /REST 1 s/]) {
    await expect(line(way)).toHaveAttribute('data-state', 'running')
    await expect(line(way)).toContainText(/\d%/, { timeout: 60_000 })
  }
  // Polls cost requests and their weight; a socket costs none once it is open.
  await expect(
    line(/REST 1 s/)
      .getByRole('cell')
      .nth(7),
  ).toHaveText(/[1-9]/)
  await expect(lab.getByText(/Running for .* trades compared/)).toBeVisible()
  await app.picture('lab')

  await lab.getByRole('button', { name: 'Stop' }).click()
  await expect(lab.getByText(/Stopped after .* trades compared/)).toBeVisible()
  await expect(lab.getByRole('button', { name: 'Start again' })).toBeVisible()
  await expect(line(/WebSocket/)).toContainText(/\d%/) // the result stays to be read
  expect(await app.running().problems()).toEqual([])
})
