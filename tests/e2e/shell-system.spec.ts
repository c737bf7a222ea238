import type { Page } from '@playwright/test'
import type { DoubleRecord } from '../electron-double/record.ts'
import { connectProxy } from '../integration/proxy-peers.ts'
import { expectTrades, venue } from './desk.ts'
import type { AppUnderTest } from './fixture.ts'
import { expect, test, VENUES } from './live-fixture.ts'

// What the operating system tells Electron, told by the double.

const look = async (app: AppUnderTest): Promise<DoubleRecord> =>
  (await app.running().order?.({ op: 'record' })) as DoubleRecord

test('the system is asked for the proxy of every venue before the engine starts', async ({
  app,
  page,
  simulator,
}) => {
  await expectTrades(page, 'okx:BTC-USDT')
  const { proxiesAsked } = await look(app)
  for (const each of VENUES) {
    const { ws, rest } = simulator.address(each)
    const hosts = proxiesAsked.map((address) => new URL(address).host)
    expect(hosts, each).toEqual(expect.arrayContaining([new URL(ws).host, new URL(rest).host]))
  }
})

test('a proxy that the system names is used at the next start of the engine, and a silent system holds nothing up', async ({
  app,
  page,
}) => {
  await expectTrades(page, 'okx:BTC-USDT')
  const peer = await connectProxy()
  try {
    const answer = `PROXY 127.0.0.1:${peer.port}; DIRECT`
    await app.running().order?.({ op: 'set-proxy', answer })
    await connectAnew(page, 'As the system says')
    await expect.poll(() => peer.asked.length, { timeout: 20_000 }).toBeGreaterThan(0)
    await expectTrades(page, 'okx:BTC-USDT')
    await expect(venue(page, 'OKX')).toContainText(`http://127.0.0.1:${peer.port}`)

    await app.running().order?.({ op: 'set-proxy', answer: null })
    await connectAnew(page, 'As for all')
    await expectTrades(page, 'okx:BTC-USDT')
    await expect(venue(page, 'OKX')).not.toContainText(String(peer.port))
  } finally {
    await peer.close()
  }
})

test('a machine that wakes is told to the engine', async ({ app, page }) => {
  await expectTrades(page, 'okx:BTC-USDT')
  const woken = (): number => app.running().output().split('"event":"woken"').length - 1
  await app.running().order?.({ op: 'wake', event: 'resume' })
  await expect.poll(woken).toBe(1)
  await app.running().order?.({ op: 'wake', event: 'unlock-screen' })
  await expect.poll(woken).toBe(2)
  await expectTrades(page, 'okx:BTC-USDT')
})

/** Saving how the venues are reached starts the engine again, and only that. */
async function connectAnew(page: Page, proxyOfOneVenue: string): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  const dialog = page.getByRole('dialog')
  const own = dialog.getByRole('radiogroup', { name: 'Proxy for Binance' })
  await own.getByRole('radio', { name: proxyOfOneVenue }).click()
  await dialog.getByRole('button', { name: 'Save and connect anew' }).click()
  await expect(dialog.getByText(/^Saved\. The engine connects anew/)).toBeVisible()
  await page.keyboard.press('Escape')
}
