import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { DoubleRecord } from '../electron-double/record.ts'
import { demoLabel, expectTrades } from './desk.ts'
import { type AppUnderTest, expect, test } from './fixture.ts'
import { startUnderDouble } from './shells/double.ts'
import { tapeStats } from './tape-stats.ts'

// What only the Electron shell does. In Electron itself these are boxes of the release checklist;
// the double lets them be seen, and broken, at every change.

const look = async (app: AppUnderTest): Promise<DoubleRecord> =>
  (await app.running().order?.({ op: 'record' })) as DoubleRecord

test('one window, shown when ready; a second start brings it to front and ends', async ({
  app,
  page,
}) => {
  await expect(demoLabel(page)).toBeVisible()
  expect((await look(app)).windows).toMatchObject([{ visible: true, focused: 0 }])
  const second = startUnderDouble(app)
  expect(await second.ended).toBe(0)
  await expect
    .poll(async () => (await look(app)).windows)
    .toMatchObject([{ visible: true, focused: 1 }])
  const { menu, about } = await look(app)
  expect(menu).toEqual(expect.arrayContaining(['File', 'Quit Tapedeck', 'About Tapedeck']))
  expect(about.applicationVersion).toMatch(/^\d+\.\d+\.\d+$/)

  // Closing hides it; that it goes on is told once, and the icon in the tray can end it.
  for (let i = 0; i < 2; i += 1) {
    await app.running().order?.({ op: 'close-window' })
    await expect.poll(async () => (await look(app)).windows).toMatchObject([{ visible: false }])
  }
  await expect.poll(async () => (await look(app)).dialogs).toHaveLength(1)
  const { tray, trayMenu } = await look(app)
  expect(tray).toContain('Tapedeck: recording')
  expect(trayMenu).toEqual(expect.arrayContaining(['Open Tapedeck', 'Quit Tapedeck']))
  await app.running().order?.({ op: 'quit' })
  expect(await app.running().ended).toBe(0)
})

test('the page cannot leave; links on the list open outside, permissions are denied', async ({
  app,
  page,
}) => {
  await expect(demoLabel(page)).toBeVisible()
  await page.evaluate(() => {
    window.open('https://evil.example/')
    window.open('http://www.tradingview.com/')
    window.open('file:///etc/passwd')
    window.open('https://www.tradingview.com/lightweight-charts/')
    const link = document.createElement('a')
    link.href = 'https://evil.example/elsewhere'
    document.body.append(link)
    link.click()
  })
  await expect.poll(async () => (await look(app)).attempts).toHaveLength(5)
  const { attempts, opened } = await look(app)
  expect(attempts.filter((attempt) => /allow/.test(attempt))).toEqual([])
  expect(opened).toEqual(['https://www.tradingview.com/lightweight-charts/'])
  expect(await page.evaluate(() => location.pathname)).toBe('/index.html')
  for (const permission of ['media', 'notifications', 'geolocation', 'clipboard-read'])
    expect(await app.running().order?.({ op: 'would-grant', permission })).toBe(false)
})

test('a page that reloads, or crashes, is served again while recording goes on', async ({
  app,
  page,
}) => {
  await expectTrades(page, 'okx:BTC-USDT')
  await page.reload()
  await expectTrades(page, 'okx:BTC-USDT')

  await app.running().order?.({ op: 'crash-page' })
  await expect
    .poll(async () => (await look(app)).dialogs.map(({ text }) => text).join())
    .toContain('loaded again')
  const fresh = await newestPage(page)
  await expectTrades(fresh, 'okx:BTC-USDT')
  expect(await app.stop()).toBe(0)
})

test('an engine that dies is told in plain words, and the exit code is 1', async ({
  app,
  page,
}) => {
  await expectTrades(page, 'okx:BTC-USDT')
  await app.running().order?.({ op: 'kill-thread', name: 'engine' })
  expect(await app.running().ended).toBe(1)
  expect(app.running().output()).toContain('The recorder stopped unexpectedly')
})

test('a system that shuts down gets a whole database', async ({ app, page }) => {
  await expectTrades(page, 'okx:BTC-USDT')
  await app.running().order?.({ op: 'shut-down' })
  expect(await app.running().ended).toBe(0)
  expect((await tapeStats(app.dataDir)).length).toBeGreaterThan(0)
  // First the engine, then the process: Electron itself waits for nobody.
  expect(app.running().output()).toMatch(/"event":"stopped"[\s\S]*electron double: exit 0/)
  expect(readFileSync(join(app.dataDir, 'logs', 'tapedeck.log'), 'utf8')).toContain('"stopped"')
})

test('told to end while it is starting, it ends', async ({ folder }) => {
  const early = startUnderDouble(folder)
  await new Promise((resolve) => early.child.once('message', resolve)) // ready, engine not yet
  early.child.kill('SIGTERM')
  expect(await early.ended).toBe(0)
})

test('a configuration that cannot be used is refused with its name, exit code 2', async ({
  folder,
}) => {
  writeFileSync(folder.config, '{"venues":{"nobody":{}}}')
  const refused = startUnderDouble(folder)
  expect(await refused.ended).toBe(2)
  expect(refused.output()).toContain('config.json: venues.nobody is not known')
})

/** The double opens a new tab for a page that crashed. */
async function newestPage(page: Page): Promise<Page> {
  const context = page.context()
  await expect.poll(() => context.pages().filter((one) => one !== page).length).toBeGreaterThan(0)
  const fresh = context.pages().findLast((one) => one !== page)
  if (fresh === undefined) throw new Error('No new page.')
  return fresh
}
