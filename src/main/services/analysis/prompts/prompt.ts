import type { PromptLanguage } from '../../../../shared/contract/analysis.ts'
import type { AnalysisKind, Snapshot } from '../../../../shared/domain/analysis.ts'
import {
  FIGURE_UNITS,
  type FigureUnit,
  SENT_FIGURES,
  sentFigure,
} from '../../../pipeline/analysis/sent-figures.ts'
import { anomaly1 } from './anomaly-1.ts'
import type { PromptText } from './prompt-text.ts'
import { sentiment1 } from './sentiment-1.ts'
import { signal1 } from './signal-1.ts'
import { WORDS } from './words-1.ts'

export interface Prompt {
  /** Name and version: `signal-1`. */
  readonly name: string
  readonly system: string
  /** Market data only. */
  readonly user: string
}

const NEWEST: Readonly<Record<AnalysisKind, PromptText>> = {
  anomaly: anomaly1,
  sentiment: sentiment1,
  signal: signal1,
}

const UNITS: Readonly<Record<FigureUnit, string>> = {
  quote: 'quote',
  base: 'base',
  percent: '%',
  ratio: '1',
  index: '0-100',
  count: '1',
}

/** All that is said to a model. The same snapshot gives the same text, letter by letter. */
export function promptOf(kind: AnalysisKind, language: PromptLanguage, snapshot: Snapshot): Prompt {
  const { name, [language]: text } = NEWEST[kind]
  const words = WORDS[language]
  const [form, reason] = words.rules
  const system = [
    words.role,
    words.data,
    text.task,
    [words.meaning, ...SENT_FIGURES[kind].map((figure) => `${figure}: ${words.figures[figure]}`)],
    [form, reason, ...text.fields],
  ]
    .map((part) => (typeof part === 'string' ? part : part.join('\n- ')))
    .join('\n\n')
  return { name, system, user: dataOf(kind, snapshot) }
}

function dataOf(kind: AnalysisKind, snapshot: Snapshot): string {
  const figures = Object.fromEntries(
    SENT_FIGURES[kind].map((figure) => [
      figure,
      { value: sentFigure(figure, snapshot), unit: UNITS[FIGURE_UNITS[figure]] },
    ]),
  )
  return ascii(JSON.stringify({ market: snapshot.market, period: '1 min', figures }))
}

/** A market's name is a stranger's text: as JSON, and in ASCII, it is one line and looks like what it is. */
const ascii = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
