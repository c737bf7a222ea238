import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  ask,
  CANARY,
  card,
  changeAddress,
  expect,
  openMarket,
  setUpAnalyses,
  sound,
  test,
} from './ai-fixture.ts'

/** What each fault is called on the screen. */
test('each way to fail has words of its own, and what to do', async ({ page, ai, app }) => {
  test.setTimeout(240_000)
  await openMarket(page)
  await setUpAnalyses(page, ai, 3)
  const signal = card(page, 'Price anomaly')
  const cases: readonly (readonly [code: string, fault: () => void])[] = [
    ['rate-limited', () => ai.refuse(429, 'slow down')],
    ['server', () => ai.refuse(503, 'down')],
    ['timeout', () => ai.answer(sound, { latency: 10_000 })],
    ['cut', () => ai.answer(sound, { chunkSize: 4, truncateAfterChunks: 3 })],
    ['declined', () => ai.answer(sound, { finishReason: 'content_filter' })],
    ['truncated', () => ai.answer(() => '{"reason":"It is', { finishReason: 'length' })],
    ['malformed', () => ai.answer(() => 'Sorry, I would rather chat.')],
    ['wrong-schema', () => ai.answer(() => ({ reason: 'x', anomalous: 'maybe' }))],
    ['no-model', () => ai.refuse(404, 'The model does not exist', 'model_not_found')],
    ['no-credit', () => ai.refuse(429, 'You exceeded your quota', 'insufficient_quota')],
    ['bad-key', () => ai.refuse(401, `Incorrect API key provided: ${CANARY}`, 'invalid_api_key')],
  ]
  for (const [code, fault] of cases)
    await test.step(code, async () => {
      fault()
      await ask(page, 'Price anomaly')
      await expect(signal.locator('.answer-failure')).toHaveAttribute('data-code', code)
      await expect(signal).toHaveAttribute('data-state', 'failed')
      await expect(signal).not.toContainText(CANARY)
      await app.picture(`analysis-${code}`)
      ai.answer(sound)
      await ask(page, 'Price anomaly')
      await expect(signal).toHaveAttribute('data-state', 'done')
    })

  await test.step('wrong-address', async () => {
    const other = await somePage()
    await changeAddress(page, other.url)
    await ask(page, 'Price anomaly')
    await expect(signal.locator('.answer-failure')).toHaveAttribute('data-code', 'wrong-address')
    expect(other.headers().join()).not.toContain(CANARY)
    await changeAddress(page, ai.baseUrl)
    other.close()
  })
  await test.step('offline', async () => {
    await ai.stop()
    await ask(page, 'Price anomaly')
    await expect(signal.locator('.answer-failure')).toHaveAttribute('data-code', 'offline')
  })
  await test.step('paused', async () => {
    for (let more = 0; more < 5; more += 1) await ask(page, 'Price anomaly')
    await expect(signal.locator('.answer-failure')).toHaveAttribute('data-code', 'paused')
    await app.picture('analysis-paused')
  })
})

/** A web server that is no provider; the key of another host is none of its business. */
async function somePage() {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(JSON.stringify(request.headers))
    response.writeHead(404, { 'Content-Type': 'text/html' }).end('<h1>Not here</h1>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    headers: () => seen,
    close: () => server.close(),
  }
}
