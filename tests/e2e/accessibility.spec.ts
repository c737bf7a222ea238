import type { Page } from '@playwright/test'
import { faults } from './axe.ts'
import { chart, expectTrades, row, view } from './desk.ts'
import { expect, test } from './fixture.ts'
import { test as live } from './live-fixture.ts'

const LIMIT = 420_000 // axe takes half a minute a screen on a busy machine

interface Inspector {
  /** By the name of the screen. */
  readonly found: Readonly<Record<string, readonly string[]>>
  readonly look: (screen: string, part?: string) => Promise<void>
}

async function inspector(page: Page): Promise<Inspector> {
  await page.emulateMedia({ reducedMotion: 'reduce' }) // a dialog that fades in has no contrast yet
  const found: Record<string, readonly string[]> = {}
  const look = async (screen: string, part = 'body'): Promise<void> => {
    const each = await faults(page, part)
    if (each.length > 0) found[screen] = each
  }
  return { found, look }
}

test('axe finds nothing serious on any screen of what is live', async ({ app, page }) => {
  test.setTimeout(LIMIT)
  const { found, look } = await inspector(page)

  await expect(row(page, 'okx:BTC-USDT')).toBeVisible({ timeout: 30_000 })
  await row(page, 'okx:BTC-USDT').click()
  await expect(chart(page).locator('tbody tr').first()).toBeAttached()
  await look('chart, tape, venues, latency')

  const latency = page.getByRole('region', { name: 'Latency' })
  for (const each of ['Stages', 'Clocks']) {
    await latency.getByRole('radio', { name: each }).click()
    await look(`latency: ${each}`)
  }

  await view(page, 'Completeness').click()
  await expect(page.getByRole('slider', { name: /^Minutes of / })).toBeVisible()
  await look('completeness')

  await view(page, 'Compare ways').click()
  const lab = page.getByRole('region', { name: 'Compare ways' })
  await look('compare ways')
  await lab.getByRole('button', { name: 'Start' }).click()
  await expect(lab.getByRole('rowheader', { name: /WebSocket/ })).toBeVisible()
  await look('compare ways, running')
  await lab.getByRole('button', { name: 'Stop' }).click()

  for (const dialog of ['Settings', 'About', 'Add market']) {
    await page.getByRole('button', { name: dialog, exact: true }).first().click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await look(dialog)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  }
  await page.setViewportSize({ width: 480, height: 820 })
  for (const tab of ['Watchlist', 'Trade tape', 'Venues']) {
    await page.getByRole('tab', { name: tab }).click()
    await look(`narrow: ${tab}`)
  }
  expect(found).toEqual({})
  expect(await app.running().problems()).toEqual([])
})

live(
  'axe finds nothing serious on history, replay and alerts, nor where figures are old',
  async ({ app, page, simulator }) => {
    live.setTimeout(LIMIT)
    const { found, look } = await inspector(page)
    const middle = (screen: string): Promise<void> => look(screen, '.wide-middle')
    await expectTrades(page, 'okx:BTC-USDT')

    await view(page, 'History').click()
    await page.getByRole('application', { name: /^Chart of / }).click()
    await expect(page.locator('.past-list [aria-current]')).toBeVisible()
    await middle('history')
    await page.getByLabel(/choose markets$/).click()
    await page.getByLabel('From', { exact: true }).fill('2100-01-01T00:00')
    await page.getByLabel(/choose markets$/).click()
    await middle('history: a wrong stretch, markets')
    await page.keyboard.press('Escape')

    await view(page, 'Replay').click()
    await page.getByText('Faults on purpose').click()
    await middle('replay: what is to be played')
    await page.getByRole('button', { name: 'Load' }).click()
    const replay = page.getByRole('region', { name: 'REPLAY', exact: true })
    await replay.getByRole('button', { name: 'One bar on (,)' }).click()
    await expect(replay.getByRole('region', { name: 'Tape of the replay' })).toContainText(/\d/)
    await middle('replay: loaded')
    await page.keyboard.press('Escape')

    await view(page, 'Alerts').click()
    await middle('alerts: none')
    await page.getByRole('button', { name: 'New alert' }).first().click()
    const expression = page.getByLabel('Expression', { exact: true })
    await expression.fill('okx:BTC-USDT price > 1 and (okx:BTC-USDT gap or okx:BTC-USDT prce > 1)')
    await middle('alerts: an expression that cannot be read')
    await expression.fill(
      'okx:BTC-USDT price > 1 and (okx:BTC-USDT trades 1m > 1 or okx:BTC-USDT gap)',
    )
    await page.getByLabel('Only at certain hours').check()
    await page.getByRole('button', { name: 'Rehearse' }).click()
    await expect(page.getByText(/Firings: .* trades/)).toBeVisible()
    await expression.fill('okx:BTC-USDT price > 1')
    await middle('alerts: results of another condition')
    await page.getByLabel('Only at certain hours').uncheck()
    await page.getByRole('button', { name: 'Save and arm' }).click()
    await page.getByRole('radio', { name: /^Log/ }).click()
    await expect(page.getByRole('table', { name: 'Log' })).toContainText('okx:BTC-USDT price')
    await middle('alerts: log')
    await page.getByRole('radio', { name: 'Delivery' }).click()
    await middle('alerts: delivery')
    await page.getByRole('radio', { name: 'Alerts', exact: true }).click()
    await middle('alerts: list')
    expect(await app.running().problems()).toEqual([])

    simulator.fault('cut:at=10ms,for=300s,venue=okx')
    await expect(row(page, 'okx:BTC-USDT')).toHaveAttribute('data-state', 'offline')
    await look('a venue that is gone', '.wide')
    app.running().end()
    await expect(page.getByText('Connection to the engine lost')).toBeVisible()
    await look('an engine that is gone')
    await page.setViewportSize({ width: 480, height: 820 })
    await page.getByRole('tab', { name: 'Watchlist' }).click()
    await look('narrow: an engine that is gone')
    expect(found).toEqual({})
  },
)
