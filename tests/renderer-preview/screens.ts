import { mkdir } from 'node:fs/promises'
import type { Browser, Page } from 'playwright'
import { ANALYSIS_SCREENS } from './analysis-screens.ts'
import { EXPORT_SCREENS } from './export-screens.ts'
import { ORIGIN, onStage } from './stage.ts'

export interface Screen {
  readonly scenario: string
  readonly size?: readonly [number, number]
  readonly language?: string
  readonly wait?: number
  readonly preferences?: object
  readonly act?: (page: Page) => Promise<void>
}

const openAdd = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Add market' }).first().click()
  await page.getByRole('combobox', { name: 'Add a market' }).fill('usdt')
  await page.waitForTimeout(400)
}

const openView =
  (name: string | RegExp) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('navigation').getByRole('button', { name, exact: true }).click()
    await page.waitForTimeout(900)
  }

const openTab =
  (name: string) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('tab', { name, exact: true }).click()
    await page.waitForTimeout(900)
  }

const openAlerts =
  (name: string | RegExp) =>
  async (page: Page): Promise<void> => {
    await openView(/^Alerts/)(page)
    await page.getByRole('radio', { name }).click()
    await page.waitForTimeout(700)
  }

const startReplay = async (page: Page, pace?: number): Promise<void> => {
  await openView('Replay')(page)
  await page.getByRole('button', { name: 'Load' }).click()
  await page.getByRole('button', { name: /^Play/ }).waitFor()
  await page.waitForTimeout(800)
  if (pace === undefined) return
  await page.getByLabel('Pace').selectOption(String(pace))
  await page.getByRole('button', { name: /^Play/ }).click()
}

const openStorage = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^(Settings|设置|Cài đặt)$/ }).click()
  await page.waitForTimeout(500)
  await page.getByRole('heading', { name: /^(Storage|存储|Lưu trữ)$/ }).evaluate((heading) => {
    const body = heading.closest('.dialog-body')
    if (body === null) return
    body.scrollTop += heading.getBoundingClientRect().top - body.getBoundingClientRect().top - 8
  })
  await page.waitForTimeout(300)
}

const SCREENS: Readonly<Record<string, Screen>> = {
  normal: { scenario: 'normal' },
  laptop: { scenario: 'normal', size: [1280, 800] },
  small: { scenario: 'normal', size: [1000, 640] },
  'four-k': { scenario: 'many', size: [3840, 2160] },
  burst: { scenario: 'burst' },
  seconds: { scenario: 'normal', preferences: { interval: '1s' }, wait: 4_000 },
  hour: { scenario: 'normal', preferences: { interval: '1h' } },
  safe: { scenario: 'normal', preferences: { palette: 'safe' } },
  chinese: { scenario: 'normal', language: 'zh-CN' },
  vietnamese: { scenario: 'normal', language: 'vi' },
  'vietnamese-small': { scenario: 'mixed', language: 'vi', size: [1000, 640] },
  empty: { scenario: 'empty' },
  connecting: { scenario: 'connecting', wait: 800 },
  unanswered: { scenario: 'connecting', wait: 7_000 },
  opening: { scenario: 'opening' },
  down: { scenario: 'down' },
  'down-small': { scenario: 'down', size: [1000, 640] },
  mixed: { scenario: 'mixed' },
  gone: { scenario: 'gone', wait: 9_000 },
  silent: { scenario: 'silent', wait: 8_500 },
  retrying: { scenario: 'retrying' },
  lost: { scenario: 'lost' },
  failing: { scenario: 'failing' },
  troubled: { scenario: 'troubled', preferences: { layout: { bottom: 420 } } },
  'troubled-vietnamese': {
    scenario: 'troubled',
    language: 'vi',
    preferences: { language: 'vi', layout: { bottom: 420 } },
  },
  'troubled-narrow': {
    scenario: 'troubled',
    size: [480, 820],
    act: (page) => page.getByRole('tab', { name: 'Venues' }).click(),
  },
  crowded: { scenario: 'crowded' },
  'crowded-wide': { scenario: 'crowded', size: [2560, 1200] },
  'crowded-small': { scenario: 'crowded', size: [1000, 640] },
  'crowded-narrow': { scenario: 'crowded', size: [480, 820] },
  'crowded-chinese': { scenario: 'crowded', language: 'zh-CN', size: [1280, 800] },
  'crowded-vietnamese': { scenario: 'crowded', language: 'vi', size: [1280, 800] },
  'crowded-vietnamese-small': { scenario: 'crowded', language: 'vi', size: [1000, 640] },
  unreadable: {
    scenario: 'troubled',
    act: async (page) => {
      await page.getByRole('button', { name: /^1 unreadable/ }).click()
      await page.waitForTimeout(300)
    },
  },
  completeness: { scenario: 'normal', act: openView('Completeness') },
  'completeness-laptop': {
    scenario: 'normal',
    size: [1280, 800],
    act: openView('Completeness'),
  },
  'completeness-small': {
    scenario: 'normal',
    size: [1000, 640],
    act: openView('Completeness'),
  },
  'completeness-vietnamese': { scenario: 'normal', language: 'vi', act: openView('Mức đầy đủ') },
  'completeness-chinese': { scenario: 'normal', language: 'zh-CN', act: openView('完整性') },
  'completeness-narrow': {
    scenario: 'normal',
    size: [480, 820],
    act: async (page) => {
      await page.getByRole('tab', { name: 'Completeness' }).click()
      await page.waitForTimeout(700)
    },
  },
  'completeness-clean': { scenario: 'clean', act: openView('Completeness') },
  'completeness-unproved': { scenario: 'unproved', act: openView('Completeness') },
  'completeness-early': { scenario: 'early', act: openView('Completeness') },
  'completeness-many': { scenario: 'gappy', act: openView('Completeness') },
  'completeness-failing': { scenario: 'failing', act: openView('Completeness') },
  'completeness-empty': { scenario: 'empty', act: openView('Completeness') },
  'completeness-gone': {
    scenario: 'gone',
    wait: 1_000,
    act: async (page) => {
      await openView('Completeness')(page)
      await page.waitForTimeout(5_000)
    },
  },
  'completeness-keys': {
    scenario: 'normal',
    act: async (page) => {
      await openView('Completeness')(page)
      await page.getByRole('slider').focus()
      for (let i = 0; i < 3; i += 1) await page.keyboard.press('PageUp')
      await page.waitForTimeout(300)
    },
  },
  network: {
    scenario: 'normal',
    size: [1280, 1100],
    act: async (page) => {
      await page.getByRole('button', { name: 'Settings' }).click()
      await page.waitForTimeout(500)
      await page.getByRole('radio', { name: 'This one' }).first().click()
      await page.getByLabel('Address').fill('proxy.example:3128')
      await page.getByRole('button', { name: /^Try/ }).scrollIntoViewIfNeeded()
      await page.waitForTimeout(300)
    },
  },
  pressed: { scenario: 'pressed' },
  overloaded: { scenario: 'overloaded', size: [1280, 800] },
  'overloaded-vietnamese': { scenario: 'overloaded', language: 'vi', size: [1280, 800] },
  'overloaded-narrow': { scenario: 'overloaded', size: [480, 820], wait: 3_000 },
  shedding: { scenario: 'shedding' },
  'shedding-chinese': { scenario: 'shedding', language: 'zh-CN', size: [1280, 800] },
  caps: {
    scenario: 'overloaded',
    size: [1280, 1100],
    act: async (page) => {
      await page.getByRole('button', { name: 'Settings' }).click()
      await page.waitForTimeout(500)
      await page.getByLabel('Memory, MB').fill('64')
      await page.getByLabel('Memory, MB').scrollIntoViewIfNeeded()
      await page.waitForTimeout(300)
    },
  },
  'caps-vietnamese': {
    scenario: 'normal',
    size: [480, 820],
    language: 'vi',
    act: async (page) => {
      await page.getByRole('button', { name: 'Cài đặt' }).click()
      await page.waitForTimeout(500)
      await page.getByLabel('Bộ nhớ, MB').scrollIntoViewIfNeeded()
      await page.waitForTimeout(300)
    },
  },
  lab: { scenario: 'normal', act: openView('Compare ways') },
  'lab-running': {
    scenario: 'normal',
    act: async (page) => {
      await openView('Compare ways')(page)
      await page.getByLabel('Relay').fill('ws://127.0.0.1:4000/ws?token=x')
      await page.getByRole('button', { name: 'Start', exact: true }).click()
      await page.waitForTimeout(1_500)
    },
  },
  'lab-narrow': {
    scenario: 'normal',
    size: [480, 820],
    language: 'vi',
    act: (page) => page.getByRole('tab', { name: 'So sánh cách lấy giá' }).click(),
  },
  'gap-on-chart': {
    scenario: 'normal',
    act: async (page) => {
      await openView('Completeness')(page)
      await page
        .getByRole('button', { name: /^Show on the chart: binance:BTC-USDT/ })
        .nth(4)
        .click()
      await page.waitForTimeout(1_200)
    },
  },
  'chart-gap-pointed': {
    scenario: 'normal',
    act: async (page) => {
      await page.getByRole('region', { name: 'Chart' }).hover({ position: { x: 560, y: 300 } })
      await page.waitForTimeout(500)
    },
  },
  history: { scenario: 'normal', act: openView('History') },
  'history-laptop': { scenario: 'normal', size: [1280, 800], act: openView('History') },
  'history-month': {
    scenario: 'normal',
    act: async (page) => {
      await openView('History')(page)
      await page.getByRole('radio', { name: '30 days' }).click()
      await page.waitForTimeout(700)
    },
  },
  'history-trades': {
    scenario: 'normal',
    act: async (page) => {
      await openView('History')(page)
      await page.getByRole('application').focus()
      for (let i = 0; i < 2; i += 1) await page.keyboard.press('ArrowLeft')
      for (let i = 0; i < 6; i += 1) await page.keyboard.press('+')
      await page.waitForTimeout(900)
    },
  },
  'history-gap': {
    scenario: 'normal',
    act: async (page) => {
      await openView('History')(page)
      await page.getByRole('radio', { name: '1 day' }).click()
      await page.waitForTimeout(500)
      await page
        .getByRole('region', { name: 'Gaps in this stretch' })
        .getByRole('button')
        .nth(1)
        .click()
      await page.waitForTimeout(900)
    },
  },
  'history-two': {
    scenario: 'normal',
    act: async (page) => {
      await openView('History')(page)
      await page.locator('.past-markets summary').click()
      await page
        .getByRole('checkbox', { name: 'okx:LTC-USDT' })
        .or(page.getByRole('checkbox').nth(3))
        .first()
        .check()
      await page.getByRole('radio', { name: '7 days' }).click()
      await page.waitForTimeout(700)
    },
  },
  'history-fault': {
    scenario: 'normal',
    act: async (page) => {
      await openView('History')(page)
      await page.getByLabel('From', { exact: true }).fill('2031-01-01T00:00:00')
      await page.getByLabel('To', { exact: true }).fill('2031-01-02T00:00:00')
      await page.waitForTimeout(300)
    },
  },
  'history-bare': { scenario: 'bare', act: openView('History') },
  'history-slow': { scenario: 'past-slow', act: openView('History') },
  'history-failing': { scenario: 'failing', act: openView('History') },
  'history-empty': { scenario: 'empty', act: openView('History') },
  'history-gone': {
    scenario: 'gone',
    wait: 1_000,
    act: async (page) => {
      await openView('History')(page)
      await page.waitForTimeout(5_000)
    },
  },
  'history-chinese': { scenario: 'normal', language: 'zh-CN', act: openView('历史') },
  'history-vietnamese': {
    scenario: 'normal',
    language: 'vi',
    size: [1280, 800],
    act: openView('Lịch sử'),
  },
  'history-narrow': {
    scenario: 'normal',
    size: [480, 820],
    act: openTab('History'),
  },
  'replay-form': {
    scenario: 'normal',
    act: async (page) => {
      await openView('Replay')(page)
      await page.getByText('Faults on purpose').click()
      await page.getByLabel('Trades that never come, %').fill('lots')
      await page.waitForTimeout(300)
    },
  },
  replay: { scenario: 'normal', act: startReplay },
  'replay-playing': {
    scenario: 'normal',
    act: async (page) => {
      await startReplay(page, 60)
      await page.waitForTimeout(6_000)
    },
  },
  'replay-faults': {
    scenario: 'normal',
    act: async (page) => {
      await openView('Replay')(page)
      await page.getByText('Faults on purpose').click()
      await page.getByLabel('Trades that never come, %').fill('2')
      await page.getByLabel('Delay up to, ms').fill('1500')
      await page.getByRole('button', { name: 'Load' }).click()
      await page.waitForTimeout(1_200)
    },
  },
  'replay-vietnamese': {
    scenario: 'normal',
    language: 'vi',
    size: [1280, 800],
    act: async (page) => {
      await openView('Phát lại')(page)
      await page.getByRole('button', { name: 'Nạp' }).click()
      await page.waitForTimeout(1_500)
    },
  },
  'replay-narrow': {
    scenario: 'normal',
    size: [480, 820],
    act: async (page) => {
      await openTab('Replay')(page)
      await page.getByRole('button', { name: 'Load' }).click()
      await page.waitForTimeout(1_500)
    },
  },
  alerts: { scenario: 'normal', act: openView(/^Alerts/) },
  'alerts-none': { scenario: 'bare', act: openView(/^Alerts/) },
  'alerts-firing': { scenario: 'firing', wait: 8_000, act: openView(/^Alerts/) },
  'alerts-removed': {
    scenario: 'normal',
    act: async (page) => {
      await openView(/^Alerts/)(page)
      await page.getByRole('button', { name: 'Remove Old target' }).click()
      await page.waitForTimeout(500)
    },
  },
  'alerts-log': { scenario: 'normal', act: openAlerts(/^Log/) },
  'alerts-log-failing': { scenario: 'failing', act: openAlerts(/^Log/) },
  'alerts-delivery': { scenario: 'normal', act: openAlerts('Delivery') },
  'alerts-edit': {
    scenario: 'normal',
    act: async (page) => {
      await openView(/^Alerts/)(page)
      await page.getByRole('button', { name: 'Edit Burst of volume' }).click()
      await page.waitForTimeout(500)
    },
  },
  'alerts-wrong': {
    scenario: 'normal',
    act: async (page) => {
      await openView(/^Alerts/)(page)
      await page.getByRole('button', { name: 'Edit Burst of volume' }).click()
      await page.getByLabel('Expression').fill('binance:BTC-USDT prce > 61,200')
      await page.waitForTimeout(300)
    },
  },
  'alerts-rehearsed': {
    scenario: 'normal',
    act: async (page) => {
      await openView(/^Alerts/)(page)
      await page.getByRole('button', { name: 'Edit Venues apart' }).click()
      await page.getByRole('radio', { name: '30 days' }).click()
      await page.getByRole('button', { name: 'Rehearse' }).click()
      await page.waitForTimeout(4_000)
    },
  },
  'alerts-edit-chinese': {
    scenario: 'normal',
    language: 'zh-CN',
    act: async (page) => {
      await openView(/^警报/)(page)
      await page.getByRole('button', { name: '编辑 Burst of volume' }).click()
      await page.waitForTimeout(500)
    },
  },
  'alerts-vietnamese': {
    scenario: 'normal',
    language: 'vi',
    size: [1280, 800],
    act: openView(/^Cảnh báo/),
  },
  'alerts-plenty': { scenario: 'plenty', act: openView(/^Alerts/) },
  'alerts-log-plenty': { scenario: 'plenty', size: [1024, 700], act: openAlerts(/^Log/) },
  'alerts-plenty-narrow': { scenario: 'plenty', size: [480, 820], act: openTab('Alerts') },
  'alerts-narrow': { scenario: 'normal', size: [480, 820], act: openTab('Alerts') },
  'alerts-edit-narrow': {
    scenario: 'normal',
    size: [480, 820],
    act: async (page) => {
      await openTab('Alerts')(page)
      await page.getByRole('button', { name: 'Edit Burst of volume' }).click()
      await page.waitForTimeout(500)
    },
  },
  demo: { scenario: 'demo' },
  'demo-narrow': { scenario: 'demo', size: [480, 820] },
  narrow: { scenario: 'normal', size: [480, 820] },
  'narrow-list': {
    scenario: 'normal',
    size: [480, 820],
    act: (page) => page.getByRole('tab', { name: 'Watchlist' }).click(),
  },
  'narrow-tape': {
    scenario: 'normal',
    size: [480, 820],
    act: (page) => page.getByRole('tab', { name: 'Trade tape' }).click(),
  },
  'narrow-latency': {
    scenario: 'normal',
    size: [480, 820],
    act: (page) => page.getByRole('tab', { name: 'Latency' }).click(),
  },
  'latency-stages': { scenario: 'normal', preferences: { latencyView: 'stages' } },
  'latency-slow': { scenario: 'slow', preferences: { latencyView: 'stages' } },
  'latency-slow-vietnamese': {
    scenario: 'slow',
    language: 'vi',
    size: [1280, 800],
    preferences: { latencyView: 'stages', language: 'vi' },
    act: (page) => page.getByRole('tab', { name: 'Độ trễ' }).click(),
  },
  'latency-clocks': { scenario: 'clock', preferences: { latencyView: 'clocks' } },
  'latency-clocks-chinese': {
    scenario: 'clock',
    language: 'zh-CN',
    preferences: { latencyView: 'clocks', language: 'zh-CN' },
  },
  'latency-stages-narrow': {
    scenario: 'slow',
    size: [480, 820],
    preferences: { latencyView: 'stages' },
    act: (page) => page.getByRole('tab', { name: 'Latency' }).click(),
  },
  'latency-stages-down': { scenario: 'opening', preferences: { latencyView: 'stages' } },
  'latency-stages-gone': { scenario: 'gone', wait: 9_000, preferences: { latencyView: 'stages' } },
  add: { scenario: 'normal', act: openAdd },
  'add-unknown': {
    scenario: 'normal',
    act: async (page) => {
      await openAdd(page)
      await page.getByRole('combobox', { name: 'Add a market' }).fill('okx:ADDA-USDT')
      await page.waitForTimeout(400)
      await page.keyboard.press('Enter')
      await page.waitForTimeout(300)
    },
  },
  remove: {
    scenario: 'normal',
    act: async (page) => {
      await page.getByRole('row', { name: 'binance:SOL-USDT' }).focus()
      await page.keyboard.press('Delete')
      await page.waitForTimeout(500)
    },
  },
  settings: {
    scenario: 'normal',
    act: (page) => page.getByRole('button', { name: 'Settings' }).click(),
  },
  storage: { scenario: 'normal', act: openStorage },
  'storage-early': { scenario: 'storage-early', act: openStorage },
  'storage-full': { scenario: 'storage-full', act: openStorage },
  'storage-over': { scenario: 'storage-over', act: openStorage },
  'storage-low': { scenario: 'storage-low', act: openStorage },
  'storage-empty': { scenario: 'empty', act: openStorage },
  'storage-chinese': { scenario: 'storage-full', language: 'zh-CN', act: openStorage },
  'storage-vietnamese': { scenario: 'storage-over', language: 'vi', act: openStorage },
  'storage-narrow': { scenario: 'storage-full', size: [480, 820], act: openStorage },
  'storage-wrong': {
    scenario: 'normal',
    act: async (page) => {
      await openStorage(page)
      await page.getByLabel('Disk budget, GB').fill('a lot')
      await page.getByLabel('Days to keep trades of binance:BTC-USDT').fill('0')
      await page.waitForTimeout(200)
    },
  },
  'storage-ask': {
    scenario: 'normal',
    act: async (page) => {
      await openStorage(page)
      await page.getByLabel('Disk budget, GB').fill('2.5')
      await page.keyboard.press('Enter')
      await page.waitForTimeout(500)
    },
  },
  ...EXPORT_SCREENS,
  ...ANALYSIS_SCREENS,
  about: { scenario: 'normal', act: (page) => page.getByRole('button', { name: 'About' }).click() },
  paused: {
    scenario: 'normal',
    act: async (page) => {
      await page.getByRole('list', { name: 'Trade tape' }).hover()
      await page.waitForTimeout(2_000)
    },
  },
  scrolled: {
    scenario: 'normal',
    act: async (page) => {
      await page.getByRole('region', { name: 'Chart' }).hover()
      await page.mouse.wheel(-900, 0)
      await page.waitForTimeout(700)
    },
  },
}

async function take(
  browser: Browser,
  name: string,
  screen: Screen,
  out: string,
): Promise<string[]> {
  const { size = [1600, 960], language = 'en', preferences } = screen
  const context = await browser.newContext({
    viewport: { width: size[0], height: size[1] },
    locale: language,
    timezoneId: 'Europe/Berlin',
  })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      faults.push(`${name}: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`${name}: ${error.message}`))
  if (preferences !== undefined)
    await page.addInitScript(
      (text) => localStorage.setItem('tapedeck.preferences', text),
      JSON.stringify(preferences),
    )
  await page.goto(`${ORIGIN}/?scenario=${screen.scenario}`)
  await page.waitForTimeout(screen.wait ?? 2_600)
  await screen.act?.(page)
  await page.screenshot({ path: `${out}/${name}.png` })
  await context.close()
  return faults
}

const [out = 'node_modules/.cache/renderer-screens', ...wanted] = process.argv.slice(2)
await mkdir(out, { recursive: true })
const faults: string[] = []
await onStage(async (browser) => {
  for (const [name, screen] of Object.entries(SCREENS))
    if (wanted.length === 0 || wanted.includes(name))
      faults.push(...(await take(browser, name, screen, out)))
})
console.log(faults.length === 0 ? 'No console errors.' : [...new Set(faults)].join('\n'))
process.exitCode = faults.length === 0 ? 0 : 1
