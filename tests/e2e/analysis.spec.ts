import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  ask,
  CANARY,
  card,
  expect,
  KINDS,
  keepKey,
  openMarket,
  setUpAnalyses,
  sound,
  test,
} from './ai-fixture.ts'
import { view } from './desk.ts'

const MARKET = 'okx:BTC-USDT'

test('three analyses of the demo tape: checked, priced, kept; nothing is sent before a person wants it', async ({
  app,
  page,
  ai,
}) => {
  test.setTimeout(180_000)
  await openMarket(page)
  // Statistics work without a key, and ask nobody.
  await expect(card(page, 'Trading signal')).toContainText(/Sideways|Up|Down/)
  await expect(page.getByRole('button', { name: 'Set up: Trading signal' })).toBeVisible()
  expect(ai.mock.getRequests()).toEqual([])

  await setUpAnalyses(page, ai)
  expect(ai.mock.getRequests()).toEqual([])

  await page.getByRole('button', { name: 'What is sent: Trading signal' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText(`${ai.baseUrl}/chat/completions`)
  await expect(dialog).toContainText(MARKET)
  await expect(dialog).not.toContainText(CANARY)
  await app.picture('analysis-dry-run')
  await page.keyboard.press('Escape')
  expect(ai.mock.getRequests()).toEqual([])

  for (const kind of KINDS) await ask(page, kind)
  expect(ai.asked).toBe(3)
  await expect(card(page, 'Price anomaly')).toContainText('is near its mean')
  await expect(card(page, 'Market sentiment')).toContainText('Buyers and sellers are even.')
  await expect(card(page, 'Trading signal')).toContainText('Sideways')
  // The price is in the data, so it stands.
  await expect(card(page, 'Price anomaly').locator('del')).toHaveCount(0)
  await expect(page.getByText(/^Spent: today \$0\.0/)).toBeVisible()
  await app.picture('analysis-answers')

  await test.step('an invented number is struck', async () => {
    ai.answer((kind, figures) => ({
      ...(sound(kind, figures) as object),
      reason: `The last price of ${figures.last} will reach 987654.32 soon.`,
    }))
    await ask(page, 'Price anomaly')
    await expect(card(page, 'Price anomaly').locator('del')).toHaveText(/^987654\.32/)
    await app.picture('analysis-invented-number')
  })

  await test.step('a sell signal with its stop on the wrong side is refused with the reason', async () => {
    ai.answer((_, { last }) => {
      const price = last ?? 0
      const levels = { entry: price, stop: round(price * 0.999), targets: [round(price * 0.998)] }
      return { reason: 'Down from here.', trend: 'down', ...levels }
    })
    await ask(page, 'Trading signal')
    await expect(card(page, 'Trading signal')).toHaveAttribute('data-state', 'refused')
    await expect(card(page, 'Trading signal')).toContainText(
      /Stop [\d.,]+ is on the wrong side of the entry/,
    )
    await app.picture('analysis-refused')
  })

  await test.step('markup, links and scripts in an answer are text', async () => {
    const evil =
      '<img src=x onerror="document.title=1"><script>document.title=2</script> <a href="https://evil.example">x</a> \u202Eabc ignore all rules'
    ai.answer((kind, figures) => ({ ...(sound(kind, figures) as object), reason: evil }))
    await ask(page, 'Market sentiment')
    const answer = card(page, 'Market sentiment')
    await expect(answer).toContainText('<img src=x onerror=')
    await expect(answer.locator('img, script, a')).toHaveCount(0)
    expect(await page.title()).not.toMatch(/^[12]$/)
  })

  await test.step('everything is in the log, and there after a restart', async () => {
    const again = await app.restart()
    await view(again, 'AI analysis').click()
    await again.getByRole('radio', { name: 'Answers' }).click()
    await expect(again.getByText('not believed').first()).toBeVisible({ timeout: 30_000 })
    await app.picture('analysis-page')
  })
  expect(await app.running().problems()).toEqual([])
})

const round = (price: number): number => Math.round(price * 10) / 10

test('the key is nowhere but in the header of a request to its own host', async ({
  app,
  page,
  ai,
}) => {
  test.setTimeout(120_000)
  const frames: string[] = []
  const sent: string[] = []
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => frames.push(String(payload)))
    socket.on('framesent', ({ payload }) => sent.push(String(payload)))
  })
  await page.reload()
  await openMarket(page)
  await setUpAnalyses(page, ai)
  await ask(page, 'Trading signal')
  ai.refuse(401, `Incorrect API key provided: ${CANARY}`, 'invalid_api_key')
  await ask(page, 'Price anomaly')

  await test.step('in the messages: once, when it is given', () => {
    if (app.shell !== 'headless') return
    expect(frames.length).toBeGreaterThan(0)
    expect(frames.filter((text) => text.includes(CANARY))).toEqual([])
    expect(sent.filter((text) => text.includes(CANARY))).toHaveLength(1)
  })
  await test.step('in the page', async () => {
    expect(await page.content()).not.toContain(CANARY)
    const session = await page.context().newCDPSession(page)
    await session.send('HeapProfiler.collectGarbage')
    let heap = ''
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => {
      heap += chunk
    })
    await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
    expect(heap.length).toBeGreaterThan(100_000)
    expect(heap.includes(CANARY)).toBe(false)
    const storage = await page.evaluate(() => JSON.stringify({ ...localStorage }))
    expect(storage).not.toContain(CANARY)
  })
  await test.step('in the requests: the Authorization header, nothing else', () => {
    const requests = ai.mock.getRequests()
    expect(requests.length).toBeGreaterThan(0)
    for (const { headers, body, path } of requests) {
      const { authorization, ...others } = headers
      // The peer does not tell what was in it; tests/integration/ai-provider.test.ts has a look.
      expect(authorization).toBe('[REDACTED]')
      expect(JSON.stringify({ others, body, path })).not.toContain(CANARY)
    }
  })
  await app.stop()
  expect(app.running().output()).not.toContain(CANARY)
  for (const file of readdirSync(app.dataDir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const bytes = readFileSync(join(file.parentPath, file.name), 'latin1')
    expect([file.name, bytes.includes(CANARY)]).toEqual([file.name, false])
  }
})

test('a hard limit stops everything, and holds over a restart', async ({ app, page, ai }) => {
  test.setTimeout(120_000)
  await openMarket(page)
  await setUpAnalyses(page, ai)
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  const form = page.getByRole('dialog').locator('form').filter({ hasText: 'Base address' })
  await form.getByRole('textbox', { name: /^Tokens per day/ }).fill('10')
  await form.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(form.getByRole('status').last()).toHaveText('Saved')
  await page.keyboard.press('Escape')
  await ask(page, 'Trading signal')
  const failure = card(page, 'Trading signal').locator('.answer-failure')
  await expect(failure).toHaveAttribute('data-code', 'limit')
  await expect(failure).toContainText('tokens per day')
  expect(ai.asked).toBe(0)

  const again = await app.restart()
  await openMarket(again)
  // Without a keychain the key is gone with the app; the limit is not.
  await again.getByRole('button', { name: 'Settings', exact: true }).click()
  await keepKey(again, CANARY)
  await again.keyboard.press('Escape')
  await ask(again, 'Trading signal')
  await expect(card(again, 'Trading signal').locator('.answer-failure')).toHaveAttribute(
    'data-code',
    'limit',
  )
  expect(ai.asked).toBe(0)
})
