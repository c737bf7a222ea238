import type { AnalysisEntry } from '../../../src/shared/contract/analysis.ts'
import { FIGURES, type Figures, HORIZONS, type Mark } from '../../../src/shared/domain/analysis.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { BTC, T0 } from './store-kit.ts'

export const figures = Object.fromEntries(
  FIGURES.map((name, i) => [name, i % 3 === 0 ? null : i + 0.5]),
) as Figures

export const mark = (fields: Partial<Mark> = {}): Mark => ({
  outcome: 'target',
  reachedAt: epochMs(T0 + 9),
  returns: Object.fromEntries(HORIZONS.map((minutes) => [minutes, 0.5])) as Mark['returns'],
  ...fields,
})

/** A believed signal about BTC at T0 + id, without marks. */
export const entry = (id: number, fields: Partial<AnalysisEntry> = {}): AnalysisEntry => ({
  id,
  market: BTC,
  kind: 'signal',
  state: 'done',
  trigger: 'asked',
  askedAt: epochMs(T0 + id),
  settledAt: epochMs(T0 + id + 900),
  snapshot: {
    market: BTC,
    at: epochMs(T0 + id),
    lastTradeAt: epochMs(T0 + id - 1),
    priceDecimals: 1,
    figures,
  },
  baseline: { kind: 'signal', trend: 'sideways', entry: null, stop: null, targets: [] },
  model: 'gpt-4.1',
  provider: 'api.example.com',
  prompt: 'signal-1',
  language: 'en',
  verdict: { kind: 'signal', trend: 'up', entry: 100, stop: 99, targets: [101, 102] },
  reason: 'Über 50 % – «mua» 買',
  citations: [{ field: 'reason', from: 5, to: 7, value: 50, source: null }],
  problems: [],
  failure: null,
  usage: { promptTokens: 300, completionTokens: 50, reported: true },
  cost: 0.001,
  latency: { queueMs: 0, firstByteMs: 120.5, totalMs: 900 },
  attempts: 1,
  marks: null,
  ...fields,
})
