import { connectProxy, type ProxyPeer } from '../integration/proxy-peers.ts'
import { expectTrades, venue } from './desk.ts'
import { test as base, expect } from './live-fixture.ts'

const test = base.extend<{ readonly peer: ProxyPeer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  peer: async ({}, use) => {
    const peer = await connectProxy('me:open-sesame')
    await use(peer)
    await peer.close()
  },
})

test('a venue is tried through a proxy with one click; a wrong address or password is told there', async ({
  app,
  page,
  peer,
  simulator,
}) => {
  await expectTrades(page, 'okx:BTC-USDT')
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  const own = page.getByRole('dialog').getByRole('group', { name: 'Venue', exact: true })
  await own.getByRole('combobox', { name: 'Venue', exact: true }).selectOption({ label: 'OKX' })
  await own.getByRole('radio', { name: 'This one' }).click()
  const address = own.getByRole('textbox', { name: /^Address/ })
  const tryIt = own.getByRole('button', { name: 'Try OKX' })
  const said = own.getByRole('status')

  await address.fill('nonsense')
  await expect(address).toHaveAttribute('aria-invalid', 'true')
  await expect(address).toHaveAccessibleDescription(/Write it as http:\/\/host:3128/)
  await expect(tryIt).toBeDisabled()
  await app.picture('proxy-wrong-address')

  await address.fill('http://127.0.0.1:9')
  await expect(address).toHaveAttribute('aria-invalid', 'false')
  await tryIt.click()
  await expect(said).toContainText(/OKX by REST cannot be reached: .*ECONNREFUSED/)

  await address.fill(`http://me@127.0.0.1:${peer.port}`)
  await own.getByLabel(/^Password/).fill('wrong')
  await tryIt.click()
  await expect(said).toContainText(/OKX by REST .*(407|password)/i)
  expect(peer.refused).toBeGreaterThan(0)
  expect(peer.asked).toEqual([])

  await own.getByLabel(/^Password/).fill('open-sesame')
  await tryIt.click()
  await expect(said).toHaveText(/^OKX answers: WebSocket \d.* ms, REST \d.* ms$/)
  // One host serves both here, and a way that is open may be used again.
  expect([...new Set(peer.asked)]).toEqual([new URL(simulator.address('okx').ws).host])
  await app.picture('proxy-tried')
})

test('a proxy that was saved is the way of the feed from then on, and is named', async ({
  app,
  page,
  peer,
  simulator,
}) => {
  await expectTrades(page, 'okx:BTC-USDT')
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  const dialog = page.getByRole('dialog')
  const all = dialog.getByRole('radiogroup', { name: 'Proxy for all venues' })
  await all.getByRole('radio', { name: 'This one' }).click()
  await dialog.getByRole('textbox', { name: /^Address/ }).fill(`http://me@127.0.0.1:${peer.port}`)
  await dialog.getByLabel(/^Password/).fill('open-sesame')
  await dialog.getByRole('button', { name: 'Save and connect anew' }).click()
  await expect(dialog.getByRole('status').last()).toContainText('Saved.')
  await page.keyboard.press('Escape')

  const stream = new URL(simulator.address('okx').ws).host
  await expect.poll(() => peer.asked, { timeout: 20_000 }).toContain(stream)
  await expectTrades(page, 'okx:BTC-USDT')
  await expect(venue(page, 'OKX')).toContainText(`http://127.0.0.1:${peer.port}`)
  await expect(page.locator('body')).not.toContainText('open-sesame')
  expect(app.running().output()).not.toContain('open-sesame')
})
