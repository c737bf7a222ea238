import type {
  AnalysisFailure,
  AnalysisFailureCode,
  ScoreRow,
} from '../../src/shared/contract/analysis.ts'
import type {
  AnalysisKind,
  Citation,
  Mark,
  Snapshot,
  Verdict,
} from '../../src/shared/domain/analysis.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../src/shared/domain/time.ts'

// Made-up figures and answers. Nothing here computes what the engine computes: pictures only.

export const REASONS: Readonly<Record<AnalysisKind, string>> = {
  anomaly:
    'The last price stands 0.42% above the 20-period mean, a z-score of 1.8, with volatility near 0.061%. Similar moves occurred 7 times this week, so this is not unusual.',
  sentiment:
    'Takers bought 412.5 and sold 229.2 in the last hour, a ratio of 1.8:1; buyers press, while the 24 h change of 2.1% agrees.',
  signal:
    'RSI(14) at 71.3 is stretched and the price is close to the 24 h high, which speaks for a short with a tight stop.',
}

/** What an answer could try: markup, links, a turn of the line, a script, and no end of one word. */
export const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(1)</script> [click](javascript:alert(1)) https://evil.example \u202Eefil eht si siht\u202C **bold** ${'W'.repeat(180)} 😀‍👩‍👩‍👧 مرحبا 价格 Z\u0351\u036B\u0343\u036A\u0302\u036B\u033D\u034F\u0334`

export const LONG =
  'The tape of the last hour shows more taker buying than selling, yet the price has hardly moved, which often means that somebody sells into it with resting orders. '.repeat(
    9,
  )

export function snapshotOf(
  market: MarketId,
  { last, decimals }: { readonly last: number; readonly decimals: number },
  at: EpochMs,
): Snapshot {
  const thin = market.startsWith('okx')
  return {
    market,
    at,
    lastTradeAt: epochMs(at - 140),
    priceDecimals: decimals,
    figures: {
      last,
      mean20: last * 0.9958,
      deviationPercent: 0.42,
      zScore: 1.83,
      volatilityPercent: 0.0612,
      rsi14: thin ? null : 71.3,
      high24h: last * 1.012,
      low24h: last * 0.973,
      change24hPercent: 2.1,
      volume24h: 18_204.51,
      vwap24h: last * 0.991,
      trades24h: 1_204_331,
      buyVolume1h: 412.5,
      sellVolume1h: 229.2,
      buySellRatio1h: 1.8,
      coveragePercent: thin ? 99.97 : 87.4,
    },
  }
}

export function baselineOf(kind: AnalysisKind, { figures }: Snapshot): Verdict {
  if (kind === 'anomaly')
    return { kind, anomalous: false, deviationPercent: 0.42, volatilityPercent: 0.0612 }
  if (kind === 'sentiment') return { kind, sentiment: 'bullish', buySellRatio: 1.8 }
  const last = figures.last ?? 1
  return { kind, trend: 'up', entry: last, stop: last * 0.994, targets: [last * 1.012] }
}

export function verdictOf(kind: AnalysisKind, snapshot: Snapshot, refused: boolean): Verdict {
  if (kind === 'anomaly')
    return { kind, anomalous: true, deviationPercent: 0.42, volatilityPercent: 0.09 }
  if (kind === 'sentiment') return { kind, sentiment: 'bullish', buySellRatio: 1.8 }
  const last = snapshot.figures.last ?? 1
  return {
    kind,
    trend: 'down',
    entry: last,
    stop: last * (refused ? 0.985 : 1.006),
    targets: [last * 0.99, last * 0.98],
  }
}

const SUPPORT: Readonly<Record<string, string | null>> = {
  '0.42%': 'deviationPercent',
  '1.8': 'zScore',
  '0.061%': 'volatilityPercent',
  '7': null,
  '412.5': 'buyVolume1h',
  '229.2': 'sellVolume1h',
  '1.8:1': 'buySellRatio1h',
  '2.1%': 'change24hPercent',
  '71.3': 'rsi14',
}

export function citationsIn(kind: AnalysisKind, reason: string): Citation[] {
  if (reason !== REASONS[kind]) return []
  const found = Object.entries(SUPPORT).flatMap(([text, source]): Citation[] => {
    const from = reason.search(new RegExp(`(?<![\\d.])${text.replace('.', '\\.')}(?![\\d.:])`))
    return from < 0
      ? []
      : [{ field: 'reason', from, to: from + text.length, value: Number.parseFloat(text), source }]
  })
  return kind === 'anomaly'
    ? [...found, { field: 'volatilityPercent', from: 0, to: 0, value: 0.09, source: null }]
    : found
}

const MESSAGES: Readonly<Record<AnalysisFailureCode, string>> = {
  'no-key': 'No key is set for api.holysheep.ai.',
  off: 'The analysis is switched off.',
  'no-data': 'The tape holds 3 minutes before that moment; 21 are needed.',
  limit: 'Today’s money is spent: $5.00 of $5.00.',
  paused: 'The provider failed five times in a row.',
  'bad-key': 'HTTP 401 from api.holysheep.ai: Incorrect API key provided.',
  'no-credit': 'HTTP 402: insufficient quota.',
  'rate-limited': 'HTTP 429: too many requests; Retry-After 20 s.',
  server: 'HTTP 503: overloaded.',
  timeout: 'No answer within 30 s.',
  cut: 'The stream ended in the middle of the answer.',
  declined: 'I cannot help with that.',
  truncated: 'The answer was cut at 600 tokens.',
  malformed: 'No JSON in the answer.',
  'wrong-schema': 'trend: expected one of up, down, sideways.',
  'wrong-address': 'HTTP 404 with a page of HTML.',
  'no-model': 'The model gpt-4.1x does not exist.',
  offline: 'connect ECONNREFUSED 127.0.0.1:11434',
  stale: 'Newer data were asked about.',
  cancelled: 'Cancelled.',
  internal: 'A fault in the program: see the log, id 7f3a.',
}

export const failures = () => Object.keys(MESSAGES) as AnalysisFailureCode[]

export const markedBy = (code: AnalysisFailureCode): AnalysisFailure => ({
  code,
  message: MESSAGES[code],
  ...(code === 'limit' ? { limit: 'moneyPerDay' as const } : {}),
  ...(code === 'limit' || code === 'paused' || code === 'rate-limited'
    ? { retryAt: epochMs(Date.now() + 95_000) }
    : {}),
})

export const UNMARKED: Mark = {
  outcome: 'pending',
  reachedAt: null,
  returns: { 5: null, 15: null, 60: null, 1440: null },
}
export const MARK: Mark = {
  outcome: 'target',
  reachedAt: epochMs(Date.now() - 1_200_000),
  returns: { 5: 0.08, 15: 0.21, 60: -0.04, 1440: null },
}

const score = (
  who: ScoreRow['who'],
  model: string,
  signals: number,
  targets: number,
  stops: number,
): ScoreRow => {
  const few = targets + stops < 30
  const share = targets / (targets + stops)
  const mean = (value: number) => ({ mean: few ? null : value, count: signals })
  return {
    who,
    model,
    prompt: 'signal-1',
    signals,
    flat: Math.round(signals / 4),
    pending: 6,
    targets,
    stops,
    neither: signals - targets - stops,
    hitRate: few ? null : { share, low: share - 0.09, high: share + 0.09 },
    returns: { 5: mean(0.012), 15: mean(-0.034), 60: mean(0.081), 1440: mean(-0.22) },
  }
}

export const SCORES: readonly ScoreRow[] = [
  score('model', 'gpt-4.1', 212, 88, 104),
  score('baseline', 'gpt-4.1', 198, 91, 90),
  score('coin', 'gpt-4.1', 212, 97, 101),
  score('model', 'deepseek-v3.2', 17, 8, 6),
  score('baseline', 'deepseek-v3.2', 15, 7, 6),
  score('coin', 'deepseek-v3.2', 17, 5, 9),
]
