import type { AnalysisSettings, ModelPrice } from '../../shared/contract/analysis.ts'

/** Dollars for a million tokens, as the makers' lists had them then; editable, because prices change. */
const DATED = '2025-06'
const PRICES: readonly ModelPrice[] = [
  { model: 'gpt-4.1', prompt: 2, completion: 8, dated: DATED },
  { model: 'gpt-4.1-mini', prompt: 0.4, completion: 1.6, dated: DATED },
  { model: 'gpt-4.1-nano', prompt: 0.1, completion: 0.4, dated: DATED },
  { model: 'claude-sonnet-4.5', prompt: 3, completion: 15, dated: '2025-09' },
]

/** Nothing is on: nothing leaves the machine before a person has set a key and switched an analysis on. */
export const ANALYSIS_DEFAULTS: AnalysisSettings = {
  preset: 'holysheep',
  baseUrl: 'https://api.holysheep.ai/v1',
  kinds: {
    anomaly: { on: false, model: 'gpt-4.1' },
    sentiment: { on: false, model: 'claude-sonnet-4.5' },
    signal: { on: false, model: 'gpt-4.1' },
  },
  schedules: {},
  limits: {
    requestsPerSecond: 50,
    requestsPerMinute: null,
    tokensPerDay: 1_000_000,
    moneyPerDay: 5,
  },
  prices: PRICES,
  deadlineMs: 30_000,
  maxTokens: 600,
  language: 'en',
}
