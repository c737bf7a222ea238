import type { Page } from 'playwright'
import type { Screen } from './screens.ts'

// The pictures of the analyses: cards beside the tape, page, settings, latency; in three languages.

const TITLE = /^(AI analysis|AI 分析|Phân tích AI)$/

const page =
  (pick: string | RegExp | null = null, then: (page: Page) => Promise<void> = async () => {}) =>
  async (view: Page): Promise<void> => {
    await view.getByRole('navigation').getByRole('button', { name: TITLE }).click()
    if (pick !== null) await view.getByRole('radio', { name: pick, exact: true }).click()
    await view.waitForTimeout(900)
    await then(view)
  }

const narrow =
  (pick: string | RegExp | null = null) =>
  async (view: Page): Promise<void> => {
    await view.getByRole('tab', { name: TITLE }).click()
    if (pick !== null) await view.getByRole('radio', { name: pick, exact: true }).click()
    await view.waitForTimeout(900)
  }

const settings = async (view: Page): Promise<void> => {
  await view.getByRole('button', { name: /^(Settings|设置|Cài đặt)$/ }).click()
  await view.waitForTimeout(500)
  await view
    .getByRole('dialog')
    .getByRole('heading', { name: TITLE })
    .evaluate((heading) => {
      const body = heading.closest('.dialog-body')
      if (body === null) return
      body.scrollTop += heading.getBoundingClientRect().top - body.getBoundingClientRect().top - 8
    })
  await view.waitForTimeout(300)
}

const first = async (view: Page): Promise<void> => {
  await view.locator('.answers-row').first().click()
  await view.waitForTimeout(500)
}

const LOG = /^(Answers|回答|Câu trả lời)$/
const SCORES = /^(Scores|评分|Điểm)$/
const COST = /^(Cost and limits|花费与限额|Chi phí và hạn mức)$/
const MODELS = { preferences: { latencyView: 'models' } }

/** The picture `of` in each language. */
const inAll = (name: string, screen: Screen): Readonly<Record<string, Screen>> => ({
  [name]: screen,
  [`${name}-chinese`]: {
    ...screen,
    language: 'zh-CN',
    preferences: { ...screen.preferences, language: 'zh-CN' },
  },
  [`${name}-vietnamese`]: {
    ...screen,
    language: 'vi',
    preferences: { ...screen.preferences, language: 'vi' },
  },
})

const TALL = { preferences: { layout: { analyses: 640, right: 400 } } }
const fails = async (view: Page): Promise<void> => {
  await view.getByRole('row', { name: 'binance:ETH-USDT', exact: true }).click()
  await view.waitForTimeout(900)
}

export const ANALYSIS_SCREENS: Readonly<Record<string, Screen>> = {
  ...inAll('analysis-side', { scenario: 'normal', size: [1600, 1100], ...TALL }),
  ...inAll('analysis-side-laptop', { scenario: 'normal', size: [1280, 800] }),
  'analysis-side-small': { scenario: 'normal', size: [1000, 640] },
  'analysis-folded': { scenario: 'normal', preferences: { layout: { analysesOpen: false } } },
  'analysis-failed': { scenario: 'normal', size: [1600, 1100], ...TALL, act: fails },
  'analysis-none': { scenario: 'analysis-none', size: [1600, 1100], ...TALL },
  'analysis-stopped': { scenario: 'analysis-stopped', size: [1600, 1100], ...TALL },
  'analysis-hostile': { scenario: 'analysis-hostile', size: [1600, 1100], ...TALL },
  'analysis-running': {
    scenario: 'normal',
    size: [1600, 1100],
    ...TALL,
    act: async (view) => {
      await view.getByRole('button', { name: /^Ask the model: Market/ }).click()
      await view.getByRole('button', { name: /^Ask the model: Trading/ }).click()
      await view.waitForTimeout(1_500)
    },
  },
  ...inAll('analysis-page', { scenario: 'normal', act: page() }),
  ...inAll('analysis-log', { scenario: 'normal', act: page(LOG, first) }),
  'analysis-log-hostile': { scenario: 'analysis-hostile', act: page(LOG, first) },
  'analysis-log-empty': { scenario: 'analysis-none', act: page(LOG) },
  'analysis-log-failing': { scenario: 'failing', act: page(LOG) },
  ...inAll('analysis-scores', { scenario: 'normal', act: page(SCORES) }),
  ...inAll('analysis-cost', { scenario: 'normal', act: page(COST) }),
  'analysis-cost-stopped': { scenario: 'analysis-stopped', act: page(COST) },
  ...inAll('analysis-narrow', { scenario: 'normal', size: [420, 860], act: narrow() }),
  ...inAll('analysis-narrow-log', { scenario: 'normal', size: [420, 860], act: narrow(LOG) }),
  'analysis-narrow-detail': {
    scenario: 'normal',
    size: [420, 860],
    act: async (view) => {
      await narrow(LOG)(view)
      await first(view)
    },
  },
  'analysis-narrow-scores': { scenario: 'normal', size: [420, 860], act: narrow(SCORES) },
  'analysis-narrow-cost': { scenario: 'normal', size: [420, 860], act: narrow(COST) },
  ...inAll('analysis-settings', { scenario: 'normal', size: [1280, 1100], act: settings }),
  'analysis-settings-narrow': { scenario: 'normal', size: [420, 860], act: settings },
  'analysis-settings-wrong': {
    scenario: 'analysis-none',
    size: [1280, 1100],
    act: async (view) => {
      await settings(view)
      await view.getByLabel('Base address').fill('http://api.example.org/v1')
      await view.getByLabel('Model: Price anomaly').fill('two words')
      await view.getByLabel('Dollars per day, at most').fill('lots')
      await view.getByLabel(/^Key for/).fill('with space')
      await view.getByText('Prices of the models').click()
      await view.waitForTimeout(300)
    },
  },
  ...inAll('analysis-dry', {
    scenario: 'normal',
    act: async (view) => {
      await view.locator('.analysis-card-tools button').first().click()
      await view.waitForTimeout(600)
    },
  }),
  ...inAll('analysis-schedule', {
    scenario: 'normal',
    act: async (view) => {
      await view.locator('.analysis-schedule button').click()
      await view.waitForTimeout(400)
    },
  }),
  'analysis-history': {
    scenario: 'normal',
    act: async (view) => {
      await view.getByRole('navigation').getByRole('button', { name: 'History' }).click()
      await view.waitForTimeout(1_500)
    },
  },
  'analysis-moment': {
    scenario: 'normal',
    act: async (view) => {
      await view.getByRole('navigation').getByRole('button', { name: 'History' }).click()
      await view.waitForTimeout(900)
      await view.getByRole('button', { name: 'Ask about this moment' }).click()
      await view.waitForTimeout(900)
      await view.getByRole('button', { name: /^Ask the model: Trading/ }).click()
      await view.waitForTimeout(6_000)
    },
  },
  ...inAll('analysis-latency', { scenario: 'normal', size: [1600, 960], ...MODELS }),
}
