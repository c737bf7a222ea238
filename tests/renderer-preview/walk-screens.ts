import assert from 'node:assert/strict'
import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from 'playwright'

// The screens of history, replay and alerts as somebody goes through them who has a keyboard only.

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Nothing serious in what axe sees of the middle of the window, or of another part. */
export async function clean(page: Page, screen: string, within = '.wide-middle'): Promise<void> {
  const axe = new AxeBuilder({ page })
    .include(within)
    .options({ resultTypes: ['violations'] })
    .withTags(RULES)
  const { violations } = await axe.setLegacyMode().analyze()
  const found = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${screen}: ${id} ${target.join(' ')}`))
  assert.deepEqual(found, [])
}

/** Tab until the focus is there. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let press = 0; press < 120; press += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach ${String(target)}.`)
}

export async function open(page: Page, name: string | RegExp): Promise<void> {
  await tabTo(page, page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name }))
  await page.keyboard.press('Enter')
}

/** To the next page of the alerts: the focus follows the arrow a moment later. */
async function turnTo(page: Page, name: string): Promise<void> {
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction((text) => document.activeElement?.textContent?.startsWith(text), name)
  await page.keyboard.press('Enter')
}

/** From a month to single trades and back to a gap; to a time; then on to the replay of it. */
export async function history(page: Page): Promise<void> {
  await open(page, 'History')
  const chart = page.getByRole('application', { name: /^Chart of binance:BTC-USDT/ })
  await tabTo(page, page.getByRole('radio', { name: '1 hour' }))
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await page.locator('.past-legend').getByText('4h', { exact: true }).waitFor()
  await clean(page, 'history')

  await tabTo(page, chart)
  const before = await chart.getAttribute('aria-label')
  await page.keyboard.press('ArrowLeft')
  await page.waitForFunction(
    (old) => document.querySelector('[role=application]')?.getAttribute('aria-label') !== old,
    before,
  )
  for (let i = 0; i < 15; i += 1) await page.keyboard.press('+')
  await page.locator('.past-legend').getByText('1s', { exact: true }).waitFor()
  const trades = page.getByRole('region', { name: /^Trades around/ })
  await trades.locator('tr[aria-current]').waitFor()
  assert.ok((await trades.getByRole('row').count()) > 50)

  await page.keyboard.press('End')
  for (let i = 0; i < 16; i += 1) await page.keyboard.press('-')
  const gaps = page.getByRole('region', { name: 'Gaps in this stretch' })
  await tabTo(page, gaps.getByRole('button').first())
  await page.keyboard.press('Enter')
  await page.locator('.past-legend').getByText('Hatched: trades are missing').waitFor()

  await tabTo(page, chart)
  await page.keyboard.press('g')
  const field = page.getByLabel('Go to time (g)')
  assert.ok(await field.evaluate((element) => element === document.activeElement))
  await page.keyboard.press('Enter')
  await trades.locator('tr[aria-current]').waitFor()
  await tabTo(page, page.getByRole('button', { name: 'Replay this stretch' }))
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Load' }).waitFor()
}

/** Loaded, stepped, played, moved, and back to live. */
export async function replay(page: Page): Promise<void> {
  await open(page, /^Replay/)
  await clean(page, 'replay, form')
  await tabTo(page, page.getByRole('button', { name: 'Load' }))
  await page.keyboard.press('Enter')
  const frame = page.getByRole('region', { name: 'REPLAY', exact: true })
  await frame.getByRole('button', { name: /^Play/ }).waitFor()
  await frame.getByText('These are old trades, not the market now.').waitFor()
  const clock = frame.getByRole('status', { name: 'Clock of the replay' })
  const begin = await clock.textContent()
  await page.keyboard.press(',')
  const tape = frame.getByRole('region', { name: 'Tape of the replay' })
  await tape.getByRole('listitem').first().waitFor()
  const stepped = await clock.textContent()
  assert.notEqual(stepped, begin)
  await page.keyboard.press('.')
  await page.keyboard.press('Space')
  await frame.getByRole('button', { name: /^Pause/ }).waitFor()
  await clean(page, 'replay, playing')
  await page.keyboard.press('Space')
  await frame.getByRole('button', { name: /^Play/ }).waitFor()
  const scrubber = frame.getByRole('slider', { name: 'Place in the replay' })
  await tabTo(page, scrubber)
  await page.keyboard.press('End')
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('.replay-scrubber')?.value === '2000',
  )
  await page.keyboard.press('Escape')
  await page.getByRole('region', { name: 'Chart', exact: true }).waitFor()
  await open(page, /^Replay/)
  await page.getByRole('button', { name: 'Load' }).waitFor() // it was ended, not left running
}

/** Written as text, seen in the form, rehearsed, armed, removed and put back; the log read. */
export async function alerts(page: Page): Promise<void> {
  await open(page, /^Alerts/)
  await clean(page, 'alerts')
  await tabTo(page, page.getByRole('button', { name: 'New alert' }))
  await page.keyboard.press('Enter')
  const text = page.getByLabel('Expression', { exact: true })
  await tabTo(page, text)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('binance:BTC-USDT prce > 3')
  await page.getByText('did you mean price?').waitFor()
  assert.equal(await page.locator('.expr-fault').textContent(), 'prce')
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('okx:LINK-USDT move 5m > 2% or okx:ADA-USDT gap')
  await page.getByRole('group', { name: 'Condition 2' }).waitFor()
  assert.equal(await page.getByRole('radio', { name: 'Any of these' }).isChecked(), true)
  await tabTo(page, page.getByLabel('Threshold').first())
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('3.5')
  assert.equal(await text.inputValue(), 'okx:LINK-USDT move 5m > 3.5% or okx:ADA-USDT gap')
  await clean(page, 'alerts, editor')

  await tabTo(page, page.getByRole('button', { name: 'Rehearse' }))
  await page.keyboard.press('Enter')
  await page.getByText(/Firings: .* trades/).waitFor()
  await page.getByText(/^About .* a day/).waitFor()
  await clean(page, 'alerts, rehearsed')
  await tabTo(page, page.getByRole('button', { name: 'Save and arm' }))
  await page.keyboard.press('Enter')
  const armed = page.getByRole('switch', { name: 'Arm My alert' })
  await armed.waitFor()
  await page.locator('[role=switch][aria-label="Arm My alert"][aria-checked=true]').waitFor()

  await tabTo(page, page.getByRole('button', { name: 'Remove My alert' }))
  await page.keyboard.press('Enter')
  await armed.waitFor({ state: 'detached' })
  await tabTo(page, page.getByRole('button', { name: 'Undo' }))
  await page.keyboard.press('Enter')
  await armed.waitFor()

  await tabTo(page, page.getByRole('radio', { name: 'Alerts', exact: true }))
  await turnTo(page, 'Log')
  const log = page.getByRole('table', { name: 'Log' })
  await log.getByText(/would have fired at .* at 61,204.00 – machine asleep/).waitFor()
  await page
    .getByRole('navigation')
    .getByText('firings not looked at')
    .waitFor({ state: 'detached' })
  await clean(page, 'alerts, log')
  await turnTo(page, 'Delivery')
  await page.getByText('Set: hooks.example.org').waitFor()
  await clean(page, 'alerts, delivery')
}
