import { useTranslation } from 'react-i18next'
import type { VenueStatus } from '../../../shared/contract/status.ts'
import type { VenueId } from '../../../shared/domain/market.ts'
import { useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Tip } from '../../ui/tip.tsx'
import { FigureCell } from './figure.tsx'
import { isRough, type LatencyRow, latencyRows } from './model.ts'

export interface LatencyTableProps {
  readonly venues: readonly VenueStatus[]
  readonly shown: VenueId
  readonly onShow: (venue: VenueId) => void
}

// Names of statistics, the same in every language.
const PERCENTILES = ['p50', 'p95', 'p99', 'max'] as const

/** Average, percentiles and extremes per venue, raw and corrected. */
export function LatencyTable({ venues, shown, onShow }: LatencyTableProps) {
  const { t } = useTranslation()
  return (
    <div className="latency-table">
      <table aria-label={t('latency.title')}>
        <thead>
          <tr>
            <th scope="col">{t('latency.venue')}</th>
            <th scope="col">{t('latency.basis')}</th>
            <th scope="col" className="num">
              {t('latency.avg')}
            </th>
            {PERCENTILES.map((name) => (
              <th scope="col" className="num" key={name}>
                {name}
              </th>
            ))}
            <th scope="col" className="num">
              {t('latency.count')}
            </th>
            <th scope="col" className="num" title={t('latency.negativeLong')}>
              {t('latency.negative')}
            </th>
          </tr>
        </thead>
        {venues.map((venue) => (
          <VenueRows
            key={venue.venue}
            status={venue}
            shown={venue.venue === shown}
            onShow={() => onShow(venue.venue)}
          />
        ))}
      </table>
    </div>
  )
}

interface VenueRowsProps {
  readonly status: VenueStatus
  readonly shown: boolean
  readonly onShow: () => void
}

function VenueRows({ status, shown, onShow }: VenueRowsProps) {
  const { t } = useTranslation()
  const venues = useSession((session) => session.info?.venues)
  const label = venues?.find(({ venue }) => venue === status.venue)?.label ?? status.venue
  const format = useFormat()
  const rows = latencyRows(status)
  return (
    <tbody data-shown={shown}>
      {rows.map((row, index) => (
        <tr key={row.basis}>
          {index === 0 ? (
            <th scope="rowgroup" rowSpan={rows.length}>
              <button
                type="button"
                className="latency-venue"
                aria-pressed={shown}
                title={t('latency.choose', { venue: label })}
                onClick={onShow}
              >
                {label}
              </button>
              <Offset status={status} />
            </th>
          ) : null}
          <td className="muted" title={t(`latency.${row.basis}Long`)}>
            {t(`latency.${row.basis}`)}
            {row.uncertaintyMs === null ? null : (
              <span className="latency-uncertain" title={t('latency.uncertainLong')}>
                {' '}
                {t('latency.uncertain', { ms: format.plainMs(row.uncertaintyMs) })}
              </span>
            )}
          </td>
          <Figures row={row} />
        </tr>
      ))}
    </tbody>
  )
}

function Figures({ row: { figures, uncertaintyMs } }: { readonly row: LatencyRow }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <>
      <FigureCell ms={figures.avg} uncertaintyMs={uncertaintyMs} brief />
      {PERCENTILES.map((name) => (
        <FigureCell
          key={name}
          ms={figures[name]}
          uncertaintyMs={uncertaintyMs}
          brief={name !== 'p50'}
        />
      ))}
      <td className="num muted">{format.count(figures.count)}</td>
      <td
        className={`num ${figures.negative > 0 ? 'latency-negative' : 'muted'}`}
        title={t('latency.negativeLong')}
      >
        {format.count(figures.negative)}
      </td>
    </>
  )
}

function Offset({ status: { clock } }: { readonly status: VenueStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const text =
    clock === null
      ? t('latency.unknown')
      : `${clock.offsetMs > 0 ? '+' : ''}${format.ms(clock.offsetMs)}`
  const rough = clock !== null && isRough(clock.resolutionMs)
  const tip = [
    t('latency.offsetLong'),
    ...(clock === null ? [] : [t('latency.uncertain', { ms: format.ms(clock.uncertaintyMs) })]),
    ...(rough ? [t('latency.rough', { ms: format.ms(clock.resolutionMs) })] : []),
  ].join('. ')
  return (
    <Tip text={tip}>
      <span className="latency-offset">
        <span className="sr-only">{t('latency.offset')} </span>
        {text}
        {rough ? ' *' : ''}
      </span>
    </Tip>
  )
}
