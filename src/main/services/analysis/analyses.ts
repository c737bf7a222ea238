import type {
  AnalysisEntry,
  AnalysisRequest,
  AnalysisSettings,
  AnalysisSettingsPatch,
  AnalysisStatus,
  AnalysisTrigger,
  AnalysisUnderWay,
  DryRun,
  KeyState,
  ScoreRow,
  SpendingDay,
} from '../../../shared/contract/analysis.ts'
import type { AnalysisKind, Snapshot, Verdict } from '../../../shared/domain/analysis.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import { scoresOf } from '../../pipeline/analysis/scores.ts'
import type { AiProvider, Clock, Logger, SecretStore } from '../../ports.ts'
import type { AnalysisLogQuery, AnalysisStore } from '../../store/analysis-store.ts'
import type { TradeStore } from '../../store/store.ts'
import { Topic } from '../topic.ts'
import type { ModelAnswer } from './ask.ts'
import { entryOf, verdictWords } from './entries.ts'
import { type Flight, Flights, type Wish } from './flights.ts'
import { Keys } from './keys.ts'
import { Marker } from './marker.ts'
import { ModelAccess } from './model-access.ts'
import { dryRunOf, figuresOf, type QuestionDeps, questionOf } from './question.ts'
import { Schedules } from './schedules.ts'

const STATUS_MS = 250
const DAY_MS = 86_400_000
/** Of an answer about now: the price has moved on, and it is not told as news any more. */
const STALE_MS = 120_000

export interface AnalysesOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly store: AnalysisStore & Pick<TradeStore, 'bars' | 'around'>
  readonly provider: AiProvider
  readonly secrets: SecretStore
  readonly settings: {
    readonly analysis: AnalysisSettings
    setAnalysis(patch: AnalysisSettingsPatch): Outcome<AnalysisSettings>
  }
  /** Resolves when what was received until now can be read from the tape, or waited long enough. */
  readonly written: () => Promise<void>
  /** Trades of a market received so far; 0 of one that is not watched. */
  readonly tradesOf: (market: MarketId) => number
  /** A verdict that was believed, for alerts. */
  readonly verdict: (market: MarketId, word: string, value: number) => void
}

/** AI analyses: what is asked, what came of it, what it cost, and how it turned out. Nothing of it delays the tape. */
export class Analyses {
  readonly status: Topic<AnalysisStatus>
  readonly #options: AnalysesOptions
  readonly #keys: Keys
  readonly #flights: Flights
  readonly #schedules: Schedules
  readonly #marker: Marker
  readonly #access: ModelAccess
  readonly #question: QuestionDeps
  readonly #latest = new Map<string, AnalysisEntry>()
  readonly #underWay = new Map<Flight, AnalysisUnderWay>()
  #newestId = 0
  #ready = false
  #dirty = false

  constructor(options: AnalysesOptions) {
    this.#options = options
    const { clock, log, store, secrets } = options
    this.#question = { clock, store, written: options.written, settings: () => this.#settings }
    this.#keys = new Keys(secrets)
    this.#access = new ModelAccess({
      ...options,
      settings: () => this.#settings,
      key: () => this.#keys.of(this.#settings.baseUrl),
    })
    this.#flights = new Flights((flight) => this.#fly(flight))
    this.#schedules = new Schedules((market, kind, trigger) =>
      this.#byItself(market, kind, trigger),
    )
    this.#marker = new Marker({ clock, log, store, marked: (entry) => this.#marked(entry) })
    this.status = new Topic(STATUS_MS, () => this.#statusNow())
  }

  /** Takes up what the last run left: what was spent, which limits stand, which signals are to be marked. */
  async start(): Promise<void> {
    const { log, store } = this.#options
    await this.#keys.load(this.#settings.baseUrl)
    const book = await store.analysisBook(this.#access.bookSince())
    if (!book.ok) {
      // Without what was spent no limit could be kept: nothing is asked in this run.
      log.error('analyses-unreadable', { reason: book.failure.message })
      return
    }
    const { newestEntry, latest, unmarked } = book.value
    this.#newestId = newestEntry
    for (const entry of latest) this.#latest.set(keyOf(entry), entry)
    for (const entry of unmarked) this.#marker.add(entry)
    this.#access.open(book.value)
    this.#ready = true
    this.#schedule()
    this.#changed()
  }

  stop(): void {
    this.#ready = false
    this.#flights.stop()
    this.#access.close()
  }

  /** Time has passed; a few times a second. */
  tick(): void {
    if (!this.#ready) return
    this.#schedules.tick(this.#options.clock.now(), this.#options.tradesOf)
    this.#marker.tick()
    if (!this.#dirty) return
    this.#dirty = false
    this.status.refresh()
  }

  /** An alert of this market fired, just now. */
  alertFired(market: MarketId): void {
    if (this.#ready) this.#schedules.fired(market)
  }

  async run({ market, kind, at, language }: AnalysisRequest): Promise<Outcome<null>> {
    const reason = this.#reasonNotTo(kind)
    if (reason !== null) return fail('unavailable', reason)
    const figures = await figuresOf(this.#question, market, kind, at ?? null)
    if (!figures.ok) return figures
    this.#flights.ask(this.#wish(market, kind, 'asked', at, language))
    return ok(null)
  }

  cancel(market: MarketId, kind: AnalysisKind): Outcome<null> {
    this.#flights.cancel(market, kind)
    return ok(null)
  }

  figures({
    market,
    kind,
    at,
  }: AnalysisRequest): Promise<
    Outcome<{ readonly snapshot: Snapshot; readonly baseline: Verdict }>
  > {
    return figuresOf(this.#question, market, kind, at ?? null)
  }

  async dry(request: AnalysisRequest): Promise<Outcome<DryRun>> {
    const question = await questionOf(this.#question, request)
    return question.ok ? ok(dryRunOf(this.#settings, question.value)) : question
  }

  log(query: AnalysisLogQuery): Promise<Outcome<readonly AnalysisEntry[]>> {
    return this.#options.store.analysisLog(query)
  }

  async scores(): Promise<Outcome<readonly ScoreRow[]>> {
    const signals = await this.#options.store.analysisSignals()
    return signals.ok ? ok(scoresOf(signals.value)) : signals
  }

  spending(days: number): Promise<Outcome<readonly SpendingDay[]>> {
    const today = Math.floor(this.#options.clock.now() / DAY_MS) * DAY_MS
    return this.#options.store.analysisSpending(epochMs(today - (days - 1) * DAY_MS))
  }

  async configure(patch: AnalysisSettingsPatch): Promise<Outcome<AnalysisSettings>> {
    const { baseUrl } = this.#settings
    const set = this.#options.settings.setAnalysis(patch)
    await this.#keys.load(this.#settings.baseUrl)
    this.#access.changed()
    // What was meant for another provider, or is not wanted any more, does not go out.
    const moved = this.#settings.baseUrl !== baseUrl
    this.#cancelAll(({ kind }) => moved || !this.#settings.kinds[kind].on)
    if (this.#ready) this.#schedule()
    this.#changed()
    return set
  }

  async key(key: string): Promise<Outcome<KeyState>> {
    this.#cancelAll(() => key === '')
    const state = await this.#keys.set(this.#settings.baseUrl, key)
    this.#access.changed()
    this.#changed()
    return ok(state)
  }

  async models(signal: AbortSignal): Promise<Outcome<readonly string[]>> {
    if (this.#lacksKey()) return fail('unavailable', NO_KEY)
    return await this.#access.models(signal)
  }

  // What runs.

  get #settings(): AnalysisSettings {
    return this.#options.settings.analysis
  }

  #reasonNotTo(kind: AnalysisKind): string | null {
    if (!this.#ready)
      return 'What was spent before cannot be read, or not yet: without it no limit could be kept, so nothing is asked.'
    if (!this.#settings.kinds[kind].on)
      return 'This analysis is switched off: switch it on in the settings of the AI analyses.'
    return this.#lacksKey() ? NO_KEY : null
  }

  /** A server on this machine may want none, and nothing leaves the machine. */
  #lacksKey(): boolean {
    const { baseUrl } = this.#settings
    return this.#keys.state(baseUrl) === 'absent' && baseUrl.startsWith('https:')
  }

  #byItself(market: MarketId, kind: AnalysisKind, trigger: AnalysisTrigger): void {
    if (this.#reasonNotTo(kind) === null) this.#flights.ask(this.#wish(market, kind, trigger))
  }

  #wish(
    market: MarketId,
    kind: AnalysisKind,
    trigger: AnalysisTrigger,
    at?: AnalysisRequest['at'],
    language = this.#settings.language,
  ): Wish {
    const askedAt = this.#options.clock.now()
    return { market, kind, trigger, at: at ?? null, language, askedAt }
  }

  #cancelAll(which: (wish: Wish) => boolean): void {
    for (const { wish } of this.#flights.all)
      if (which(wish)) this.#flights.cancel(wish.market, wish.kind)
  }

  async #fly(flight: Flight): Promise<void> {
    try {
      await this.#ask(flight)
    } catch (error) {
      this.#options.log.error('analysis-bug', { message: String(error).slice(0, 300) })
    } finally {
      this.#underWay.delete(flight)
      this.#changed()
    }
  }

  async #ask(flight: Flight): Promise<void> {
    const { clock, log } = this.#options
    const { wish, cancel } = flight
    const { market, kind, at, language } = wish
    const settings = this.#settings
    const question = await questionOf(this.#question, {
      market,
      kind,
      language,
      ...(at !== null && { at }),
    })
    if (!question.ok) {
      log.warn('analysis-without-data', { market, kind, reason: question.failure.message })
      return
    }
    const show = (state: AnalysisUnderWay['state'], text: string): void => {
      const { model } = question.value
      this.#underWay.set(flight, { market, kind, state, since: wish.askedAt, model, text })
      this.#changed()
    }
    show('waiting', '')
    const answer = await this.#access.ask(
      question.value,
      wish.trigger === 'asked',
      {
        sent: () => {
          flight.sent = true
          show('running', '')
        },
        reason: (text) => show('running', text),
      },
      cancel.signal,
    )
    // Given up before it was sent, for newer data or by a person: nothing happened.
    if (!answer.ok && answer.failure.code === 'cancelled' && answer.usage === null) return
    this.#newestId += 1
    const { baseUrl } = settings
    const asked = { id: this.#newestId, wish, question: question.value, language }
    const provider = new URL(baseUrl).host
    await this.#settle(
      entryOf(
        { ...asked, provider, settledAt: clock.now() },
        this.#fresh(wish, question.value.snapshot, answer),
      ),
    )
  }

  /** An answer about now that took so long that it is none any more. */
  #fresh(wish: Wish, snapshot: Snapshot, answer: ModelAnswer): ModelAnswer {
    const ageMs = this.#options.clock.now() - snapshot.at
    if (!answer.ok || wish.at !== null || ageMs <= STALE_MS) return answer
    const message = `The answer came ${Math.round(ageMs / 1_000)} s after its data: the price has moved on, so it was put aside.`
    const { usage, cost, latency, attempts } = answer
    return { ok: false, failure: { code: 'stale', message }, usage, cost, latency, attempts }
  }

  async #settle(entry: AnalysisEntry): Promise<void> {
    const { store, log, verdict } = this.#options
    const kept = await store.keepAnalyses([{ t: 'entry', entry }])
    if (!kept.ok) log.error('analysis-not-kept', { id: entry.id, reason: kept.failure.message })
    const known = this.#latest.get(keyOf(entry))
    if (known === undefined || known.id < entry.id) this.#latest.set(keyOf(entry), entry)
    if (entry.marks !== null) this.#marker.add(entry)
    if (entry.state !== 'done' || entry.verdict === null) return
    const isNews = entry.settledAt - entry.snapshot.at <= STALE_MS
    if (isNews)
      for (const [word, value] of verdictWords(entry.verdict, entry.snapshot))
        verdict(entry.market, word, value)
  }

  #marked(entry: AnalysisEntry): void {
    if (this.#latest.get(keyOf(entry))?.id === entry.id) this.#latest.set(keyOf(entry), entry)
    this.#changed()
  }

  #schedule(): void {
    const { clock, tradesOf } = this.#options
    this.#schedules.set(this.#settings.schedules, clock.now(), tradesOf)
  }

  #changed(): void {
    this.#dirty = true
  }

  #statusNow(): AnalysisStatus {
    return {
      settings: this.#settings,
      key: this.#keys.state(this.#settings.baseUrl),
      underWay: [...this.#underWay.values()],
      latest: [...this.#latest.values()],
      newestId: this.#newestId,
      ...this.#access.state(),
    }
  }
}

const NO_KEY = 'No key is set for this provider: set it in the settings of the AI analyses.'
const keyOf = ({ market, kind }: AnalysisEntry): string => `${kind} ${market}`
