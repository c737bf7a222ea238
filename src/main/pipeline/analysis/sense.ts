import type {
  SenseProblem,
  SignalVerdict,
  Snapshot,
  Verdict,
} from '../../../shared/domain/analysis.ts'
import { levelsOf, statedFields } from './citations.ts'
import { plausibleMoves } from './plausible.ts'
import { isFieldSupported } from './support.ts'

/** Which way a signal points; 0: nowhere. */
const WAYS = { up: 1, down: -1, sideways: 0 } as const

/**
 * Why a verdict is not believed; none: it makes sense. A field that repeats a figure has to say what the figure says. A
 * signal up has its stop below and its targets above both its entry and the last price, one down the other way about;
 * entry, stop and targets lie within `plausibleMoves`. One sideways is judged by nothing: it has no levels.
 */
export function problemsOf(verdict: Verdict, snapshot: Snapshot): SenseProblem[] {
  const unsupported = statedFields(verdict).flatMap(({ field, figure, value }) => {
    const stated = snapshot.figures[figure]
    if (isFieldSupported(value, stated)) return []
    return [problem('field-unsupported', field, value, stated, stated)]
  })
  return verdict.kind === 'signal'
    ? [...unsupported, ...signalProblems(verdict, snapshot)]
    : unsupported
}

const problem = (
  code: SenseProblem['code'],
  field: string,
  value: number | null,
  low: number | null = null,
  high: number | null = null,
): SenseProblem => ({ code, field, value, low, high })

function signalProblems(verdict: SignalVerdict, snapshot: Snapshot): SenseProblem[] {
  if (verdict.trend === 'sideways') return []
  const { entry, stop, targets } = verdict
  const missing = [
    ...(entry === null ? ['entry'] : []),
    ...(stop === null ? ['stop'] : []),
    ...(targets.length === 0 ? ['targets'] : []),
  ].map((field) => problem('levels-missing', field, null))
  const levels = levelsOf(verdict)
  const odd = levels
    .filter(({ value }) => !(Number.isFinite(value) && value > 0))
    .map(({ name, value }) => problem('not-a-price', name, value))
  const prices = levels.filter(({ value }) => Number.isFinite(value) && value > 0)
  return [
    ...missing,
    ...odd,
    ...sideProblems(verdict, prices, snapshot.figures.last),
    ...distanceProblems(prices, entry, snapshot),
  ]
}

type Levels = ReturnType<typeof levelsOf>

/** A stop that the last price has passed already would be hit at once, and a target as well. */
function sideProblems(
  { trend, entry }: SignalVerdict,
  levels: Levels,
  last: number | null,
): SenseProblem[] {
  const way = WAYS[trend]
  const here = [entry, last].filter((price) => price !== null)
  const [lowest, highest] = [Math.min(...here), Math.max(...here)]
  if (here.length === 0) return []
  return levels.flatMap(({ name, value }) => {
    if (name === 'entry') return []
    const isStop = name === 'stop'
    const isBelow = way > 0 ? isStop : !isStop
    if (isBelow ? value < lowest : value > highest) return []
    const code = isStop ? 'stop-wrong-side' : 'target-wrong-side'
    return [problem(code, name, value, isBelow ? null : highest, isBelow ? lowest : null)]
  })
}

function distanceProblems(
  levels: Levels,
  entry: number | null,
  snapshot: Snapshot,
): SenseProblem[] {
  const { last } = snapshot.figures
  const moves = plausibleMoves(snapshot)
  // Without a price nothing can be near it.
  if (last === null || moves === null)
    return entry === null ? [] : [problem('entry-far', 'entry', entry)]
  return levels.flatMap(({ name, value }) => {
    const room = name === 'entry' ? moves.entry : moves.level
    const [low, high] = [Math.max(last - room, 0), last + room]
    if (value >= low && value <= high) return []
    const code = name === 'entry' ? 'entry-far' : name === 'stop' ? 'stop-far' : 'target-far'
    return [problem(code, name, value, low, high)]
  })
}
