import { type Fixture, type FixtureOpts, LLMock } from '@copilotkit/aimock'
import type { Locator, Page } from '@playwright/test'
import { expectTrades, row } from './desk.ts'
import { test as base, expect } from './fixture.ts'

export { expect } from '@playwright/test'

export const CANARY = 'sk-canary-51f7d0c2e94b4a77'
export type Kind = 'Price anomaly' | 'Market sentiment' | 'Trading signal'
export const KINDS: readonly Kind[] = ['Price anomaly', 'Market sentiment', 'Trading signal']

/** The figures of a question, as the model reads them. */
export type Figures = Readonly<Record<string, number | null>>
type Response = Exclude<Fixture['response'], (...args: never[]) => unknown>
type Write = (kind: Kind, figures: Figures) => object | string

/** An OpenAI-compatible server that is not ours (aimock), over real HTTP; the test says what it answers. */
export class AiPeer {
  readonly mock = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent' })

  get baseUrl(): string {
    return `${this.mock.url}/v1`
  }

  #isUp = true

  async stop(): Promise<void> {
    if (this.#isUp) await this.mock.stop()
    this.#isUp = false
  }

  get asked(): number {
    return this.mock.getRequests().filter(({ path }) => path.endsWith('/chat/completions')).length
  }

  /** Answers every question from now on with what `write` makes of its figures. */
  answer(
    write: Write,
    options: FixtureOpts & Partial<Extract<Response, { content: string }>> = {},
  ) {
    const { latency, chunkSize, truncateAfterChunks, disconnectAfterMs, ...overrides } = options
    const how = { latency, chunkSize, truncateAfterChunks, disconnectAfterMs }
    this.#only(
      (request) => {
        const text = request.messages.findLast(({ role }) => role === 'user')?.content
        const { kind, figures } = readQuestion(typeof text === 'string' ? text : '')
        const said = write(kind, figures)
        return { content: typeof said === 'string' ? said : JSON.stringify(said), ...overrides }
      },
      Object.fromEntries(Object.entries(how).filter(([, value]) => value !== undefined)),
    )
  }

  /** Refuses every question from now on. */
  refuse(status: number, message: string, code?: string): void {
    const error = { message, ...(code !== undefined && { code, type: code }) }
    this.#only({ status, error }, {})
  }

  #only(response: Fixture['response'], options: FixtureOpts): void {
    this.mock.clearFixtures()
    this.mock.addFixture({ match: { predicate: () => true }, response, ...options })
  }
}

/** Which analysis a question is of is told by the figures that only it is sent. */
function readQuestion(text: string): { readonly kind: Kind; readonly figures: Figures } {
  const start = text.indexOf('{')
  const end = text.indexOf('}}}', start) + 3
  const sent = JSON.parse(text.slice(start, end)) as {
    readonly figures: Readonly<Record<string, { readonly value: number | null }>>
  }
  const figures = Object.fromEntries(
    Object.entries(sent.figures).map(([name, { value }]) => [name, value]),
  )
  const kind =
    'rsi14' in figures
      ? 'Trading signal'
      : 'buyVolume1h' in figures
        ? 'Market sentiment'
        : 'Price anomaly'
  return { kind, figures }
}

/** An answer without a fault: its numbers are those of the question. */
export const sound: Write = (kind, { last, deviationPercent, volatilityPercent, ...rest }) => {
  if (kind === 'Price anomaly')
    return {
      reason: `The last price of ${last} is near its mean.`,
      ...{ anomalous: false, deviationPercent, volatilityPercent },
    }
  if (kind === 'Market sentiment') {
    const { buySellRatio1h: buySellRatio } = rest
    return { reason: 'Buyers and sellers are even.', sentiment: 'neutral', buySellRatio }
  }
  const reason = `No direction at ${last}.`
  return { reason, trend: 'sideways', entry: null, stop: null, targets: [] }
}

export const test = base.extend<{ readonly ai: AiPeer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  ai: async ({}, use) => {
    const peer = new AiPeer()
    await peer.mock.start()
    peer.answer(sound)
    await use(peer)
    await peer.stop()
  },
})

export const card = (page: Page, kind: Kind): Locator =>
  page.getByRole('article').filter({ has: page.getByRole('heading', { name: kind, exact: true }) })

/** Names the provider, switches all three analyses on and keeps a key, as a person does. */
export async function setUpAnalyses(page: Page, ai: AiPeer, seconds = 20): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: /^Base address/ }).fill(ai.baseUrl)
  for (const kind of KINDS) await dialog.getByRole('checkbox', { name: kind }).check()
  await dialog.getByRole('textbox', { name: /^Seconds for one answer/ }).fill(String(seconds))
  const form = dialog.locator('form').filter({ hasText: 'Base address' })
  await form.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(form.getByRole('status').last()).toHaveText('Saved')
  await keepKey(page, CANARY)
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
}

export async function changeAddress(page: Page, baseUrl: string): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: /^Base address/ }).fill(baseUrl)
  const form = dialog.locator('form').filter({ hasText: 'Base address' })
  await form.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(form.getByRole('status').last()).toHaveText('Saved')
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
}

/** In the open settings. */
export async function keepKey(page: Page, key: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  const field = dialog.getByLabel(/^Key for 127\.0\.0\.1/)
  await field.fill(key)
  await dialog.getByRole('button', { name: 'Keep key' }).click()
  await expect(field).toHaveValue('')
}

/** Asks and waits until it is over. */
export async function ask(page: Page, kind: Kind): Promise<void> {
  const before = await card(page, kind).locator('.answer-age').allTextContents()
  await page.getByRole('button', { name: `Ask the model: ${kind}` }).click()
  await expect(card(page, kind).locator('.answer-running')).toHaveCount(0, { timeout: 30_000 })
  await expect
    .poll(() => card(page, kind).locator('.answer-age').allTextContents(), { timeout: 30_000 })
    .not.toEqual(before)
}

/** A market that trades, as the one on the screen. */
export async function openMarket(page: Page): Promise<void> {
  await expectTrades(page, 'okx:BTC-USDT')
  await row(page, 'okx:BTC-USDT').click()
}
