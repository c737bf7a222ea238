import type {
  AnalysisEntry,
  AnalysisStatus,
  AnalysisUnderWay,
  SpendingDay,
} from '../../../shared/contract/analysis.ts'
import {
  type AnalysisKind,
  type Citation,
  FIGURES,
  type FigureName,
  type Horizon,
  type SenseProblem,
  type Snapshot,
  type Verdict,
} from '../../../shared/domain/analysis.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { Format } from '../../i18n/format.ts'

/** Under this much of the day the answer bears the coverage, percent. */
const WHOLE = 99

/** Figures that an analysis looks at; the others are sent to none of them. */
export const FIGURES_OF: Readonly<Record<AnalysisKind, readonly FigureName[]>> = {
  anomaly: ['last', 'mean20', 'deviationPercent', 'zScore', 'volatilityPercent'],
  sentiment: ['last', 'buyVolume1h', 'sellVolume1h', 'buySellRatio1h', 'change24hPercent'],
  signal: ['last', 'high24h', 'low24h', 'volume24h', 'rsi14', 'volatilityPercent'],
}

/** Names of the horizons in the lists of words. */
export const HORIZON_NAMES = {
  5: 'short',
  15: 'quarter',
  60: 'hour',
  1440: 'day',
} as const satisfies Record<Horizon, string>

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * Text of a model or a provider with everything replaced that turns lines around or controls a terminal; as long as
 * before, so that places in it stay what they are.
 */
export const inert = (text: string): string => text.replace(UNSEEN, '\ufffd')

/** A piece of a model's text; `cited`: it is a number, and what supports it (null: nothing). */
export interface Piece {
  readonly from: number
  readonly text: string
  readonly cited: { readonly source: string | null } | null
}

/**
 * Cuts a model's reason where its numbers begin and end. Whatever the citations say, the pieces together are the
 * whole text: those that overlap or lie outside are left out.
 */
export function piecesOf(written: string, citations: readonly Citation[]): readonly Piece[] {
  const reason = inert(written)
  const pieces: Piece[] = []
  let at = 0
  const cut = (to: number, cited: Piece['cited']): void => {
    if (to > at) pieces.push({ from: at, text: reason.slice(at, to), cited })
    at = Math.max(at, to)
  }
  const inside = citations
    .filter(({ field }) => field === 'reason')
    .sort((one, other) => one.from - other.from)
  for (const { from, to, source } of inside) {
    if (from < at || to <= from || to > reason.length) continue
    cut(from, null)
    cut(to, { source })
  }
  cut(reason.length, null)
  return pieces
}

/** Fields of a verdict in which a number stands that nothing supports. */
export const unsupportedFields = (citations: readonly Citation[]): ReadonlySet<string> =>
  new Set(
    citations
      .filter(({ field, source }) => field !== 'reason' && source === null)
      .map(({ field }) => field),
  )

export const isUnsupported = (
  fields: ReadonlySet<string>,
  field: string,
  index: number | null = null,
): boolean =>
  fields.has(field) ||
  (index !== null && (fields.has(`${field}.${index}`) || fields.has(`${field}[${index}]`)))

/** The names in what supports a number. */
export const sourcesOf = (source: string): readonly string[] =>
  source.split(/[\s,]+/).filter((name) => name !== '')

export const figureNamed = (name: string): FigureName | undefined =>
  FIGURES.find((each) => each === name)

const PRICES: ReadonlySet<FigureName> = new Set(['last', 'mean20', 'high24h', 'low24h', 'vwap24h'])
const PERCENT: ReadonlySet<FigureName> = new Set([
  'deviationPercent',
  'volatilityPercent',
  'change24hPercent',
  'coveragePercent',
])

/** A figure of a snapshot as it is written; null: the tape does not say. */
export function figureText(name: FigureName, snapshot: Snapshot, format: Format): string | null {
  const value = snapshot.figures[name]
  if (value === null) return null
  if (PRICES.has(name)) return format.fixed(value, snapshot.priceDecimals)
  return PERCENT.has(name) ? format.percentage(value) : format.figure(value)
}

/** Share of the day that the tape holds, percent, where an answer has to bear it. */
export function missingCoverage({ figures }: Snapshot): number | null {
  const { coveragePercent } = figures
  return coveragePercent !== null && coveragePercent < WHOLE ? coveragePercent : null
}

/** One row of what was said: by the model, and by plain statistics. */
export type VerdictRow =
  | { readonly row: 'verdict' }
  | { readonly row: 'number'; readonly field: string; readonly unit: 'price' | 'percent' | 'ratio' }
  | { readonly row: 'targets' }

const ROWS: Readonly<Record<AnalysisKind, readonly VerdictRow[]>> = {
  anomaly: [
    { row: 'verdict' },
    { row: 'number', field: 'deviationPercent', unit: 'percent' },
    { row: 'number', field: 'volatilityPercent', unit: 'percent' },
  ],
  sentiment: [{ row: 'verdict' }, { row: 'number', field: 'buySellRatio', unit: 'ratio' }],
  signal: [
    { row: 'verdict' },
    { row: 'number', field: 'entry', unit: 'price' },
    { row: 'number', field: 'stop', unit: 'price' },
    { row: 'targets' },
  ],
}

/** What a kind has to say, row by row; levels only where somebody names one. */
export const rowsOf = (
  kind: AnalysisKind,
  verdicts: readonly (Verdict | null)[],
): readonly VerdictRow[] =>
  kind !== 'signal' ||
  verdicts.some((verdict) => verdict?.kind === 'signal' && verdict.trend !== 'sideways')
    ? ROWS[kind]
    : ROWS[kind].slice(0, 1)

/** The number in a field of a verdict; null where there is none. */
export function numberIn(verdict: Verdict, field: string): number | null {
  const value: unknown = Reflect.get(verdict, field)
  return typeof value === 'number' ? value : null
}

/** The word for a verdict: the last part of its key. */
export function wordOf(verdict: Verdict) {
  if (verdict.kind === 'anomaly') return verdict.anomalous ? 'unusual' : 'usual'
  return verdict.kind === 'sentiment' ? verdict.sentiment : verdict.trend
}

/** Which way a verdict leans, as a colour beside its word. */
export function leanOf(verdict: Verdict): 'buy' | 'sell' | 'warn' | 'calm' {
  const word = wordOf(verdict)
  if (word === 'bullish' || word === 'up') return 'buy'
  if (word === 'bearish' || word === 'down') return 'sell'
  return word === 'unusual' ? 'warn' : 'calm'
}

export const latestOf = (
  status: AnalysisStatus,
  market: MarketId,
  kind: AnalysisKind,
): AnalysisEntry | null =>
  status.latest.find((each) => each.market === market && each.kind === kind) ?? null

export const underWayOf = (
  status: AnalysisStatus,
  market: MarketId,
  kind: AnalysisKind,
): AnalysisUnderWay | null =>
  status.underWay.find((each) => each.market === market && each.kind === kind) ?? null

/** A server on this machine may need no key. */
export const lacksKey = ({ key, settings }: AnalysisStatus): boolean =>
  key === 'absent' && settings.baseUrl.startsWith('https:')

/** Why nothing can be asked; null: it can. */
export function askFault(status: AnalysisStatus, kind: AnalysisKind): 'no-key' | 'off' | null {
  if (lacksKey(status)) return 'no-key'
  return status.settings.kinds[kind].on ? null : 'off'
}

/** The bounds of a problem are prices, but of what the tape has to support. */
export const isPriceProblem = ({ code }: SenseProblem): boolean => code !== 'field-unsupported'

/** What a day cost, model by model: a row of a chart of stacked bars. */
export interface SpendingRow {
  readonly day: number
  readonly byModel: Readonly<Record<string, number>>
}

/** Rows from the first to the last day that was spent on, days without any included; models with most first. */
export function spendingRows(days: readonly SpendingDay[]): {
  readonly rows: readonly SpendingRow[]
  readonly models: readonly string[]
} {
  const totals = new Map<string, number>()
  const byDay = new Map<number, Record<string, number>>()
  for (const { day, model, money } of days) {
    totals.set(model, (totals.get(model) ?? 0) + money)
    const row = byDay.get(day) ?? {}
    row[model] = (row[model] ?? 0) + money
    byDay.set(day, row)
  }
  const known = [...byDay.keys()]
  const rows: SpendingRow[] = []
  if (known.length > 0)
    for (let day = Math.min(...known); day <= Math.max(...known); day += DAY)
      rows.push({ day, byModel: byDay.get(day) ?? {} })
  const models = [...totals].sort((one, other) => other[1] - one[1]).map(([model]) => model)
  return { rows, models }
}
const DAY = 86_400_000

/** An instant that bears the date of a UTC day on a clock that is `offset` minutes behind UTC. */
export const dateOfUtcDay = (day: number, offset: number): number => day + DAY / 2 + offset * 60_000

/** How far a page key goes in the log. */
const LEAP = 10

/** The row that a key goes to; null: the key means nothing here. */
export function rowAfter(key: string, at: number, count: number): number | null {
  const to: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + LEAP,
    PageUp: at - LEAP,
    Home: 0,
    End: count - 1,
  }
  const next = to[key]
  return next === undefined || count === 0 ? null : Math.min(count - 1, Math.max(0, next))
}

/** Adds what was read to what is known: each answer once, in its newest state, newest first. */
export function mergedAnswers(
  known: readonly AnalysisEntry[],
  read: readonly AnalysisEntry[],
): readonly AnalysisEntry[] {
  const byId = new Map(known.map((entry) => [entry.id, entry]))
  for (const entry of read) byId.set(entry.id, entry)
  return [...byId.values()].sort((one, other) => other.id - one.id)
}
