import type { AnalysisEntry, ScoreRow } from '../../../shared/contract/analysis.ts'
import { HORIZONS, type Horizon, type Mark, type Verdict } from '../../../shared/domain/analysis.ts'

/** Fewer say nothing. */
export const FEW = 30
/** Of the normal distribution, for an interval of 95 %. */
const Z_95 = 1.959963984540054

type Who = ScoreRow['who']
const WHO = ['model', 'baseline', 'coin'] as const

interface Marked {
  readonly isFlat: boolean
  readonly mark: Mark
}

/**
 * How signals came out, by model and prompt (in this order), each beside plain statistics and a coin at the same moments.
 * Signals that were refused or are not marked count nowhere. What is neither pending nor reached nor over
 * (`signals` less the four counts) is unknown: the tape has holes there.
 */
export function scoresOf(entries: readonly AnalysisEntry[]): ScoreRow[] {
  const groups = Map.groupBy(entries.filter(isMarked), ({ model, prompt }) =>
    JSON.stringify([model, prompt]),
  )
  return [...groups.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, group]) => WHO.map((who) => rowOf(who, group)))
}

const isMarked = ({ kind, state, verdict, marks }: AnalysisEntry): boolean =>
  kind === 'signal' && state === 'done' && verdict !== null && marks !== null

function rowOf(who: Who, group: readonly AnalysisEntry[]): ScoreRow {
  const all = group.flatMap((entry) => markedBy(who, entry))
  const pointed = all.filter(({ isFlat }) => !isFlat).map(({ mark }) => mark)
  const count = (outcome: Mark['outcome']): number =>
    pointed.filter((mark) => mark.outcome === outcome).length
  const [targets, stops] = [count('target'), count('stop')]
  return {
    who,
    model: group[0]?.model ?? '',
    prompt: group[0]?.prompt ?? '',
    signals: pointed.length,
    flat: all.length - pointed.length,
    pending: count('pending'),
    targets,
    stops,
    neither: count('neither'),
    hitRate: targets + stops < FEW ? null : wilson(targets, targets + stops),
    returns: Object.fromEntries(
      HORIZONS.map((horizon) => [horizon, meanReturn(pointed, horizon)]),
    ) as ScoreRow['returns'],
  }
}

function markedBy(who: Who, { marks, verdict, baseline }: AnalysisEntry): readonly Marked[] {
  if (marks === null || verdict === null) return []
  // A coin is thrown where the model pointed somewhere.
  return [{ mark: marks[who], isFlat: isFlat(who === 'baseline' ? baseline : verdict) }]
}

const isFlat = (verdict: Verdict): boolean =>
  verdict.kind !== 'signal' || verdict.trend === 'sideways'

function meanReturn(
  marks: readonly Mark[],
  horizon: Horizon,
): { readonly mean: number | null; readonly count: number } {
  const known = marks.map(({ returns }) => returns[horizon]).filter((value) => value !== null)
  const sum = known.reduce((total, value) => total + value, 0)
  return { mean: known.length < FEW ? null : sum / known.length, count: known.length }
}

/** Wilson's interval of a share, 95 %. */
function wilson(
  hits: number,
  tries: number,
): { readonly share: number; readonly low: number; readonly high: number } {
  const share = hits / tries
  const weight = Z_95 ** 2 / tries
  const middle = (share + weight / 2) / (1 + weight)
  const half =
    (Z_95 * Math.sqrt((share * (1 - share)) / tries + weight / (4 * tries))) / (1 + weight)
  return { share, low: Math.max(middle - half, 0), high: Math.min(middle + half, 1) }
}
