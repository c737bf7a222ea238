import { beforeEach, describe, expect, it } from 'vitest'
import { Deliveries } from '../../../../src/main/services/alerts/deliveries.ts'
import type { AlertChange, KeptAlert } from '../../../../src/main/store/alert-changes.ts'
import type { AlertEvent, DeliveryChannel } from '../../../../src/shared/contract/alerts.ts'
import type { AlertId } from '../../../../src/shared/domain/alert.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { manualClock, START, silent } from '../fakes.ts'

let time: ReturnType<typeof manualClock>
let deliveries: Deliveries
let posts: { url: string; body: { text: string; chat_id?: string; events?: unknown[] } }[]
let answers: Outcome<{ status: number }>[]
let changes: AlertChange[]
let secrets: Map<string, string>

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))
const make = (): Deliveries =>
  new Deliveries({
    clock: time.clock,
    log: silent,
    secrets: {
      isHeld: () => false,
      get: async (name) => secrets.get(name),
      set: async (name, secret) => {
        secrets.set(name, secret)
        return { kept: true }
      },
    },
    post: async (url, body) => {
      posts.push({ url, body: JSON.parse(body) })
      return answers.shift() ?? ok({ status: 200 })
    },
    note: (change) => changes.push(change),
  })

beforeEach(async () => {
  time = manualClock()
  posts = []
  answers = []
  changes = []
  secrets = new Map()
  deliveries = make()
  await deliveries.setAddress('webhook', 'https://hooks.example/secret/1')
  await deliveries.setAddress('telegram', 'https://api.example/bot1:x/', '42')
})

let lastId = 0
const event = (
  channels: readonly DeliveryChannel[],
  more: Partial<AlertEvent> = {},
): AlertEvent => {
  lastId += 1
  const alert = { channels } as KeptAlert
  return {
    id: lastId,
    alert: 'a' as AlertId,
    name: 'High',
    severity: 'info',
    expr: 'okx:BTC-USDT price > 1',
    at: epochMs(time.clock.now()),
    market: 'okx:BTC-USDT' as MarketId,
    time: epochMs(START),
    price: 61_204,
    values: {},
    late: null,
    notifiedMs: null,
    deliveries: deliveries.queued(alert),
    ...more,
  }
}
/** The last word on an entry's way. */
const stateOf = ({ id }: AlertEvent, channel: DeliveryChannel) => {
  const told = changes.findLast((change) => change.t === 'delivered' && change.id === id)
  return told?.t === 'delivered'
    ? told.deliveries.find((each) => each.channel === channel)
    : undefined
}

describe('deliveries', () => {
  it('go to a webhook and a chat, and the outcome of each is told', async () => {
    const one = event(['webhook', 'telegram'])
    deliveries.send([one], START)
    await settle()
    expect(posts.map(({ url }) => url)).toEqual([
      'https://hooks.example/secret/1',
      'https://api.example/bot1:x/sendMessage',
    ])
    expect(posts[1]?.body).toEqual({ chat_id: '42', text: posts[0]?.body.text })
    expect(posts[0]?.body.text).toBe(
      'High\nokx:BTC-USDT at 61204, 2027-01-15 08:00:00.000 UTC: okx:BTC-USDT price > 1',
    )
    expect(posts[0]?.body.events).toMatchObject([{ id: one.id, price: 61_204 }])
    for (const channel of ['webhook', 'telegram'] as const)
      expect(stateOf(one, channel)).toMatchObject({ state: 'sent', attempts: 1 })
  })

  it('wait for a window, but not without end: the oldest give way and say why', () => {
    // Each of an alert of its own, so that none is one of a flood.
    const all = Array.from({ length: 10_001 }, (_, i) =>
      event(['desktop'], { alert: `a${i}` as AlertId }),
    )
    for (const one of all) deliveries.send([one], START)
    const given = changes.flatMap((change) =>
      change.t === 'delivered' && change.deliveries[0]?.state === 'failed' ? [change.id] : [],
    )
    expect(given).toEqual(all.slice(0, 1_000).map(({ id }) => id))
    expect(stateOf(all[0] as AlertEvent, 'desktop')?.reason).toMatch(/^No window was open/)
  })

  it('of an earlier run wait within the same bound, however many there are', () => {
    const all = Array.from({ length: 25_000 }, () => event(['desktop']))
    deliveries.resume(all, null)
    const given = changes.flatMap((change) =>
      change.t === 'delivered' && change.deliveries[0]?.state === 'failed' ? [change.id] : [],
    )
    expect(given).toEqual(all.slice(0, 15_999).map(({ id }) => id))
  })

  it('are tried again with growing pauses, and given up at last with the reason', async () => {
    const one = event(['webhook'])
    answers = Array.from({ length: 9 }, () => fail('unavailable', 'It did not answer in 10 s.'))
    deliveries.send([one], START)
    for (const pause of [1_000, 5_000, 25_000, 120_000, 600_000]) {
      await settle()
      expect(stateOf(one, 'webhook')).toMatchObject({ state: 'queued' })
      time.advance(pause - 1)
      await settle()
      const before = posts.length
      time.advance(1)
      await settle()
      expect(posts).toHaveLength(before + 1)
    }
    expect(stateOf(one, 'webhook')).toMatchObject({
      ...{ state: 'failed', attempts: 6, reason: 'It did not answer in 10 s.' },
    })
    time.advance(10 ** 7)
    expect(posts).toHaveLength(6)
  })

  it('are not tried again where that cannot help', async () => {
    answers = [ok({ status: 404 })]
    const one = event(['webhook'])
    deliveries.send([one], START)
    await settle()
    expect(stateOf(one, 'webhook')).toMatchObject({ state: 'failed', attempts: 1 })
    await deliveries.setAddress('telegram', '')
    const other = event(['telegram'])
    deliveries.send([other], START)
    await settle()
    expect(stateOf(other, 'telegram')?.reason).toContain('No address is set')
  })

  it('of a flood are one message at the end of the minute', async () => {
    const flood = Array.from({ length: 9 }, () => event(['webhook']))
    for (const each of flood) deliveries.send([each], START)
    await settle()
    expect(posts).toHaveLength(5)
    expect(flood.map((each) => stateOf(each, 'webhook')?.state)).toEqual([
      ...Array(5).fill('sent'),
      ...Array(4).fill('grouped'),
    ])
    time.advance(60_000)
    await settle()
    expect(posts).toHaveLength(6)
    expect(posts[5]?.body.text).toContain('High: 4 times')
    expect(stateOf(flood[8] as AlertEvent, 'webhook')).toMatchObject({
      state: 'grouped',
      attempts: 1,
    })
    // The next minute begins anew.
    deliveries.send([event(['webhook'])], START)
    await settle()
    expect(posts).toHaveLength(7)
  })

  it('of a flood are not over when their message was refused: the next run sends it', async () => {
    const all = Array.from({ length: 7 }, () => event(['webhook']))
    for (const one of all) deliveries.send([one], START)
    await settle()
    const held = all.at(-1) as AlertEvent
    answers = [ok({ status: 503 })]
    time.advance(60_000)
    await settle()
    expect(stateOf(held, 'webhook')).toMatchObject({ state: 'grouped', at: null, attempts: 1 })
    time.advance(1_000)
    await settle()
    const over = { state: 'grouped', at: time.clock.now(), attempts: 2 }
    expect(stateOf(held, 'webhook')).toEqual({ channel: 'webhook', ...over })
  })

  it('of what was missed are one message', async () => {
    const late = { cause: 'asleep', learnedAt: epochMs(START + 9) } as const
    deliveries.send(
      Array.from({ length: 12 }, () => event(['webhook'], { late })),
      null,
    )
    await settle()
    expect(posts).toHaveLength(1)
    expect(posts[0]?.body.text).toContain('would have fired at')
    expect(posts[0]?.body.text).toContain('and 2 more')
  })

  it('wait for a client of the desktop, and are measured from receipt to the notification', async () => {
    const one = event(['desktop'])
    deliveries.send([one], START)
    expect(stateOf(one, 'desktop')).toBeUndefined()
    time.advance(40)
    expect(deliveries.fired.snapshot()).toMatchObject([{ id: one.id }])
    expect(stateOf(one, 'desktop')).toMatchObject({ state: 'sent' })
    expect(deliveries.fired.snapshot()).toEqual([])
    deliveries.notified(one.id, START + 41.5)
    expect(changes.at(-1)).toMatchObject({ id: one.id, notifiedMs: 41.5 })
    const frames: (readonly AlertEvent[])[] = []
    deliveries.fired.listen((events) => frames.push(events))
    deliveries.send([event(['desktop'])], START)
    expect(frames).toHaveLength(1)
  })

  it('rest while alerts are paused', async () => {
    deliveries.pause(epochMs(START + 1_000))
    const one = event(['webhook', 'desktop'])
    expect(one.deliveries.map(({ state }) => state)).toEqual(['paused', 'paused'])
    deliveries.send([one], START)
    await settle()
    expect(posts).toEqual([])
    time.advance(1_000)
    deliveries.send([event(['webhook'])], START)
    await settle()
    expect(posts).toHaveLength(1)
  })

  it('that a crash left are sent by the next run, with the addresses of the keychain', async () => {
    const left = [event(['webhook']), event(['webhook'])]
    const next = make()
    await next.load()
    next.resume(left, null)
    await settle()
    expect(posts).toHaveLength(1)
    expect(stateOf(left[1] as AlertEvent, 'webhook')).toMatchObject({ state: 'sent' })
    expect(next.settings()).toEqual({
      webhook: { host: 'hooks.example' },
      telegram: { host: 'api.example', chat: '42' },
    })
  })

  it('wait for the keychain at a start: it answers later than the log is read', async () => {
    const answered = Promise.withResolvers<void>()
    const next = new Deliveries({
      ...{ clock: time.clock, log: silent, note: (change) => void changes.push(change) },
      secrets: {
        ...{ isHeld: () => false, set: async () => ({ kept: true }) },
        get: async (name) => {
          await answered.promise
          return secrets.get(name)
        },
      },
      post: async (url, body) => {
        posts.push({ url, body: JSON.parse(body) })
        return ok({ status: 200 })
      },
    })
    const one = event(['webhook'])
    void next.load()
    next.resume([one], null)
    await settle()
    expect(stateOf(one, 'webhook')).toBeUndefined()
    answered.resolve()
    await settle()
    expect(stateOf(one, 'webhook')).toMatchObject({ state: 'sent', attempts: 1 })
    expect(posts).toHaveLength(1)
  })

  it('go unencrypted to this machine only', async () => {
    for (const address of ['http://example.com/x', 'ftp://x', 'nothing'])
      expect(await deliveries.setAddress('webhook', address)).toMatchObject({ ok: false })
    for (const address of ['http://127.0.0.1:9/x', 'http://localhost/x', 'https://example.com'])
      expect(await deliveries.setAddress('webhook', address)).toMatchObject({ ok: true })
  })
})
