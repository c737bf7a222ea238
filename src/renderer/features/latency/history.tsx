import { useTranslation } from 'react-i18next'
import type { VenueId } from '../../../shared/domain/market.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import { useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { LatencyLines } from '../../charts/latency-lines.tsx'
import type { LatencyPoint } from '../../state/latency-history.ts'
import { Message } from '../../ui/message.tsx'

export interface LatencyHistoryViewProps {
  readonly venue: VenueId
  readonly asTable: boolean
}

const NONE: readonly LatencyPoint[] = []

/** Median and 99th percentile of one venue over the last minutes, as lines or as a table. */
export function LatencyHistoryView({ venue, asTable }: LatencyHistoryViewProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const points = useSession((session) => session.latency.get(venue)) ?? NONE
  const venues = useSession((session) => session.info?.venues)
  const drawable = points.filter(({ p50 }) => p50 !== null).length > 1
  const label = venues?.find((each) => each.venue === venue)?.label ?? venue
  return (
    <figure className="latency-history" aria-label={t('latency.history', { venue: label })}>
      <figcaption>
        {label}, {t('latency.unit')}{' '}
        <span>
          <i className="key-p50" /> p50
        </span>{' '}
        <span>
          <i className="key-p99" /> p99
        </span>
      </figcaption>
      {drawable ? null : <Message title={t('latency.historyEmpty')} />}
      {!drawable ? null : asTable ? (
        <Samples points={points} />
      ) : (
        <div className="latency-lines" aria-hidden="true">
          <LatencyLines
            points={points}
            time={(at) => format.time(epochMs(at))}
            ms={format.plainMs}
          />
        </div>
      )}
    </figure>
  )
}

function Samples({ points }: { readonly points: readonly LatencyPoint[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <div className="latency-samples">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('latency.at')}</th>
            <th scope="col" className="num">
              p50
            </th>
            <th scope="col" className="num">
              p99
            </th>
          </tr>
        </thead>
        <tbody>
          {[...points].reverse().map(({ at, p50, p99 }) => (
            <tr key={at}>
              <th scope="row">{format.time(at)}</th>
              <td className="num">{format.plainMs(p50)}</td>
              <td className="num">{format.plainMs(p99)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
