import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { clean, open, tabTo } from './walk-screens.ts'

// The analyses as somebody goes through them who has a keyboard only: ask, cancel, look at what is sent, plan, the log.

const press = async (page: Page, target: Parameters<typeof tabTo>[1]): Promise<void> => {
  await tabTo(page, target)
  await page.keyboard.press('Enter')
}

/** To the page at the right of the one in focus; the focus follows the key a moment later. */
const nextPage = async (page: Page, name: string): Promise<void> => {
  await page.keyboard.press('ArrowRight')
  await page.locator('[role=radio]:focus', { hasText: name }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('radio', { name, checked: true }).waitFor()
}

/** Without a key: statistics stand there, the way to the settings is offered, and nothing can be asked. */
export async function analysisWithoutKey(page: Page): Promise<void> {
  await open(page, /^AI analysis/)
  const card = page.locator('.analysis-card[data-kind="signal"]')
  await card.getByText('Up', { exact: true }).waitFor()
  assert.equal(await page.getByRole('button', { name: /^Ask the model/ }).count(), 0)
  await clean(page, 'analysis, no key')
  await press(page, page.getByRole('button', { name: 'Set a key' }).first())
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  const key = dialog.getByLabel(/^Key for api\.holysheep\.ai/)
  await tabTo(page, key)
  await page.keyboard.type('sk-canary-3141592653')
  await page.keyboard.press('Enter')
  await dialog.getByText('Kept in the keychain').waitFor()
  assert.equal(await key.inputValue(), '')
  assert.ok(!(await page.content()).includes('canary'))
  await tabTo(page, dialog.getByRole('checkbox', { name: 'Trading signal' }))
  await page.keyboard.press('Space')
  await clean(page, 'settings, analyses', '.dialog')
  await tabTo(page, dialog.getByLabel('Tokens of one answer, at most'))
  await page.keyboard.press('Enter')
  await dialog.getByText('Saved', { exact: true }).waitFor()
  await page.keyboard.press('Escape')
  await card.getByRole('button', { name: 'Ask the model: Trading signal' }).waitFor()
}

export async function analysis(page: Page): Promise<void> {
  await page.locator('.wide-right .analysis-card del').first().waitFor()
  await clean(page, 'analysis, beside the tape', '.wide-right')
  await open(page, /^AI analysis/)
  const card = page.locator('.analysis-card[data-kind="anomaly"]')
  const struck = card.locator('del')
  await struck.first().waitFor()
  assert.deepEqual(await struck.allTextContents(), [
    '0.09% (not in the data)',
    '7 (not in the data)',
  ])
  await tabTo(page, card.locator('.cited').first())
  await page.getByRole('tooltip').getByText('Deviation: 0.42%').first().waitFor()
  const signal = page.locator('.analysis-card[data-kind="signal"]')
  await signal.getByText(/is on the wrong side of the entry/).waitFor()
  await clean(page, 'analysis')

  await press(page, page.getByRole('button', { name: 'What is sent: Price anomaly' }))
  const sent = page.getByRole('dialog', { name: /^What is sent/ })
  await sent.getByText('https://api.holysheep.ai/v1/chat/completions').waitFor()
  await sent.getByText('"zScore": 1.83').waitFor()
  await clean(page, 'what is sent', '.dialog')
  await page.keyboard.press('Escape')
  await sent.waitFor({ state: 'detached' })

  const ask = page.getByRole('button', { name: 'Ask the model: Market sentiment' })
  await press(page, ask)
  const cancel = page.getByRole('button', { name: 'Cancel: Market sentiment' })
  await cancel.waitFor()
  await press(page, cancel)
  const sentiment = page.locator('.analysis-card[data-kind="sentiment"]')
  await sentiment.getByText('Cancelled.').first().waitFor()
  await press(page, ask)
  await page.locator('.answer-running .model-text').waitFor()
  await page
    .getByRole('status')
    .getByText('Market sentiment: Bullish')
    .waitFor({ state: 'attached' })

  await press(page, page.getByRole('button', { name: 'When' }))
  const plan = page.getByRole('dialog', { name: /^Ask by itself/ })
  await tabTo(page, plan.getByRole('textbox', { name: 'every … seconds' }))
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('60')
  await page.keyboard.press('Enter')
  await plan.waitFor({ state: 'detached' })
  await page.getByText('every 1 min').first().waitFor()

  await tabTo(page, page.getByRole('radio', { name: 'Now', exact: true }))
  await nextPage(page, 'Answers')
  await tabTo(page, page.locator('.answers-row').first())
  for (let i = 0; i < 4; i += 1) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('End')
  await page.locator('.answers-row:focus').waitFor()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page
    .getByRole('region', { name: /binance:/ })
    .getByText('What was sent, as figures')
    .waitFor()
  await clean(page, 'analysis, log')
  for (const name of ['Scores', 'Cost and limits']) {
    await tabTo(page, page.getByRole('radio', { name: /^(Answers|Scores)$/, checked: true }))
    await nextPage(page, name)
    await page.locator('.scores-table tbody tr').first().waitFor()
    await clean(page, `analysis, ${name}`)
  }
}
