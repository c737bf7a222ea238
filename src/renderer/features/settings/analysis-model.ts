import type {
  AnalysisSettings,
  AnalysisSettingsPatch,
  KindSettings,
  ModelPrice,
  PromptLanguage,
  ProviderPreset,
} from '../../../shared/contract/analysis.ts'
import { ANALYSES, type AnalysisKind } from '../../../shared/domain/analysis.ts'

export const PRESETS = ['holysheep', 'openai', 'local', 'other'] as const

/** Where a preset's provider is; of `other` the address is typed. */
export const ADDRESSES: Readonly<Record<Exclude<ProviderPreset, 'other'>, string>> = {
  holysheep: 'https://api.holysheep.ai/v1',
  openai: 'https://api.openai.com/v1',
  local: 'http://127.0.0.1:11434/v1',
}

/** Numbers that one chooses, with the limits that the engine holds us to; `optional`: empty is no limit. */
export const NUMBERS = {
  requestsPerSecond: { least: 0.1, most: 1_000, whole: false, optional: false },
  requestsPerMinute: { least: 1, most: 60_000, whole: true, optional: true },
  tokensPerDay: { least: 0, most: 1e12, whole: true, optional: true },
  moneyPerDay: { least: 0, most: 1e6, whole: false, optional: true },
  deadlineSeconds: { least: 1, most: 600, whole: false, optional: false },
  maxTokens: { least: 50, most: 100_000, whole: true, optional: false },
} as const
export type NumberName = keyof typeof NUMBERS
export const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[]

export interface PriceDraft {
  readonly model: string
  readonly prompt: string
  readonly completion: string
  readonly dated: string | null
}

/** The settings of the analyses as they are typed. */
export interface AnalysisDraft {
  readonly preset: ProviderPreset
  readonly baseUrl: string
  readonly kinds: Readonly<Record<AnalysisKind, KindSettings>>
  readonly numbers: Readonly<Record<NumberName, string>>
  readonly prices: readonly PriceDraft[]
  readonly language: PromptLanguage
}

const optional = (value: number | null): string => (value === null ? '' : String(value))

export const toAnalysisDraft = (settings: AnalysisSettings): AnalysisDraft => ({
  preset: settings.preset,
  baseUrl: settings.baseUrl,
  kinds: settings.kinds,
  numbers: {
    requestsPerSecond: String(settings.limits.requestsPerSecond),
    requestsPerMinute: optional(settings.limits.requestsPerMinute),
    tokensPerDay: optional(settings.limits.tokensPerDay),
    moneyPerDay: optional(settings.limits.moneyPerDay),
    deadlineSeconds: String(settings.deadlineMs / 1_000),
    maxTokens: String(settings.maxTokens),
  },
  prices: settings.prices.map(({ model, prompt, completion, dated }) => ({
    model,
    prompt: String(prompt),
    completion: String(completion),
    dated,
  })),
  language: settings.language,
})

/** Another provider brings its address along. */
export const withPreset = (draft: AnalysisDraft, preset: ProviderPreset): AnalysisDraft => ({
  ...draft,
  preset,
  baseUrl: preset === 'other' ? draft.baseUrl : ADDRESSES[preset],
})

const SECURE = /^https:\/\/[a-z0-9.-]+(:\d{1,5})?(\/[^\s?#@\\]*)?$/iu
const ON_THIS_MACHINE = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?(\/[^\s?#@\\]*)?$/iu

/** https anywhere, plain http on this machine only: as the engine will have it. */
export const isAddress = (text: string): boolean =>
  text.length <= 300 && (SECURE.test(text) || ON_THIS_MACHINE.test(text))

export const isModel = (text: string): boolean =>
  text.length > 0 && text.length <= 120 && /^[^\p{C}\s]+$/u.test(text)

/** A key is one line of visible ASCII; white space around it comes from the clipboard. */
export const readKey = (typed: string): string | undefined => {
  const key = typed.trim()
  return key.length > 0 && key.length <= 500 && /^[\x21-\x7e]+$/.test(key) ? key : undefined
}

const decimal = (typed: string): number | undefined =>
  /^\d{1,13}(\.\d{1,9})?$/.test(typed) ? Number(typed) : undefined

/** The number that was typed; null for none where that is allowed; undefined when it is wrong. */
export function readNumber(name: NumberName, typed: string): number | null | undefined {
  const { least, most, whole, optional: mayLack } = NUMBERS[name]
  const text = typed.trim()
  if (text === '') return mayLack ? null : undefined
  const value = decimal(text)
  if (value === undefined || (whole && !Number.isInteger(value))) return undefined
  return value >= least && value <= most ? value : undefined
}

/** A price for a million tokens, dollars. */
export function readPrice(typed: string): number | undefined {
  const value = decimal(typed.trim())
  return value !== undefined && value <= 100_000 ? value : undefined
}

function readPrices(drafts: readonly PriceDraft[]): readonly ModelPrice[] | undefined {
  const prices: ModelPrice[] = []
  for (const { model, prompt, completion, dated } of drafts) {
    const name = model.trim()
    // A line that nothing was written into is no line.
    if (name === '' && prompt.trim() === '' && completion.trim() === '') continue
    const [input, output] = [readPrice(prompt), readPrice(completion)]
    if (!isModel(name) || input === undefined || output === undefined) return undefined
    prices.push({ model: name, prompt: input, completion: output, dated })
  }
  return new Set(prices.map(({ model }) => model)).size === prices.length ? prices : undefined
}

type Whole = Omit<AnalysisSettings, 'schedules'>

/** The settings of a whole draft; undefined while any of it is wrong. */
export function readAnalysisDraft(draft: AnalysisDraft): Whole | undefined {
  const { numbers } = draft
  const read = (name: NumberName): number | null | undefined => readNumber(name, numbers[name])
  const baseUrl = draft.baseUrl.trim().replace(/\/+$/, '')
  const prices = readPrices(draft.prices)
  const [perSecond, perMinute] = [read('requestsPerSecond'), read('requestsPerMinute')]
  const [tokensPerDay, moneyPerDay] = [read('tokensPerDay'), read('moneyPerDay')]
  const [seconds, maxTokens] = [read('deadlineSeconds'), read('maxTokens')]
  if (prices === undefined || !isAddress(baseUrl)) return undefined
  if (ANALYSES.some((kind) => !isModel(draft.kinds[kind].model.trim()))) return undefined
  if (perMinute === undefined || tokensPerDay === undefined || moneyPerDay === undefined)
    return undefined
  if (!isNumber(perSecond) || !isNumber(seconds) || !isNumber(maxTokens)) return undefined
  const kind = ({ on, model }: KindSettings): KindSettings => ({ on, model: model.trim() })
  return {
    preset: draft.preset,
    baseUrl,
    kinds: {
      anomaly: kind(draft.kinds.anomaly),
      sentiment: kind(draft.kinds.sentiment),
      signal: kind(draft.kinds.signal),
    },
    limits: {
      requestsPerSecond: perSecond,
      requestsPerMinute: perMinute,
      tokensPerDay,
      moneyPerDay,
    },
    prices,
    deadlineMs: Math.round(seconds * 1_000),
    maxTokens,
    language: draft.language,
  }
}

const isNumber = (value: number | null | undefined): value is number => typeof value === 'number'

/** What of a draft differs from what is saved: only that is sent. Undefined while something is wrong. */
export function changedAnalysis(
  saved: AnalysisDraft,
  draft: AnalysisDraft,
): AnalysisSettingsPatch | undefined {
  const [before, after] = [readAnalysisDraft(saved), readAnalysisDraft(draft)]
  if (after === undefined) return undefined
  const changed = Object.entries(after).filter(
    ([name, value]) =>
      before === undefined || JSON.stringify(Reflect.get(before, name)) !== JSON.stringify(value),
  )
  return Object.fromEntries(changed)
}
