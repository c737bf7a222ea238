import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDuration, parseDuration, plainNumber } from '../../../shared/alerts/units.ts'
import { type Comparison, type Measure, operatorsOf, unitOf } from '../../../shared/domain/alert.ts'
import { useSession } from '../../binding/desk.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { withMeasure } from './condition-edit.ts'
import { MarketField } from './market-field.tsx'
import { OPERATOR_NAMES } from './model.ts'
import { readNumber, ValueField } from './value-field.tsx'

export interface ComparisonFieldsProps {
  readonly comparison: Comparison
  readonly onChange: (comparison: Comparison) => void
}

/** Parameters of the measure, operator and threshold. */
export function ComparisonFields({ comparison, onChange }: ComparisonFieldsProps) {
  const { t } = useTranslation()
  const id = useId()
  const { measure, op, value } = comparison
  const unit = unitOf(measure)
  const set = (next: Measure): void => onChange(withMeasure(comparison, next))
  return (
    <>
      <Parameters measure={measure} onChange={set} />
      <label className="alert-field" htmlFor={`${id}-op`}>
        <span>{t('alertEdit.op')}</span>
        <select
          className="select"
          id={`${id}-op`}
          value={op}
          onChange={(event) => {
            const chosen = operatorsOf(measure).find((each) => each === event.target.value)
            if (chosen !== undefined) onChange({ ...comparison, op: chosen })
          }}
        >
          {operatorsOf(measure).map((each) => (
            <option key={each} value={each}>
              {t(`alertEdit.ops.${OPERATOR_NAMES[each]}`)}
            </option>
          ))}
        </select>
      </label>
      <ValueField
        label={t('alertEdit.threshold')}
        text={unit === 'duration' ? formatDuration(value) : plainNumber(value)}
        read={unit === 'duration' ? parseDuration : readNumber}
        hint={t(unit === 'duration' ? 'alertEdit.duration' : 'alertEdit.number')}
        {...(unit === 'percent' ? { unit: '%' } : {})}
        onChange={(next) => onChange({ ...comparison, value: next })}
      />
    </>
  )
}

interface ParametersProps<Of extends Measure = Measure> {
  readonly measure: Of
  readonly onChange: (measure: Measure) => void
}

function Parameters({ measure, onChange }: ParametersProps) {
  const { t } = useTranslation()
  switch (measure.of) {
    case 'move':
    case 'volume':
    case 'trades':
    case 'imbalance':
    case 'cvd':
      return (
        <Span
          label={t('alertEdit.window')}
          ms={measure.window}
          onChange={(window) => onChange({ ...measure, window })}
        />
      )
    case 'zscore':
      return <BurstFields measure={measure} onChange={onChange} />
    case 'rsi':
      return (
        <>
          <Count
            label={t('alertEdit.periods')}
            count={measure.periods}
            onChange={(periods) => onChange({ ...measure, periods })}
          />
          <Span
            label={t('alertEdit.bar')}
            ms={measure.bar}
            onChange={(bar) => onChange({ ...measure, bar })}
          />
        </>
      )
    case 'deviation':
      return <AverageFields measure={measure} onChange={onChange} />
    case 'spread':
      return <SpreadFields measure={measure} onChange={onChange} />
    default:
      return null
  }
}

function BurstFields({ measure, onChange }: ParametersProps<Extract<Measure, { of: 'zscore' }>>) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <>
      <label className="alert-field" htmlFor={id}>
        <span>{t('alertEdit.burst')}</span>
        <select
          className="select"
          id={id}
          value={measure.burst}
          onChange={(event) =>
            onChange({ ...measure, burst: event.target.value === 'trades' ? 'trades' : 'volume' })
          }
        >
          <option value="volume">{t('alertEdit.bursts.volume')}</option>
          <option value="trades">{t('alertEdit.bursts.trades')}</option>
        </select>
      </label>
      <Span
        label={t('alertEdit.window')}
        ms={measure.window}
        onChange={(window) => onChange({ ...measure, window })}
      />
      <Span
        label={t('alertEdit.history')}
        ms={measure.history}
        onChange={(history) => onChange({ ...measure, history })}
      />
    </>
  )
}

const AVERAGES = {
  sma: { of: 'sma', periods: 20, bar: 60_000 },
  vwap: { of: 'vwap', window: 3_600_000 },
} as const
const AVERAGE_WORDS = { sma: 'SMA', vwap: 'VWAP' } as const

function AverageFields({
  measure,
  onChange,
}: ParametersProps<Extract<Measure, { of: 'deviation' }>>) {
  const { t } = useTranslation()
  const id = useId()
  const { from } = measure
  return (
    <>
      <label className="alert-field" htmlFor={id}>
        <span>{t('alertEdit.average')}</span>
        <select
          className="select"
          id={id}
          value={from.of}
          onChange={(event) =>
            onChange({ ...measure, from: AVERAGES[event.target.value === 'vwap' ? 'vwap' : 'sma'] })
          }
        >
          <option value="sma">{AVERAGE_WORDS.sma}</option>
          <option value="vwap">{AVERAGE_WORDS.vwap}</option>
        </select>
      </label>
      {from.of === 'vwap' ? (
        <Span
          label={t('alertEdit.window')}
          ms={from.window}
          onChange={(window) => onChange({ ...measure, from: { ...from, window } })}
        />
      ) : (
        <>
          <Count
            label={t('alertEdit.periods')}
            count={from.periods}
            onChange={(periods) => onChange({ ...measure, from: { ...from, periods } })}
          />
          <Span
            label={t('alertEdit.bar')}
            ms={from.bar}
            onChange={(bar) => onChange({ ...measure, from: { ...from, bar } })}
          />
        </>
      )}
    </>
  )
}

function SpreadFields({ measure, onChange }: ParametersProps<Extract<Measure, { of: 'spread' }>>) {
  const { t } = useTranslation()
  const summaries = useSession((session) => session.summaries) ?? []
  const { markets } = measure
  const free = summaries.find(({ market }) => !markets.includes(market))?.market
  return (
    <>
      {markets.slice(1).map((market, n) => (
        <span className="cond-against" key={market}>
          <MarketField
            label={t('alertEdit.against')}
            market={market}
            onChange={(next) => {
              if (!markets.includes(next))
                onChange({
                  ...measure,
                  markets: markets.map((each) => (each === market ? next : each)),
                })
            }}
          />
          {markets.length > 2 ? (
            <IconButton
              icon="close"
              size="small"
              label={t('alertEdit.removePart', { n: `${t('alertEdit.against')} ${n + 1}` })}
              onClick={() =>
                onChange({ ...measure, markets: markets.filter((each) => each !== market) })
              }
            />
          ) : null}
        </span>
      ))}
      {free === undefined ? null : (
        <Button
          size="small"
          tone="plain"
          icon="plus"
          onClick={() => onChange({ ...measure, markets: [...markets, free] })}
        >
          {t('alertEdit.addMarket')}
        </Button>
      )}
    </>
  )
}

interface SpanProps {
  readonly label: string
  readonly ms: number
  readonly onChange: (ms: number) => void
}

function Span({ label, ms, onChange }: SpanProps) {
  const { t } = useTranslation()
  const read = (text: string): number | undefined => {
    const value = parseDuration(text.trim())
    return value === undefined || value <= 0 ? undefined : value
  }
  return (
    <ValueField
      label={label}
      text={formatDuration(ms)}
      read={read}
      hint={t('alertEdit.duration')}
      onChange={onChange}
    />
  )
}

interface CountProps {
  readonly label: string
  readonly count: number
  readonly onChange: (count: number) => void
}

function Count({ label, count, onChange }: CountProps) {
  const { t } = useTranslation()
  const read = (text: string): number | undefined => {
    const value = readNumber(text)
    return value !== undefined && Number.isInteger(value) && value > 0 ? value : undefined
  }
  return (
    <ValueField
      label={label}
      text={String(count)}
      read={read}
      hint={t('alertEdit.number')}
      onChange={onChange}
    />
  )
}
