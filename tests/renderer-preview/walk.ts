import { strict as assert } from 'node:assert'
import type { Browser, Page } from 'playwright'
import { ORIGIN, onStage } from './stage.ts'
import { analysis, analysisWithoutKey } from './walk-analysis.ts'
import { exporting } from './walk-export.ts'
import { alerts, history, replay } from './walk-screens.ts'

// One walk through what a person does, against the fake engine. Waits for events, with deadlines.

const open = async (browser: Browser, scenario: string): Promise<Page> => {
  const page = await browser.newPage({ viewport: { width: 1600, height: 960 }, locale: 'en' })
  page.on('pageerror', (error) => {
    throw error
  })
  await page.goto(`${ORIGIN}/?scenario=${scenario}`)
  return page
}
const row = (page: Page, market: string) => page.getByRole('row', { name: market, exact: true })

async function watchlist(page: Page): Promise<void> {
  await row(page, 'binance:BTC-USDT').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'DOGE-USDT' }).waitFor()
  assert.equal(await row(page, 'binance:DOGE-USDT').getAttribute('aria-selected'), 'true')
  await page.keyboard.press('Delete')
  await page.getByText('binance:DOGE-USDT removed').first().waitFor()
  await row(page, 'binance:DOGE-USDT').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await row(page, 'binance:DOGE-USDT').waitFor()
  await page.getByRole('columnheader', { name: 'Trades/s' }).getByRole('button').click()
  await page.getByRole('searchbox', { name: 'Filter markets' }).fill('okx')
  await row(page, 'binance:BTC-USDT').waitFor({ state: 'detached' })
  await page.getByRole('searchbox', { name: 'Filter markets' }).fill('')
}

async function adding(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add market' }).click()
  const field = page.getByRole('combobox', { name: 'Add a market' })
  await field.fill('okx:ADDA-USDT')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByRole('button', { name: 'okx:ADA-USDT' }).waitFor()
  await field.fill('btc usdc')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'BTC-USDC' }).waitFor()
}

async function chartAndTape(page: Page): Promise<void> {
  await page.getByRole('radio', { name: '5m', exact: true }).click()
  const chart = page.getByRole('region', { name: 'Chart' })
  await chart.locator('[aria-busy="false"]').waitFor()
  await chart.hover()
  await page.mouse.wheel(-900, 0)
  await page.getByRole('button', { name: 'Go to live' }).click()
  await page.getByRole('button', { name: 'Go to live' }).waitFor({ state: 'detached' })
  await page.getByRole('list', { name: 'Trade tape' }).hover()
  await page.getByText('Paused').waitFor()
  await chart.hover()
  await page.getByText('Paused').waitFor({ state: 'detached' })
}

async function settings(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByLabel('Trades in a batch').fill('0')
  assert.equal(
    await page.getByRole('button', { name: 'Save', exact: true }).first().isDisabled(),
    true,
  )
  await page.getByLabel('Trades in a batch').fill('250')
  await page.getByRole('button', { name: 'Save', exact: true }).first().click()
  await page.getByText('Saved', { exact: true }).waitFor()
  await page.getByRole('radio', { name: 'Tiếng Việt' }).click()
  await page.getByRole('heading', { name: 'Cài đặt' }).waitFor()
  await page.getByRole('radio', { name: 'English' }).click()
  await page.keyboard.press('Escape')
}

async function completeness(page: Page): Promise<void> {
  const views = page.getByRole('navigation')
  await views.getByRole('button', { name: 'Completeness' }).click()
  const gaps = page.getByRole('table', { name: 'Gaps' })
  await page.getByRole('radio', { name: /^To be filled/ }).click()
  const filling = gaps.getByRole('row').filter({ hasText: 'Being filled' })
  await filling.getByRole('button', { name: /^Cancel/ }).click()
  await filling.waitFor({ state: 'detached' })
  await page.getByRole('radio', { name: /^Cancelled/ }).click()
  await gaps
    .getByRole('button', { name: /^Try again/ })
    .first()
    .click()
  await page.getByRole('radio', { name: /^All/ }).click()
  await page.getByRole('button', { name: 'binance:BTC-USDT', exact: true }).click()
  const slider = page.getByRole('slider', { name: /binance:BTC-USDT/ })
  await slider.focus()
  const before = await slider.getAttribute('aria-valuetext')
  await page.keyboard.press('PageUp')
  await page.waitForFunction(
    (old) => document.querySelector('[role=slider]')?.getAttribute('aria-valuetext') !== old,
    before,
  )
  assert.notEqual(await slider.getAttribute('aria-valuetext'), before)
  await gaps
    .getByRole('button', { name: /^Show on the chart: binance:BTC-USDT/ })
    .last()
    .click()
  await page.getByRole('button', { name: 'Go to live' }).waitFor()
  assert.equal(
    await views.getByRole('button', { name: 'Chart' }).getAttribute('aria-current'),
    'page',
  )
}

async function demo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Play the demo tape' }).click()
  await page.getByRole('button', { name: 'Back to live' }).waitFor()
  await page.waitForFunction(() => document.title.startsWith('DEMO'))
  await page.getByRole('button', { name: 'Back to live' }).click()
  await page.getByRole('button', { name: 'Back to live' }).waitFor({ state: 'detached' })
}

await onStage(async (browser) => {
  const page = await open(browser, 'normal')
  for (const step of [watchlist, adding, chartAndTape, completeness, settings]) {
    await step(page)
    console.log(`${step.name}: ok`)
  }
  for (const step of [history, replay, alerts]) {
    await step(await open(browser, 'normal'))
    console.log(`${step.name}: ok`)
  }
  await exporting(await open(browser, 'export-slow'))
  console.log('exporting: ok')
  await analysis(await open(browser, 'normal'))
  console.log('analysis: ok')
  await analysisWithoutKey(await open(browser, 'analysis-none'))
  console.log('analysis without a key: ok')
  await demo(await open(browser, 'down'))
  console.log('demo: ok')
})
