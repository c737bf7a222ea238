import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { chart, row, view } from './desk.ts'
import { expect, test } from './fixture.ts'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const WORTH_A_FAILURE: readonly unknown[] = ['serious', 'critical']

/** What axe finds wrong with the page as it is now, one line an element. */
async function faults(page: Page): Promise<readonly string[]> {
  // The legacy mode opens no page of its own: a desktop shell has none to give.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).withTags(RULES)
  const { violations } = await axe.setLegacyMode().analyze()
  return violations
    .filter(({ impact }) => WORTH_A_FAILURE.includes(impact))
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary = '' }) => {
        const why = failureSummary.replace(/\s+/g, ' ')
        return `${id}: ${target.join(' ')} (${why})`
      }),
    )
}

test('axe finds nothing serious on any screen', async ({ app, page }) => {
  test.setTimeout(420_000) // axe takes half a minute a screen on a busy machine
  await page.emulateMedia({ reducedMotion: 'reduce' }) // a dialog that fades in has no contrast yet
  const found: Record<string, readonly string[]> = {}
  const look = async (screen: string): Promise<void> => {
    const each = await faults(page)
    if (each.length > 0) found[screen] = each
  }

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
