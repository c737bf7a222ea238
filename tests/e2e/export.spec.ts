import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Locator, Page } from '@playwright/test'
import { faults } from './axe.ts'
import { expectTrades, tabTo, view } from './desk.ts'
import { expect, test } from './fixture.ts'

/** The command's own judgement of an exported file. */
async function checked(file: string): Promise<Readonly<Record<string, unknown>>> {
  const args = ['out/main/headless.js', 'import', file, '--check']
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout) as Record<string, unknown>
}

test('trades are exported from the history, by keyboard alone', async ({ app, page }) => {
  test.setTimeout(150_000)
  await page.emulateMedia({ reducedMotion: 'reduce' }) // a dialog that fades in has no contrast yet
  await expectTrades(page, 'okx:BTC-USDT')
  await tabTo(page, view(page, 'History'))
  await page.keyboard.press('Enter')
  await expect(page.locator('.past-bar').first()).toBeVisible()

  const opener = page.getByRole('button', { name: /^Export…/ })
  const dialog = page.getByRole('dialog', { name: 'Export trades' })
  await tabTo(page, opener)
  await page.keyboard.press('Enter')
  await expect(dialog.getByText(/^About [\d,]+ trades\.$/)).toBeVisible()
  await app.picture('export')
  if (app.shell === 'headless') expect(await faults(page, '.dialog')).toEqual([])

  const first = await test.step('what is looked at, as it stands', () => exported(page, dialog))
  expect(dirname(first.file)).toBe(join(app.dataDir, 'exports'))
  expect(first.file).toMatch(/\.csv$/)
  const bytes = readFileSync(first.file)
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(first.hash)
  expect(bytes.toString().trimEnd().split('\n')).toHaveLength(first.trades + 1)
  expect(await checked(first.file)).toMatchObject({ ok: true, trades: first.trades })
  await app.picture('export-done')
  if (app.shell === 'headless') expect(await faults(page, '.dialog')).toEqual([])
  await tabTo(page, dialog.getByRole('button', { name: 'Copy the path of the file' }))
  await page.keyboard.press('Enter')
  await expect(dialog.getByText('Copied')).toBeVisible()

  if (app.shell === 'headless')
    await test.step('a browser can keep it', async () => {
      await tabTo(page, dialog.getByRole('link', { name: 'Download', exact: true }))
      const kept = page.waitForEvent('download')
      await page.keyboard.press('Enter')
      const download = await kept
      expect(download.suggestedFilename()).toBe(basename(first.file))
      expect(readFileSync(await download.path()).equals(bytes)).toBe(true)
    })

  await test.step('another market and format', async () => {
    const markets = dialog.getByRole('group', { name: 'Markets' })
    const more = markets.getByRole('checkbox', { checked: false }).first()
    const name = await more.evaluate((box) => box.parentElement?.textContent ?? '')
    await tabTo(page, more)
    await page.keyboard.press('Space')
    await tabTo(page, dialog.getByRole('radio', { name: 'CSV' }))
    await page.keyboard.press('ArrowDown')
    await expect(dialog.getByRole('radio', { name: 'Parquet' })).toBeChecked()
    const second = await exported(page, dialog)
    expect(second.file).toMatch(/\.parquet$/)
    expect(readFileSync(second.file).subarray(0, 4).toString()).toBe('PAR1')
    expect(await checked(second.file)).toMatchObject({ ok: true, trades: second.trades })
    await expect(dialog.getByRole('rowheader').filter({ hasText: name })).toBeVisible()
    await expect(dialog.getByText('Earlier ones')).toBeVisible()
  })

  await test.step('what cannot be exported says what to do', async () => {
    await dialog.getByLabel('From', { exact: true }).fill('2101-01-01T00:00:00')
    await expect(dialog.getByText('The end must be after the beginning.')).toBeVisible()
    await expect(dialog.getByRole('button', { name: 'Export', exact: true })).toBeDisabled()
    await dialog.getByLabel('From', { exact: true }).fill('2001-01-01T00:00:00')
    await dialog.getByLabel('To', { exact: true }).fill('2001-01-02T00:00:00')
    await expect(dialog.getByText(/^Nothing was traded there/)).toBeVisible()
    await tabTo(page, dialog.getByRole('button', { name: 'Export', exact: true }))
    await page.keyboard.press('Enter')
    await expect(dialog.getByText(/^No trade of these markets lies in this stretch/)).toBeVisible()
    if (app.shell === 'headless') expect(await faults(page, '.dialog')).toEqual([])
  })
  const names = readdirSync(join(app.dataDir, 'exports'))
  expect(names).toHaveLength(4)
  expect(names).toContain(`${basename(first.file)}.manifest.json`)

  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(opener).toBeFocused()
  expect(await app.running().problems()).toEqual([])
})

/** Starts what the dialog shows, waits for its end, and reads what it says. */
async function exported(page: Page, dialog: Locator) {
  const before = await dialog.getByLabel('File', { exact: true }).count()
  const old = before === 0 ? '' : await dialog.getByLabel('File', { exact: true }).inputValue()
  await tabTo(page, dialog.getByRole('button', { name: 'Export', exact: true }))
  await page.keyboard.press('Enter')
  const part = dialog.getByRole('region')
  await expect(part.getByLabel('File', { exact: true })).not.toHaveValue(old)
  await expect(part).toBeFocused()
  const said = await part.getByText(/^Exported: /).textContent()
  return {
    file: await part.getByLabel('File', { exact: true }).inputValue(),
    hash: await part.getByLabel('SHA-256', { exact: true }).inputValue(),
    trades: Number(said?.replace(/\D/g, '')),
  }
}
