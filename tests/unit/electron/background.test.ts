import type { MenuItemConstructorOptions } from 'electron'
import { beforeEach, expect, test } from 'vitest'
import { type Notice, noticesOf } from '../../../src/main/electron/alert-notices.ts'
import { Background } from '../../../src/main/electron/background.ts'
import { CloseToTray } from '../../../src/main/electron/close-to-tray.ts'
import { shellWords } from '../../../src/main/electron/words.ts'
import { Topic } from '../../../src/main/services/topic.ts'
import type { AlertEvent, AlertsState } from '../../../src/shared/contract/alerts.ts'
import type { MarketSummary } from '../../../src/shared/contract/status.ts'
import type { AlertId } from '../../../src/shared/domain/alert.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { fail, ok } from '../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import type { Port } from '../../../src/shared/rpc/port.ts'
import { serve, type TopicSource } from '../../../src/shared/rpc/server.ts'
import { manualClock, START, silent } from '../services/fakes.ts'

const words = shellWords(['en'])
const event = (id: number, more: Partial<AlertEvent> = {}): AlertEvent => ({
  id,
  alert: 'a' as AlertId,
  name: 'High',
  severity: 'warning',
  expr: 'x',
  at: epochMs(START),
  market: 'okx:BTC-USDT' as MarketId,
  time: epochMs(START),
  price: 61_204,
  values: {},
  late: null,
  notifiedMs: null,
  deliveries: [{ channel: 'desktop', state: 'sent', attempts: 1, at: null }],
  ...more,
})
const late = { cause: 'asleep', learnedAt: epochMs(START + 9) } as const
const timeOf = (): string => '03:12'

let shown: { notice: Notice; click: () => void }[]
let tips: string[]
let menu: MenuItemConstructorOptions[]
let badges: number[]
let opened: (string | undefined)[]
let calls: { name: string; input: unknown }[]
let ports: Port[]
let broken: boolean
let time: ReturnType<typeof manualClock>
let fired: Topic<readonly AlertEvent[]>
let state: Topic<AlertsState>
let summary: Topic<readonly MarketSummary[]>
let current: AlertsState

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

async function launch(): Promise<Background> {
  const background = new Background({
    desktop: {
      notify: (notice, click) => {
        if (broken) throw new Error('no notifications here')
        shown.push({ notice, click })
      },
      tray: (tip, items) => {
        tips.push(tip)
        menu = items
      },
      badge: (count) => badges.push(count),
    },
    attach: (port) => {
      ports.push(port)
      const topics: Record<string, unknown> = {
        'alerts.fired': fired,
        'alerts.state': state,
        'markets.summary': summary,
      }
      serve(
        port,
        {
          call: async (name, input) => {
            calls.push({ name, input })
            return ok(null)
          },
          topic: (name) =>
            topics[name] === undefined ? fail('invalid', name) : ok(topics[name] as TopicSource),
          onBug: String,
        },
        time.clock,
      )
    },
    ...{ words, app: 'Tapedeck', clock: time.clock, logger: silent, timeOf },
    preciseNow: () => START + 7.25,
    open: (hash) => opened.push(hash),
    quit: () => {},
  })
  background.start()
  await settle()
  return background
}

beforeEach(() => {
  time = manualClock()
  shown = []
  tips = []
  menu = []
  badges = []
  opened = []
  calls = []
  ports = []
  broken = false
  current = { alerts: [], pausedUntil: null, unseen: 0 }
  fired = new Topic<readonly AlertEvent[]>(
    0,
    () => [],
    (a, b) => [...a, ...b],
  )
  state = new Topic(0, () => current)
  summary = new Topic<readonly MarketSummary[]>(0, () => [])
})

test('each firing is one notification, told to the engine with the moment it was shown', async () => {
  await launch()
  fired.publish([event(1), event(2, { alert: 'b' as AlertId, severity: 'info' })])
  await settle()
  expect(shown.map(({ notice }) => [notice.title, notice.body, notice.silent])).toEqual([
    ['High', 'okx:BTC-USDT 61204 – 03:12', false],
    ['High', 'okx:BTC-USDT 61204 – 03:12', true],
  ])
  const at = START + 7.25
  expect(calls).toEqual([
    {
      name: 'alerts.notified',
      input: {
        shown: [
          { id: 1, at },
          { id: 2, at },
        ],
      },
    },
  ])
  shown[0]?.click()
  expect(opened).toEqual([`#chart?market=okx%3ABTC-USDT&at=${START}`])
})

test('only firings that are to be shown here are, and a desktop that shows none loses nothing', async () => {
  await launch()
  fired.publish([
    event(1, { deliveries: [{ channel: 'webhook', state: 'queued', attempts: 0, at: null }] }),
    event(2, { deliveries: [{ channel: 'desktop', state: 'paused', attempts: 0, at: null }] }),
  ])
  await settle()
  expect(shown).toEqual([])
  broken = true
  fired.publish([event(3)])
  await settle()
  expect(calls).toEqual([])
})

test('what was missed, and a flood, is one notification an alert', () => {
  const missed = noticesOf([event(1, { late }), event(2, { late })], words, timeOf)
  expect(missed).toMatchObject([{ title: 'High: 2 times' }])
  expect(missed[0]?.body.split('\n')[0]).toBe(
    'okx:BTC-USDT 61204 – would have fired at 03:12 – the machine was asleep',
  )
  const several = (count: number) => Array.from({ length: count }, (_, i) => event(i + 1))
  expect(noticesOf(several(5), words, timeOf)).toHaveLength(5)
  expect(noticesOf(several(6), words, timeOf)).toMatchObject([{ title: 'High: 6 times' }])
})

test('the tray shows state and prices, pauses and resumes; the badge counts', async () => {
  await launch()
  const markets = [{ market: 'okx:BTC-USDT', last: 61_204, priceDecimals: 1 }]
  summary.publish(markets as unknown as MarketSummary[])
  current = { ...current, unseen: 3 }
  state.publish(current)
  await settle()
  time.advance(2_000)
  expect(badges.at(-1)).toBe(3)
  expect(tips.at(-1)).toBe('Tapedeck: new firings: 3')
  expect(menu.map(({ label }) => label)).toContain('okx:BTC-USDT  61204.0')
  const pause = menu.find(({ label }) => label === words.pauseAlerts)?.submenu
  const [hour] = pause as MenuItemConstructorOptions[]
  ;(hour?.click as (() => void) | undefined)?.()
  await settle()
  expect(calls).toEqual([{ name: 'alerts.pause', input: { until: START + 3_602_000 } }])
  current = { ...current, pausedUntil: epochMs(START + 3_602_000) }
  state.publish(current)
  await settle()
  time.advance(2_000)
  expect(tips.at(-1)).toBe(words.trayPaused)
  expect(menu.map(({ label }) => label)).toContain(words.resumeAlerts)
})

test('after the engine was swapped it is joined to the next one', async () => {
  await launch()
  ports[0]?.close()
  await settle()
  time.advance(500)
  await settle()
  expect(ports).toHaveLength(2)
  fired.publish([event(1)])
  await settle()
  expect(shown).toHaveLength(1)
})

test('the close button hides the window and says so once; on the way out it closes', () => {
  let told = 0
  let known = false
  let hidden = 0
  const closing = new CloseToTray({
    wasTold: () => known,
    rememberTold: () => {
      known = true
    },
    tell: () => {
      told += 1
    },
    hide: () => {
      hidden += 1
    },
  })
  let prevented = 0
  const press = () => closing.closing({ preventDefault: () => (prevented += 1) })
  press()
  press()
  expect([told, hidden, prevented]).toEqual([1, 2, 2])
  closing.leave()
  press()
  expect([hidden, prevented]).toEqual([2, 2])
})
