import { useTranslation } from 'react-i18next'
import type { AnalysisKind, Citation, Verdict } from '../../../shared/domain/analysis.ts'
import { useFormat } from '../../binding/format.ts'
import { DASH } from '../../i18n/format.ts'
import {
  isUnsupported,
  leanOf,
  numberIn,
  rowsOf,
  unsupportedFields,
  type VerdictRow,
  wordOf,
} from './model.ts'
import { Unsupported } from './reason.tsx'

/** Somebody who says something: a column. */
export interface Speaker {
  readonly key: 'model' | 'statistics' | 'now'
  readonly name: string
  /** What the name means, for whoever points at it. */
  readonly long: string
  readonly verdict: Verdict | null
  readonly citations: readonly Citation[]
  /** The answer is not believed. */
  readonly refused: boolean
}

export interface VerdictsProps {
  readonly kind: AnalysisKind
  readonly speakers: readonly Speaker[]
  readonly priceDecimals: number
}

/** What the model says beside what plain statistics say of the same figures. */
export function Verdicts({ kind, speakers, priceDecimals }: VerdictsProps) {
  const { t } = useTranslation()
  const rows = rowsOf(
    kind,
    speakers.map(({ verdict }) => verdict),
  )
  return (
    <table className="verdicts" aria-label={t(`analysis.kind.${kind}`)}>
      <thead>
        <tr>
          <td />
          {speakers.map(({ key, name, long }) => (
            <th scope="col" key={key} title={long}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.row === 'number' ? row.field : row.row}>
            <th scope="row">
              <RowName row={row} />
            </th>
            {speakers.map((speaker) => (
              <td key={speaker.key} data-refused={speaker.refused}>
                <Cell row={row} speaker={speaker} priceDecimals={priceDecimals} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function RowName({ row }: { readonly row: VerdictRow }) {
  const { t } = useTranslation()
  if (row.row === 'verdict') return t('analysis.verdict')
  if (row.row === 'targets') return t('analysisField.targets')
  return <FieldName field={row.field} />
}

/** The name of a field of a verdict, in words. */
export function FieldName({ field }: { readonly field: string }) {
  const { t } = useTranslation()
  const [name = field] = field.split(/[.[]/)
  const known = FIELDS.find((each) => each === name)
  return known === undefined ? <bdi>{field}</bdi> : t(`analysisField.${known}`)
}
const FIELDS = [
  'deviationPercent',
  'volatilityPercent',
  'buySellRatio',
  'entry',
  'stop',
  'targets',
] as const

interface CellProps {
  readonly row: VerdictRow
  readonly speaker: Speaker
  readonly priceDecimals: number
}

function Cell({ row, speaker, priceDecimals }: CellProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { verdict, citations } = speaker
  if (verdict === null) return DASH
  const wrong = unsupportedFields(citations)
  if (row.row === 'verdict')
    return (
      <strong className="verdict-word" data-lean={leanOf(verdict)}>
        {t(`verdict.${isTooLittle(speaker) ? 'tooFew' : wordOf(verdict)}`)}
      </strong>
    )
  if (row.row === 'targets') {
    const targets = verdict.kind === 'signal' ? verdict.targets : []
    if (targets.length === 0) return DASH
    return targets.map((target, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: targets have an order and no other name
      <span className="verdict-target" key={index}>
        <Figure
          text={format.fixed(target, priceDecimals)}
          wrong={isUnsupported(wrong, 'targets', index)}
        />
      </span>
    ))
  }
  const value = numberIn(verdict, row.field)
  if (value === null) return DASH
  const text =
    row.unit === 'price'
      ? format.fixed(value, priceDecimals)
      : row.unit === 'percent'
        ? format.percentage(value)
        : format.figure(value)
  return <Figure text={text} wrong={isUnsupported(wrong, row.field)} />
}

/** Statistics over too few minutes call nothing unusual because they know nothing. */
const isTooLittle = ({ key, verdict }: Speaker): boolean =>
  key !== 'model' && verdict?.kind === 'anomaly' && verdict.deviationPercent === null

const Figure = ({ text, wrong }: { readonly text: string; readonly wrong: boolean }) =>
  wrong ? <Unsupported text={text} /> : text
