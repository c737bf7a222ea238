import type { Page } from '@playwright/test'
import { expectTrades, tabTo, view } from './desk.ts'
import { expect, test } from './fixture.ts'

test('an alert, by keyboard alone: written, rehearsed, armed, fired, logged, paused, removed and put back', async ({
  app,
  page,
}) => {
  test.setTimeout(150_000) // some hundred keys, each a way to the page and back
  await expectTrades(page, 'okx:BTC-USDT')
  await tabTo(page, view(page, 'Alerts'))
  await page.keyboard.press('Enter')
  await test.step('written', () => written(page))
  await app.picture('alert-editor')
  await test.step('rehearsed and armed', () => armed(page))
  await test.step('logged', () => logged(page))
  await app.picture('alert-log')
  await test.step('paused', () => paused(page))
  await test.step('told elsewhere', () => delivered(page))
  await test.step('removed and put back', () => removed(page))
  expect(await app.running().problems()).toEqual([])
})

const reach = async (page: Page, name: string): Promise<void> => {
  await tabTo(page, page.getByRole('button', { name, exact: true }))
  await page.keyboard.press('Enter')
}
const type = async (page: Page, text: string): Promise<void> => {
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type(text)
}
/** The focus follows the arrow a moment later. */
async function turnTo(page: Page, key: string, name: string | RegExp): Promise<void> {
  const radio = page.getByRole('radio', { name, exact: true })
  await page.keyboard.press(key)
  await expect(radio).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(radio).toBeChecked()
}
const expression = (page: Page) => page.getByLabel('Expression', { exact: true })
const threshold = (page: Page) => page.getByLabel('Threshold').first()

async function written(page: Page): Promise<void> {
  await expect(page.getByText('No alert yet')).toBeVisible()
  await reach(page, 'New alert')
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused()
  await type(page, 'Above one')

  // What the form says the expression says.
  await tabTo(page, threshold(page))
  await type(page, '61200.5')
  await expect(expression(page)).toHaveValue(/ price crosses above 61200\.5$/)

  // An error points at its place, and what cannot be read cannot be saved.
  await tabTo(page, expression(page))
  await type(page, 'okx:BTC-USDT prce > 1')
  await expect(page.locator('.expr-fault')).toHaveText('prce')
  await expect(expression(page)).toHaveAccessibleDescription(
    /at character 14.*did you mean price\?/s,
  )
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled()

  // What the expression says the form says.
  await type(page, 'okx:BTC-USDT price > 2 or okx:ETH-USDT gap')
  await expect(page.getByRole('radio', { name: 'Any of these' })).toBeChecked()
  await expect(page.getByRole('group', { name: 'Condition 2' })).toBeVisible()
  await type(page, 'okx:BTC-USDT price > 1')
  await expect(page.getByRole('group', { name: 'Condition 2' })).toBeHidden()
  await expect(threshold(page)).toHaveValue('1')
}

async function armed(page: Page): Promise<void> {
  await reach(page, 'Rehearse')
  await expect(page.getByRole('region', { name: 'Rehearsal' })).toContainText(
    /Firings: [1-9][\d,]*, in [1-9][\d,]* trades/,
    { timeout: 20_000 },
  )
  await reach(page, 'Save and arm')
  await expect(page.getByRole('button', { name: 'New alert' })).toBeFocused()
  const row = page.getByRole('row', { name: /Above one/ })
  await expect(row.getByRole('switch', { name: 'Arm Above one' })).toBeChecked()
  await expect(row).toContainText('Resting') // its cooldown is five minutes
  await expect(row.getByRole('cell', { name: '1', exact: true })).toBeVisible() // it fired once
}

async function logged(page: Page): Promise<void> {
  await tabTo(page, page.getByRole('radio', { name: 'Alerts', exact: true }))
  await turnTo(page, 'ArrowRight', /^Log/)
  const entry = page.getByRole('table', { name: 'Log' }).getByRole('row').nth(1)
  await expect(entry).toContainText('Above one')
  await expect(entry).toContainText(/okx:BTC-USDT price \d[\d,]*/)
  await expect(entry).toContainText(/Desktop: sent/)
  await expect(entry.getByRole('cell').last()).toHaveText(/\d ms|\d s/)
  const unseen = page.getByRole('navigation').getByText('firings not looked at')
  await expect(unseen).toBeHidden() // whoever reads the log has looked at them
}

async function paused(page: Page): Promise<void> {
  await reach(page, 'Pause for 1 h')
  await expect(page.getByText(/^Delivery paused until /)).toBeVisible()
  await reach(page, 'Deliver again')
  await expect(page.getByText(/^Delivery paused until /)).toBeHidden()
}

async function delivered(page: Page): Promise<void> {
  await tabTo(page, page.getByRole('radio', { name: 'Log', exact: true }))
  await turnTo(page, 'ArrowRight', 'Delivery')
  const hook = page.getByRole('form', { name: 'Webhook' })
  const address = hook.getByLabel('Address')
  await tabTo(page, address)
  await page.keyboard.type('nonsense')
  await expect(address).toHaveAttribute('aria-invalid', 'true')
  await expect(address).toHaveAccessibleDescription(/begins with https/)
  await type(page, 'http://hooks.example.org/secret')
  await page.keyboard.press('Enter')
  await expect(hook.getByRole('status')).toContainText(/https/)
  await expect(hook.getByText('Not set')).toBeVisible()
  // Nobody listens at this port of this machine: the reason is told.
  await type(page, 'http://127.0.0.1:9/secret')
  await page.keyboard.press('Enter')
  await expect(hook.getByText('Set: 127.0.0.1')).toBeVisible()
  await reach(page, 'Send a test')
  await expect(hook.getByRole('status')).toContainText(/ECONNREFUSED|refused/)
  await expect(page.locator('body')).not.toContainText('secret')
}

async function removed(page: Page): Promise<void> {
  await tabTo(page, page.getByRole('radio', { name: 'Delivery' }))
  await turnTo(page, 'Home', 'Alerts')
  const toggle = page.getByRole('switch', { name: 'Arm Above one' })
  await tabTo(page, toggle)
  await page.keyboard.press('Space')
  await expect(toggle).not.toBeChecked()
  await reach(page, 'Remove Above one')
  await expect(page.getByText('No alert yet')).toBeVisible()
  await expect(page.getByRole('button', { name: 'New alert' })).toBeFocused()
  await tabTo(page, page.getByRole('button', { name: 'Undo' }))
  await page.keyboard.press('Enter')
  await expect(toggle).not.toBeChecked()
}
