import type { Citation, FigureName, Snapshot, Verdict } from '../../../shared/domain/analysis.ts'
import { isConstant } from './constants.ts'
import { FIGURE_UNITS, SENT_FIGURES, sentFigure } from './sent-figures.ts'
import { isFieldSupported, isSupported } from './support.ts'
import { type Reading, type WrittenNumber, writtenNumbers } from './written-numbers.ts'

/** Something that a number may come from. */
interface Source {
  readonly name: string
  readonly value: number
  /** The same as it was sent, rounded. */
  readonly sent: number
  readonly isPrice: boolean
  /** A number in percent may stand for it when it is multiplied by this; null: it is no percentage. */
  readonly percentScale: number | null
}

/**
 * Every number of an answer, with what supports it: first those of the verdict's fields, in their order, then those of
 * the reason, in theirs. Levels of a signal are the answer's own and support themselves (`problemsOf` judges them). A
 * number without a source was invented, or worked out by the model, which nobody can check. Constants
 * that only name a figure are left out (`isConstant`). A number without a sign may stand for a figure below 0.
 */
export function citationsOf(verdict: Verdict, reason: string, snapshot: Snapshot): Citation[] {
  return [...fieldCitations(verdict, snapshot), ...reasonCitations(verdict, reason, snapshot)]
}

function fieldCitations(verdict: Verdict, snapshot: Snapshot): Citation[] {
  return [
    ...statedFields(verdict).map(({ field, figure, value }) =>
      cited(field, value, isFieldSupported(value, snapshot.figures[figure]) ? figure : null),
    ),
    ...levelsOf(verdict).map(({ name, value }) => {
      const figure = SENT_FIGURES.signal.find(
        (each) => FIGURE_UNITS[each] === 'quote' && isFieldSupported(value, snapshot.figures[each]),
      )
      return cited(name, value, figure ?? name)
    }),
  ]
}

const cited = (field: string, value: number, source: string | null): Citation => ({
  field,
  from: 0,
  to: 0,
  value,
  source,
})

/** The fields of a verdict that repeat a figure. */
export function statedFields(verdict: Verdict): readonly {
  readonly field: string
  readonly figure: FigureName
  readonly value: number
}[] {
  const { deviationPercent, volatilityPercent, buySellRatio } = {
    deviationPercent: null,
    volatilityPercent: null,
    buySellRatio: null,
    ...verdict,
  }
  const all: readonly (readonly [string, FigureName, number | null])[] = [
    ['deviationPercent', 'deviationPercent', deviationPercent],
    ['volatilityPercent', 'volatilityPercent', volatilityPercent],
    ['buySellRatio', 'buySellRatio1h', buySellRatio],
  ]
  return all.flatMap(([field, figure, value]) => (value === null ? [] : [{ field, figure, value }]))
}

/** Entry, stop and targets of a signal by their names (`targets.0`). */
export function levelsOf(
  verdict: Verdict,
): readonly { readonly name: string; readonly value: number }[] {
  if (verdict.kind !== 'signal') return []
  const { entry, stop, targets } = verdict
  return [
    ...(entry === null ? [] : [{ name: 'entry', value: entry }]),
    ...(stop === null ? [] : [{ name: 'stop', value: stop }]),
    ...targets.map((value, index) => ({ name: `targets.${index}`, value })),
  ]
}

function reasonCitations(verdict: Verdict, reason: string, snapshot: Snapshot): Citation[] {
  const sources = sourcesOf(verdict, snapshot)
  const numbers = writtenNumbers(reason)
  const citations: Citation[] = []
  for (const [index, number] of numbers.entries()) {
    const next = numbers[index + 1]
    const before = numbers[index - 1]
    if (isOne(number) && ((next && isRatio(number, next)) || (before && isRatio(before, number))))
      continue // The one of `1.8:1` is part of the ratio.
    const among = ratioSources(before, number, next, sources)
    citations.push(...citationsIn(number, among))
  }
  return citations
}

/** None of a constant, one of a number, more where only its parts are supported. */
function citationsIn(number: WrittenNumber, sources: readonly Source[]): readonly Citation[] {
  if (isConstant(number)) return []
  const found = foundIn(number, sources)
  if (found.source !== null || number.parts.length === 0) return [found]
  const parts = number.parts.flatMap((part) => citationsIn(part, sources))
  return parts.every(({ source }) => source !== null) ? parts : [found]
}

function foundIn(number: WrittenNumber, sources: readonly Source[]): Citation {
  const signed = number.sign === '-' ? -1 : 1
  const { from, to } = number
  const fits = sources
    .flatMap((source) => number.readings.map((reading) => ({ source, reading })))
    .filter(({ source, reading }) => fitsIn(reading, number, source))
    .sort((one, other) => distance(one) - distance(other))
  const best = fits[0]
  const reading = best?.reading ?? number.readings[0] ?? number.parts[0]?.readings[0]
  // A number that no double holds still has to go through JSON.
  const value = signed * Math.min(reading?.value ?? 0, Number.MAX_VALUE)
  return { field: 'reason', from, to, value, source: best?.source.name ?? null }
}

const distance = ({ source, reading }: { source: Source; reading: Reading }): number =>
  Math.abs(Math.abs(source.value) - reading.value)

function fitsIn(reading: Reading, { sign, percent }: WrittenNumber, source: Source): boolean {
  if (sign === '-' && source.value > 0 && reading.value !== 0) return false
  if (sign === '+' && source.value < 0 && reading.value !== 0) return false
  const scale = percent ? source.percentScale : 1
  if (scale === null || (source.isPrice && !isNear(reading, source.value))) return false
  return [source.value, source.sent].some((value) => isSupported(reading, value * scale))
}

/** Prices lie near each other: a coarse one would support whatever was invented. */
const PRICE_SHARE = 0.01
const COARSE_PRICE_SHARE = 0.001
const isNear = ({ value, step }: Reading, price: number): boolean =>
  Math.abs(value - price) <= price * (step > 1 ? COARSE_PRICE_SHARE : PRICE_SHARE)

function sourcesOf(verdict: Verdict, snapshot: Snapshot): readonly Source[] {
  const figures = SENT_FIGURES[verdict.kind].flatMap((name) => {
    const [value, sent] = [snapshot.figures[name], sentFigure(name, snapshot)]
    if (value === null || sent === null) return []
    const isPrice = FIGURE_UNITS[name] === 'quote'
    return [{ name, value, sent, isPrice, percentScale: percentScaleOf(name) }]
  })
  const levels = levelsOf(verdict).map(({ name, value }) => ({ name, value, sent: value }))
  return [...figures, ...levels.map((level) => ({ ...level, isPrice: true, percentScale: null }))]
}

/** Wilder's index is written with a percent sign by many; a ratio of 1.8 is 180 %. */
function percentScaleOf(name: FigureName): number | null {
  if (name === 'buySellRatio1h') return 100
  return FIGURE_UNITS[name] === 'percent' || FIGURE_UNITS[name] === 'index' ? 1 : null
}

const COLON = /^ ?(?:: ?| ?to |比 ?|trên )1(?!\d|[.,]\d)|^ ?: ?\d/iu

/** A bare 1 that names no period. */
function isOne(number: WrittenNumber): boolean {
  const { readings, parts, sign, percent } = number
  if (parts.length > 0 || sign !== '' || percent || isConstant(number)) return false
  return readings[0]?.value === 1 && readings[0].step === 1
}

/** `1.8:1`, `1.8 to 1`, `1:0.56`. */
const isRatio = (one: WrittenNumber, other: WrittenNumber): boolean =>
  (isOne(one) || isOne(other)) && COLON.test(one.after) && other.from - one.to <= 5

/** What a part of a ratio may come from: the ratio only, or its inverse. */
function ratioSources(
  before: WrittenNumber | undefined,
  number: WrittenNumber,
  next: WrittenNumber | undefined,
  sources: readonly Source[],
): readonly Source[] {
  const ratios = sources.filter(({ name }) => name === 'buySellRatio1h')
  if (next !== undefined && isOne(next) && isRatio(number, next)) return ratios
  if (before === undefined || !isOne(before) || !isRatio(before, number)) return sources
  return ratios.map((source) => ({ ...source, value: 1 / source.value, sent: 1 / source.sent }))
}
