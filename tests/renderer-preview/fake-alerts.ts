import { parseCondition } from '../../src/shared/alerts/parse.ts'
import type {
  AlertEvent,
  AlertsState,
  AlertView,
  DeliverySettings,
  RehearsalFiring,
  RehearsalRequest,
  RehearsalStatus,
} from '../../src/shared/contract/alerts.ts'
import type { Commands } from '../../src/shared/contract/contract.ts'
import { type AlertId, marketsOf } from '../../src/shared/domain/alert.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../src/shared/domain/outcome.ts'
import { type EpochMs, epochMs } from '../../src/shared/domain/time.ts'
import { randomFrom } from './random.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const BTC = 'binance:BTC-USDT' as MarketId
const IDLE: RehearsalStatus = {
  state: 'idle',
  request: null,
  progress: 0,
  trades: 0,
  elapsedMs: 0,
  count: 0,
  firings: [],
  days: [],
  coverage: null,
}

const view = (id: string, name: string, expr: string, more: Partial<AlertView>): AlertView => ({
  id: id as AlertId,
  name,
  expr,
  severity: 'warning',
  cooldownMs: 5 * MINUTE,
  rearm: 'auto',
  expiresAt: null,
  armed: true,
  createdAt: epochMs(Date.now() - 9 * DAY),
  channels: ['desktop'],
  state: 'watching',
  unknown: [],
  fired: 0,
  lastFiredAt: null,
  ...more,
})

/** Alerts of a person who has used them for some days. */
export class FakeAlerts {
  #alerts: AlertView[]
  #log: AlertEvent[]
  #unseen: number
  #paused: EpochMs | null = null
  #serial = 10
  #delivery: DeliverySettings = {
    webhook: { host: 'hooks.example.org' },
    telegram: { host: null, chat: '' },
  }
  #rehearsal = IDLE
  #begun = 0
  readonly #push: (key: string, value: unknown) => void

  constructor(
    kind: 'none' | 'some' | 'firing' | 'plenty',
    now: number,
    push: (key: string, value: unknown) => void,
  ) {
    this.#push = push
    this.#alerts = kind === 'none' ? [] : kind === 'plenty' ? plenty(now) : people(now)
    this.#log = kind === 'none' ? [] : kind === 'plenty' ? plentyLog(now) : logOf(now)
    this.#unseen = kind === 'none' ? 0 : kind === 'plenty' ? 2_914 : 3
  }

  state = (): AlertsState => ({
    alerts: this.#alerts,
    pausedUntil: this.#paused,
    unseen: this.#unseen,
  })
  rehearsal = (): RehearsalStatus => this.#rehearsal
  delivery = (): DeliverySettings => this.#delivery

  save({ id, draft }: Commands['alerts.save']['input']): Outcome<AlertView> {
    const read = parseCondition(draft.expr)
    if (!read.ok) return fail('invalid', read.problem.message)
    const old = this.#alerts.find((each) => each.id === id)
    this.#serial += 1
    const saved = view(id ?? `a${this.#serial}`, draft.name, draft.expr, {
      ...(old ?? { armed: false, state: 'off' as const }),
      ...draft,
    })
    this.#alerts =
      old === undefined
        ? [...this.#alerts, saved]
        : this.#alerts.map((each) => (each === old ? saved : each))
    this.#tell()
    return ok(saved)
  }

  arm({ id, armed }: Commands['alerts.arm']['input']): Outcome<AlertView> {
    const old = this.#alerts.find((each) => each.id === id)
    if (old === undefined) return fail('not-found', 'There is no such alert.')
    const next: AlertView = { ...old, armed, state: armed ? 'watching' : 'off' }
    this.#alerts = this.#alerts.map((each) => (each === old ? next : each))
    this.#tell()
    return ok(next)
  }

  remove({ id }: Commands['alerts.remove']['input']): Outcome<AlertView> {
    const old = this.#alerts.find((each) => each.id === id)
    if (old === undefined) return fail('not-found', 'There is no such alert.')
    this.#alerts = this.#alerts.filter((each) => each !== old)
    this.#tell()
    return ok(old)
  }

  log({ limit, before, alert, from, to }: Commands['alerts.log']['input']): readonly AlertEvent[] {
    return this.#log
      .filter((each) => before === undefined || each.id < before)
      .filter((each) => alert === undefined || each.alert === alert)
      .filter((each) => (from ?? 0) <= each.at && each.at < (to ?? Number.POSITIVE_INFINITY))
      .slice(0, limit)
  }

  seen(): void {
    this.#unseen = 0
    this.#tell()
  }

  pause(until: EpochMs | null): void {
    this.#paused = until
    this.#tell()
  }

  deliver({ channel, address, chat }: Commands['alerts.deliver']['input']): void {
    const host = address === '' ? null : (URL.parse(address)?.host ?? null)
    this.#delivery =
      channel === 'webhook'
        ? { ...this.#delivery, webhook: { host } }
        : { ...this.#delivery, telegram: { host, chat: chat ?? '' } }
  }

  /** One more firing, as if it happened now. */
  fire(now: number): void {
    const [alert] = this.#alerts
    if (alert === undefined) return
    const event = eventOf(this.#log.length + 1, alert, epochMs(now), 67_012.4)
    this.#log = [event, ...this.#log]
    this.#unseen += 1
    this.#alerts = this.#alerts.map((each) =>
      each === alert
        ? { ...each, fired: each.fired + 1, lastFiredAt: event.at, state: 'on' }
        : each,
    )
    this.#tell()
    this.#push('alerts.fired', [event])
  }

  rehearse(request: RehearsalRequest): Outcome<null> {
    const read = parseCondition(request.draft.expr)
    if (!read.ok) return fail('invalid', read.problem.message)
    if (request.to <= request.from) return fail('invalid', 'The stretch is empty.')
    this.#begun = Date.now()
    this.#rehearse({ ...IDLE, state: 'running', request })
    return ok(null)
  }

  cancel(): void {
    if (this.#rehearsal.state === 'running')
      this.#rehearse({ ...this.#rehearsal, state: 'cancelled' })
  }

  tick(): void {
    const { state, request } = this.#rehearsal
    if (state !== 'running' || request === null) return
    const elapsedMs = Date.now() - this.#begun
    const progress = Math.min(1, elapsedMs / 2_500)
    const until = request.from + (request.to - request.from) * progress
    const firings = firingsOf(request).filter(({ at }) => at < until)
    const first = Math.floor(request.from / DAY) * DAY
    const days = Array.from({ length: Math.ceil((until - first) / DAY) }, (_, i) => {
      const day = epochMs(first + i * DAY)
      return { day, count: firings.filter(({ at }) => at >= day && at < day + DAY).length }
    })
    this.#rehearse({
      ...this.#rehearsal,
      state: progress === 1 ? 'done' : 'running',
      progress,
      elapsedMs,
      trades: Math.round(((until - request.from) / DAY) * 1_000_000),
      count: firings.length,
      firings,
      days,
      coverage: 0.994,
    })
  }

  #rehearse(status: RehearsalStatus): void {
    this.#rehearsal = status
    this.#push('alerts.rehearsal', status)
  }

  #tell(): void {
    this.#push('alerts.state', this.state())
  }
}

/** Never for `> 1000000`, all the time for `> 0`. */
function firingsOf({ draft, from, to }: RehearsalRequest): RehearsalFiring[] {
  const read = parseCondition(draft.expr)
  const [market = BTC] = read.ok ? marketsOf(read.condition) : []
  if (draft.expr.includes('1000000')) return []
  const perDay = / > 0$/.test(draft.expr) ? 140 : 2.4
  const random = randomFrom(draft.expr.length)
  const count = Math.round(((to - from) / DAY) * perDay)
  return Array.from({ length: count }, (): RehearsalFiring => {
    const at = epochMs(Math.floor(from + random() ** 0.8 * (to - from)))
    return {
      at,
      market,
      price: 66_000 + random() * 2_000,
      values: { [draft.expr.split(' > ')[0] ?? '']: random() * 4 },
    }
  }).sort((a, b) => a.at - b.at)
}

function people(now: number): AlertView[] {
  return [
    view('a1', 'BTC over the round number', 'binance:BTC-USDT price crosses above 67000', {
      severity: 'critical',
      channels: ['desktop', 'webhook'],
      state: 'on',
      fired: 14,
      lastFiredAt: epochMs(now - 4 * MINUTE),
      hysteresis: 0.001,
    }),
    view(
      'a2',
      'Burst of volume',
      'binance:BTC-USDT volume 1m zscore 1h > 4 and (binance:BTC-USDT imbalance 1m < -0.6 or okx:BTC-USDT move 5m > 2%)',
      {
        state: 'warming',
        unknown: ['binance:BTC-USDT volume 1m zscore 1h'],
        fired: 3,
        lastFiredAt: epochMs(now - 5 * 60 * MINUTE),
      },
    ),
    view('a3', 'Venues apart', 'spread(binance:BTC-USDT, okx:BTC-USDT) > 0.3%', {
      state: 'resting',
      fired: 41,
      lastFiredAt: epochMs(now - 50_000),
      schedule: { days: [1, 2, 3, 4, 5], from: 480, to: 1_080, zone: 'Europe/Berlin' },
    }),
    view('a4', 'ETH gone quiet', 'okx:ETH-USDT stale > 30s', { severity: 'info' }),
    view('a5', 'Old target', 'binance:SOL-USDT price > 250', {
      armed: false,
      state: 'off',
      rearm: 'once',
      expiresAt: epochMs(now - DAY),
    }),
  ]
}

/** As long as names, conditions and numbers get. */
function plenty(now: number): AlertView[] {
  const long = 'hyperliquid:1000000MOGWAIINUCLASSIC-USDT'
  return Array.from({ length: 200 }, (_, i) =>
    view(
      `p${i}`,
      i % 7 === 0
        ? 'Everything that may happen to the smallest coin of the portfolio while nobody looks at it'
        : `Alert ${i + 1}`,
      i % 5 === 0
        ? `(${long} volume 1m zscore 1h > 4.25 or ${long} deviation sma(200, 15m) < -12.5%) and (${long} imbalance 30s > 0.85 or ${long} trade value > 1000000000) and binance:BTC-USDT price < 1000000`
        : `okx:BTC-USDT price crosses above ${60_000 + i}`,
      {
        severity: (['info', 'warning', 'critical'] as const)[i % 3] ?? 'info',
        state: (['watching', 'on', 'resting', 'warming'] as const)[i % 4] ?? 'watching',
        unknown:
          i % 4 === 3 ? [`${long} volume 1m zscore 1h`, `${long} deviation sma(200, 15m)`] : [],
        fired: i % 6 === 0 ? 1_234_567 : i,
        lastFiredAt: i % 3 === 0 ? epochMs(now - i * MINUTE) : null,
        channels: ['desktop', 'webhook', 'telegram'],
      },
    ),
  )
}

function plentyLog(now: number): AlertEvent[] {
  const alerts = plenty(now)
  return Array.from({ length: 3_000 }, (_, i): AlertEvent => {
    const [alert = alerts[0] as AlertView] = alerts.slice(i % alerts.length)
    const event = eventOf(3_000 - i, alert, epochMs(now - i * 7 * MINUTE), 123_456_789.123_456)
    const market = 'hyperliquid:1000000MOGWAIINUCLASSIC-USDT' as MarketId
    return i % 5 === 0
      ? {
          ...event,
          market,
          price: 0.000_000_012_34,
          notifiedMs: 86_400_000,
          values: {
            [`${market} volume 1m zscore 1h`]: 1_234_567_890.123,
            [`${market} deviation sma(200, 15m)`]: -0.000_000_123,
            [`${market} trade value`]: 1e21,
          },
        }
      : event
  })
}

function eventOf(id: number, alert: AlertView, at: EpochMs, price: number): AlertEvent {
  return {
    id,
    alert: alert.id,
    name: alert.name,
    severity: alert.severity,
    expr: alert.expr,
    at,
    market: BTC,
    time: epochMs(at - 32),
    price,
    values: { 'binance:BTC-USDT price': price },
    late: null,
    notifiedMs: 41,
    deliveries: alert.channels.map((channel) => ({ channel, state: 'sent', attempts: 1, at })),
  }
}

function logOf(now: number): AlertEvent[] {
  const [first, second, third] = people(now)
  if (first === undefined || second === undefined || third === undefined) return []
  const at = (minutes: number): EpochMs => epochMs(Math.floor(now - minutes * MINUTE))
  const events = [
    eventOf(8, first, at(4), 67_004.1),
    {
      ...eventOf(7, first, at(64), 67_011.9),
      deliveries: [
        { channel: 'desktop' as const, state: 'sent' as const, attempts: 1, at: at(64) },
        {
          channel: 'webhook' as const,
          state: 'failed' as const,
          attempts: 5,
          at: at(52),
          reason: 'HTTP 503 from hooks.example.org. Check the address, or try again later.',
        },
      ],
    },
    {
      ...eventOf(6, first, at(196), 61_204),
      late: { cause: 'asleep' as const, learnedAt: at(172) },
      notifiedMs: null,
      deliveries: [
        { channel: 'desktop' as const, state: 'grouped' as const, attempts: 1, at: at(172) },
      ],
    },
    {
      ...eventOf(5, second, at(300), 66_870.2),
      values: {
        'binance:BTC-USDT volume 1m zscore 1h': 5.31,
        'binance:BTC-USDT imbalance 1m': -0.71,
      },
    },
    {
      ...eventOf(4, third, at(411), 66_702.5),
      late: { cause: 'back-filled' as const, learnedAt: at(398) },
      notifiedMs: null,
      deliveries: [
        { channel: 'desktop' as const, state: 'queued' as const, attempts: 0, at: null },
      ],
    },
    {
      ...eventOf(3, first, at(900), 67_000.7),
      deliveries: [
        { channel: 'desktop' as const, state: 'paused' as const, attempts: 0, at: null },
      ],
    },
  ]
  const older = Array.from({ length: 60 }, (_, i) =>
    eventOf(-i, third, at(1_500 + i * 73), 66_500 + i),
  )
  return [...events, ...older]
}
