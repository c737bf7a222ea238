import type { Page } from '@playwright/test'
import { chart, expectTrades, row, tabTo, venue, view } from './desk.ts'
import { expect, test, VENUES } from './live-fixture.ts'

const MARKET = 'okx:BTC-USDT'
const MINUTE = 60_000

test('a venue that is cut off is told; what it missed is a gap, then filled, and no bar stays a hole', async ({
  app,
  page,
  simulator,
}) => {
  test.setTimeout(240_000)
  await expect(row(page, MARKET)).toBeVisible({ timeout: 30_000 }) // how fast it starts is no matter here
  for (const each of VENUES) await expectTrades(page, `${each}:BTC-USDT`)
  await row(page, MARKET).click()
  await expect(venue(page, 'OKX')).toHaveAttribute('data-state', 'live')
  await nextMinute()

  // REST is gone for longer than the socket, so that the gap is seen before it is filled.
  simulator.fault('rest-down:at=1ms,for=20s,venue=okx')
  simulator.fault('cut:at=10ms,for=6s,venue=okx')
  const cutAt = Date.now()
  await expect(venue(page, 'OKX')).toHaveAttribute('data-state', /waiting|connecting|blocked/)
  await expect(venue(page, 'Binance')).toHaveAttribute('data-state', /live|quiet/)
  await app.picture('cut-off')

  await view(page, 'Completeness').click()
  const gap = gaps(page).getByRole('row').filter({ hasText: MARKET }).first()
  // Known when the socket is back, which takes the six seconds and some attempts.
  await expect(gap).toHaveAttribute('data-state', /open|filling/, { timeout: 25_000 })
  await expect(gap).toContainText(/Connection broke off|Venue out of reach/)
  await app.picture('gap-open')
  await expect(gap).toHaveAttribute('data-state', 'filled', { timeout: 90_000 })
  await expect(gap).toContainText('none') // of its trades, none is missing any more
  await app.picture('gap-filled')

  await gap.getByRole('button', { name: `Show on the chart: ${MARKET}` }).click()
  await expect(chart(page)).toBeVisible()
  await expect(venue(page, 'OKX')).toHaveAttribute('data-state', /live|quiet/, { timeout: 30_000 })
  await expect
    .poll(() => bars(page), { timeout: 90_000, intervals: [1_000] })
    .toContainEqual({
      minute: new Date(cutAt).getMinutes(),
      words: 'Back-filled',
    })
  const told = await bars(page)
  for (const { words } of told) expect(words).not.toMatch(/^Gap/)
  // Every minute from the first to the last has its bar: none is left out in silence.
  for (const [index, { minute }] of told.entries())
    if (index > 0) expect(minute).toBe(((told[index - 1]?.minute ?? 0) + 1) % 60)
  await app.picture('chart-filled')
})

test('completeness and the lab are reached and used by the keyboard alone', async ({
  app,
  page,
}) => {
  test.setTimeout(180_000) // a key at a time, and the machine may be busy
  await expectTrades(page, MARKET)
  await tabTo(page, view(page, 'Completeness'))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Completeness' })).toBeVisible()
  await expect(view(page, 'Completeness')).toHaveAttribute('aria-current', 'page')
  await expect(view(page, 'Completeness')).toBeFocused()

  const minutes = page.getByRole('slider', { name: /^Minutes of / })
  await expect(minutes).toBeVisible()
  await tabTo(page, minutes)
  const before = Number(await minutes.getAttribute('aria-valuenow'))
  await page.keyboard.press('ArrowLeft')
  await expect(minutes).toHaveAttribute('aria-valuenow', String(before - 1))
  await expect(minutes).toHaveAttribute('aria-valuetext', /\d/)
  await tabTo(page, gaps(page).getByRole('combobox', { name: 'Market of the gaps shown' }))
  await app.picture('keyboard-completeness')

  await tabTo(page, view(page, 'Compare ways'))
  await page.keyboard.press('Enter')
  const lab = page.getByRole('region', { name: 'Compare ways' })
  await expect(lab).toBeVisible()
  await tabTo(page, lab.getByRole('checkbox', { name: '5 s', exact: true }))
  await page.keyboard.press('Space')
  await tabTo(page, lab.getByRole('button', { name: 'Start' }))
  await page.keyboard.press('Enter')
  await expect(lab.getByRole('rowheader', { name: /REST 1 s/ })).toBeVisible()
  await expect(lab.getByRole('rowheader', { name: /REST 5 s/ })).toHaveCount(0)
  await tabTo(page, lab.getByRole('button', { name: 'Stop' }))
  await page.keyboard.press('Enter')
  await expect(lab.getByText(/Stopped after/)).toBeVisible()
  expect(await app.running().problems()).toEqual([])
})

const gaps = (page: Page) =>
  page.getByRole('region', { name: 'Completeness' }).getByRole('region', { name: 'Gaps' })

/** The chart's last bars as it tells them to those who cannot see it: minute, completeness. */
const bars = (page: Page): Promise<readonly { minute: number; words: string }[]> =>
  chart(page)
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((line) => ({
        minute: Number(/:(\d\d)/.exec(line.querySelector('th')?.textContent ?? '')?.[1]),
        words: line.lastElementChild?.textContent ?? '',
      })),
    )

/** The minute in which recording began can never be proved, whatever is filled in it: another one is cut into. */
const nextMinute = (): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, MINUTE - (Date.now() % MINUTE) + 500))
