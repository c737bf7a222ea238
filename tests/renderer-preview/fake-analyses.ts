import type {
  AnalysisEntry,
  AnalysisFailureCode,
  AnalysisRequest,
  AnalysisSettings,
  AnalysisStatus,
  AnalysisUnderWay,
  DryRun,
  KeyState,
  SpendingDay,
} from '../../src/shared/contract/analysis.ts'
import type { Commands } from '../../src/shared/contract/contract.ts'
import type { AnalysisKind, Citation, Verdict } from '../../src/shared/domain/analysis.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../src/shared/domain/outcome.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import {
  baselineOf,
  citationsIn,
  failures,
  HOSTILE,
  LONG,
  MARK,
  markedBy,
  REASONS,
  SCORES,
  snapshotOf,
  UNMARKED,
  verdictOf,
} from './analysis-samples.ts'
import { randomFrom } from './random.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `none`: no key, all off. `stopped`: a limit is reached and the provider paused. `hostile`: answers that try things. */
export type AnalysesKind = 'none' | 'stopped' | 'hostile'

export interface FakePrice {
  readonly last: number
  readonly decimals: number
}

const MODELS = { anomaly: 'gpt-4.1', sentiment: 'claude-sonnet-4.5', signal: 'gpt-4.1' } as const

const settings = (on: boolean): AnalysisSettings => ({
  preset: 'holysheep',
  baseUrl: 'https://api.holysheep.ai/v1',
  kinds: {
    anomaly: { on, model: MODELS.anomaly },
    sentiment: { on, model: MODELS.sentiment },
    signal: { on, model: MODELS.signal },
  },
  schedules: {
    'binance:BTC-USDT': {
      kinds: ['anomaly', 'signal'],
      everyMs: 5_000,
      everyTrades: 50,
      onAlert: true,
    },
  },
  limits: {
    requestsPerSecond: 50,
    requestsPerMinute: null,
    tokensPerDay: 2_000_000,
    moneyPerDay: 5,
  },
  prices: [
    { model: 'gpt-4.1', prompt: 2, completion: 8, dated: '2026-11' },
    { model: 'claude-sonnet-4.5', prompt: 3, completion: 15, dated: '2026-11' },
  ],
  deadlineMs: 30_000,
  maxTokens: 600,
  language: 'en',
})

interface Running {
  readonly request: AnalysisRequest
  readonly under: AnalysisUnderWay
}

/** Made-up answers in every state that the screens know. */
export class FakeAnalyses {
  readonly #kind: AnalysesKind | undefined
  readonly #price: (market: MarketId) => FakePrice
  readonly #push: (key: string, value: unknown) => void
  #settings: AnalysisSettings
  #key: KeyState
  #entries: AnalysisEntry[] = []
  #running: Running[] = []

  constructor(
    kind: AnalysesKind | undefined,
    markets: readonly MarketId[],
    price: (market: MarketId) => FakePrice,
    push: (key: string, value: unknown) => void,
  ) {
    this.#kind = kind
    this.#price = price
    this.#push = push
    this.#settings = settings(kind !== 'none')
    this.#key = kind === 'none' ? 'absent' : 'kept'
    if (kind !== 'none') this.#fill(markets)
  }

  status(): AnalysisStatus {
    const now = Date.now()
    const stopped = this.#kind === 'stopped'
    const latest = new Map(this.#entries.map((each) => [`${each.market} ${each.kind}`, each]))
    return {
      settings: this.#settings,
      key: this.#key,
      underWay: this.#running.map(({ under }) => under),
      latest: [...latest.values()],
      newestId: this.#entries.at(-1)?.id ?? 0,
      today: { requests: 412, tokens: 381_204, money: 1.3721, unpriced: 0 },
      month: { requests: 9_318, tokens: 8_204_113, money: 31.08, unpriced: stopped ? 12 : 0 },
      stopped: stopped
        ? { limit: 'moneyPerDay', until: epochMs((Math.floor(now / DAY) + 1) * DAY) }
        : null,
      breaker: stopped
        ? { state: 'open', until: epochMs(now + 42_000), reason: 'HTTP 503: overloaded' }
        : { state: 'closed', until: null, reason: null },
      latencies:
        this.#kind === 'none'
          ? []
          : [
              latencyOf('gpt-4.1', 241, 1.4),
              latencyOf('claude-sonnet-4.5', 171, 2.1),
              latencyOf('a-very-long-model-name/with-a-vendor-before-it-2026-11-preview', 3, 3.4),
            ],
    }
  }

  tick(): void {
    if (this.#running.length === 0) return
    const done: Running[] = []
    this.#running = this.#running.flatMap((each) => {
      const reason = REASONS[each.under.kind]
      if (each.under.text.length >= reason.length) {
        done.push(each)
        return []
      }
      const text = reason.slice(0, each.under.text.length + 9)
      return [{ ...each, under: { ...each.under, state: 'running' as const, text } }]
    })
    for (const { request } of done) this.#answer(request)
    this.#tell()
  }

  async call(name: keyof Commands, input: unknown): Promise<Outcome<unknown>> {
    const request = input as AnalysisRequest
    switch (name) {
      case 'analysis.run':
        return this.#run(request)
      case 'analysis.cancel':
        return this.#cancel(request)
      case 'analysis.figures': {
        const snapshot = this.#snapshot(request)
        return ok({ snapshot, baseline: baselineOf(request.kind, snapshot) })
      }
      case 'analysis.dry':
        return ok(this.#dry(request))
      case 'analysis.log':
        return ok(this.#log(input as Commands['analysis.log']['input']))
      case 'analysis.scores':
        return ok(this.#kind === 'none' ? [] : SCORES)
      case 'analysis.spending':
        return ok(this.#kind === 'none' ? [] : spending())
      case 'analysis.configure':
        this.#settings = { ...this.#settings, ...(input as Partial<AnalysisSettings>) }
        this.#tell()
        return ok(this.#settings)
      case 'analysis.key':
        this.#key = (input as { key: string }).key === '' ? 'absent' : 'kept'
        this.#tell()
        return ok(this.#key)
      case 'analysis.models':
        return this.#key === 'absent'
          ? fail('unavailable', 'No key is set.')
          : ok(['claude-sonnet-4.5', 'deepseek-v3.2', 'gpt-4.1', 'gpt-4.1-mini'])
      default:
        return fail('invalid', name)
    }
  }

  #tell(): void {
    this.#push('analysis.status', this.status())
  }

  #snapshot({ market, at }: AnalysisRequest) {
    return snapshotOf(market, this.#price(market), at ?? epochMs(Date.now()))
  }

  #run(request: AnalysisRequest): Outcome<null> {
    const { market, kind } = request
    if (this.#key === 'absent') return fail('unavailable', 'No key is set.')
    if (this.#running.some(({ under }) => under.market === market && under.kind === kind))
      return ok(null)
    const under: AnalysisUnderWay = {
      market,
      kind,
      state: 'waiting',
      since: epochMs(Date.now()),
      model: this.#settings.kinds[kind].model,
      text: '',
    }
    this.#running.push({ request, under })
    this.#tell()
    return ok(null)
  }

  #cancel({ market, kind }: AnalysisRequest): Outcome<null> {
    this.#running = this.#running.filter(
      ({ under }) => under.market !== market || under.kind !== kind,
    )
    this.#add({ market, kind, at: Date.now(), code: 'cancelled' })
    this.#tell()
    return ok(null)
  }

  #answer({ market, kind, at }: AnalysisRequest): void {
    this.#add({ market, kind, at: at ?? Date.now() })
  }

  #log({ limit, before, market, kind, from, to }: Commands['analysis.log']['input']) {
    return [...this.#entries]
      .reverse()
      .filter(
        (each) =>
          (before === undefined || each.id < before) &&
          (market === undefined || each.market === market) &&
          (kind === undefined || each.kind === kind) &&
          (from === undefined || each.snapshot.at >= from) &&
          (to === undefined || each.snapshot.at < to),
      )
      .slice(0, limit)
  }

  #dry(request: AnalysisRequest): DryRun {
    const snapshot = this.#snapshot(request)
    const user = JSON.stringify({ market: request.market, figures: snapshot.figures }, null, 1)
    return {
      url: `${this.#settings.baseUrl}/chat/completions`,
      model: this.#settings.kinds[request.kind].model,
      prompt: `${request.kind}-1`,
      system: `You look at figures of one market and say what they show. Use only numbers from the data. ${LONG.slice(0, 400)}`,
      user,
      schema: JSON.stringify(
        { type: 'object', properties: { reason: { type: 'string' }, trend: {} } },
        null,
        2,
      ),
      snapshot,
      baseline: baselineOf(request.kind, snapshot),
      promptTokens: 412,
      maxCompletionTokens: this.#settings.maxTokens,
      mostCost: 0.005624,
    }
  }

  /** A past with every state in it; the newest of the first markets are what their cards show. */
  #fill(markets: readonly MarketId[]): void {
    const [first, second, third] = markets
    if (first === undefined) return
    const random = randomFrom(7)
    const kinds: readonly AnalysisKind[] = ['anomaly', 'sentiment', 'signal']
    const begin = Date.now() - 9 * HOUR
    for (let i = 0; i < 260; i += 1) {
      const market = markets[Math.floor(random() * Math.min(5, markets.length))] ?? first
      const kind = kinds[i % 3] ?? 'signal'
      const at = begin + (i / 260) * 8.6 * HOUR
      const refused = kind === 'signal' && i % 4 === 0
      this.#add({ market, kind, at, refused, marked: true })
    }
    for (const [index, code] of failures().entries())
      this.#add({
        market: second ?? first,
        kind: kinds[index % 3] ?? 'signal',
        at: Date.now() - (40 - index) * MINUTE,
        code,
      })
    const reason = this.#kind === 'hostile' ? HOSTILE : undefined
    const more = reason === undefined ? {} : { reason }
    this.#add({ market: third ?? first, kind: 'sentiment', at: Date.now() - HOUR, reason: LONG })
    this.#add({ market: first, kind: 'anomaly', at: Date.now() - 70_000, ...more })
    this.#add({ market: first, kind: 'sentiment', at: Date.now() - 31_000, ...more })
    this.#add({ market: first, kind: 'signal', at: Date.now() - 12_000, refused: true })
    if (second !== undefined) {
      this.#add({ market: second, kind: 'anomaly', at: Date.now() - 9_000, code: 'bad-key' })
      this.#add({ market: second, kind: 'sentiment', at: Date.now() - 8_000, code: 'rate-limited' })
      this.#add({ market: second, kind: 'signal', at: Date.now() - 7_000, code: 'limit' })
    }
  }

  #add(of: {
    readonly market: MarketId
    readonly kind: AnalysisKind
    readonly at: number
    readonly code?: AnalysisFailureCode
    readonly refused?: boolean
    readonly reason?: string
    readonly marked?: boolean
  }): void {
    const { market, kind, code, refused = false } = of
    const at = epochMs(Math.round(of.at))
    const id = (this.#entries.at(-1)?.id ?? 0) + 1
    const snapshot = snapshotOf(market, this.#price(market), at)
    const verdict: Verdict | null = code === undefined ? verdictOf(kind, snapshot, refused) : null
    const reason = code === undefined ? (of.reason ?? REASONS[kind]) : ''
    const citations: readonly Citation[] = code === undefined ? citationsIn(kind, reason) : []
    const old = Date.now() - at > HOUR
    const mark = old && of.marked === true ? MARK : UNMARKED
    this.#entries.push({
      id,
      market,
      kind,
      state: code !== undefined ? 'failed' : refused ? 'refused' : 'done',
      trigger: (['asked', 'interval', 'trades', 'alert'] as const)[id % 4] ?? 'asked',
      askedAt: epochMs(at + 20),
      settledAt: epochMs(at + 1_900),
      snapshot,
      baseline: baselineOf(kind, snapshot),
      model: this.#settings.kinds[kind].model,
      provider: 'api.holysheep.ai',
      prompt: `${kind}-1`,
      language: 'en',
      verdict,
      reason,
      citations,
      problems: refused
        ? [
            {
              code: 'stop-wrong-side',
              field: 'stop',
              value: snapshot.figures.last === null ? null : snapshot.figures.last * 0.985,
              low: snapshot.figures.last,
              high: null,
            },
          ]
        : [],
      failure: code === undefined ? null : markedBy(code),
      usage:
        code === undefined ? { promptTokens: 402, completionTokens: 87, reported: true } : null,
      cost: code === undefined ? 0.0015 : 0,
      latency:
        code === undefined || code === 'timeout'
          ? { queueMs: 3.2, firstByteMs: 612, totalMs: 1_841 }
          : null,
      attempts: code === 'malformed' || code === 'wrong-schema' ? 2 : 1,
      marks:
        kind === 'signal' && code === undefined
          ? { model: mark, baseline: UNMARKED, coin: { ...mark, outcome: 'stop' } }
          : null,
    })
  }
}

const latencyOf = (model: string, calls: number, factor: number) => ({
  model,
  calls,
  queue: { p50: 0.4, p95: 12, p99: 240 },
  firstByte: { p50: 420 * factor, p95: 1_100 * factor, p99: 2_400 * factor },
  total: { p50: 1_200 * factor, p95: 3_100 * factor, p99: calls < 100 ? null : 7_204 * factor },
})

function spending(): SpendingDay[] {
  const random = randomFrom(3)
  const today = Math.floor(Date.now() / DAY) * DAY
  return Array.from({ length: 22 }, (_, i) => today - (21 - i) * DAY).flatMap((day) =>
    ['gpt-4.1', 'claude-sonnet-4.5'].map((model) => ({
      day: epochMs(day),
      model,
      requests: Math.round(200 + random() * 300),
      tokens: Math.round(90_000 + random() * 200_000),
      money: 0.3 + random() * 1.6,
    })),
  )
}
