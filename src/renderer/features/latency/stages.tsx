import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StageReport } from '../../../shared/contract/status.ts'
import type { VenueId } from '../../../shared/domain/market.ts'
import { useSession, useStages } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Message } from '../../ui/message.tsx'
import { FigureCell } from './figure.tsx'
import { type StageBar, stageBars, wholeWay } from './model.ts'
import './stages.css'

/** A trade's way from the match to the disk and to the paint, stage by stage. */
export function StagesView() {
  const { t } = useTranslation()
  const reports = useStages()
  const [chosen, setChosen] = useState<VenueId | null>(null)
  const all = reports?.[0]
  const shown = reports?.find(({ venue }) => venue === chosen) ?? all
  if (reports === null || shown === undefined)
    return <Message busy title={t('latency.stagesLoading')} />
  if (reports.length === 1)
    return <Message title={t('latency.empty')} why={t('latency.emptyWhy')} />
  return (
    <div className="stages">
      <div className="stages-head">
        <VenueChoice reports={reports} shown={shown.venue} onChoose={setChosen} />
        <Blame report={shown} />
      </div>
      <StageTable report={shown} />
      <Machine />
    </div>
  )
}

interface VenueChoiceProps {
  readonly reports: readonly StageReport[]
  readonly shown: VenueId | null
  readonly onChoose: (venue: VenueId | null) => void
}

function VenueChoice({ reports, shown, onChoose }: VenueChoiceProps) {
  const { t } = useTranslation()
  const venues = useSession((session) => session.info?.venues)
  const label = (venue: VenueId): string =>
    venues?.find((each) => each.venue === venue)?.label ?? venue
  return (
    <select
      className="stages-select"
      aria-label={t('latency.of')}
      value={shown ?? ''}
      onChange={({ target }) =>
        onChoose(reports.find(({ venue }) => venue === target.value)?.venue ?? null)
      }
    >
      {reports.map(({ venue }) => (
        <option key={venue ?? ''} value={venue ?? ''}>
          {venue === null ? t('latency.all') : label(venue)}
        </option>
      ))}
    </select>
  )
}

/** One line: how long it takes in all, and which stage is to blame when that is bad. */
function Blame({ report }: { readonly report: StageReport }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { blame } = report
  const way = (name: 'disk' | 'paint'): string => {
    const ms = wholeWay(report, name)
    return ms === null ? t('latency.unmeasured') : format.ms(ms)
  }
  const said =
    blame === null
      ? t('latency.good')
      : t('latency.blame', {
          stage: t(`latency.stages.${blame}`),
          why: t(`latency.stagesLong.${blame}`),
        })
  return (
    <p className="stages-blame" role="status" data-bad={blame !== null}>
      <span title={t('latency.waysLong')}>
        {t('latency.ways', { disk: way('disk'), paint: way('paint') })}
      </span>{' '}
      {said}
    </p>
  )
}

const PERCENTILES = ['p50', 'p95', 'p99'] as const

function StageTable({ report }: { readonly report: StageReport }) {
  const { t } = useTranslation()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
    <div className="stages-table" tabIndex={0}>
      <table aria-label={t('latency.viewStages')}>
        <thead>
          <tr>
            <th scope="col">{t('latency.stage')}</th>
            <td className="stages-key" aria-hidden="true">
              <Key of="p50" /> <Key of="p95" /> <Key of="p99" />
            </td>
            {PERCENTILES.map((name) => (
              <th scope="col" className="num" key={name}>
                {name}
              </th>
            ))}
            <th scope="col" className="num" title={t('latency.uncertainLong')}>
              {t('latency.uncertain', { ms: t('latency.unit') })}
            </th>
          </tr>
        </thead>
        <tbody>
          {stageBars(report).map((bar) => (
            <StageRow key={bar.stage} bar={bar} blamed={bar.stage === report.blame} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Key = ({ of }: { readonly of: string }): ReactNode => (
  <span>
    <i data-of={of} /> {of}
  </span>
)

function StageRow({ bar, blamed }: { readonly bar: StageBar; readonly blamed: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { stage, figures, uncertaintyMs } = bar
  const percent = (share: number): string => `${(share * 100).toFixed(2)}%`
  return (
    <tr data-blamed={blamed}>
      <th scope="row" title={t(`latency.stagesLong.${stage}`)}>
        {t(`latency.stages.${stage}`)}
      </th>
      <td className="stages-bar" aria-hidden="true">
        {figures.count === 0 ? null : (
          <div className="stages-track">
            <i data-of="p99" style={{ width: percent(bar.p99) }} />
            <i data-of="p95" style={{ width: percent(bar.p95) }} />
            <i data-of="p50" style={{ width: percent(bar.p50) }} />
          </div>
        )}
      </td>
      {PERCENTILES.map((name) => (
        <FigureCell key={name} ms={figures[name]} uncertaintyMs={uncertaintyMs} />
      ))}
      <td className="num muted">{uncertaintyMs > 0 ? format.plainMs(uncertaintyMs) : ''}</td>
    </tr>
  )
}

/** What the engine's own machine is like: lag of its loop, what waits, how long a write takes. */
function Machine() {
  const { t } = useTranslation()
  const format = useFormat()
  const engine = useSession((session) => session.engine)
  if (engine === null) return null
  const { lastWrite, waitingTrades } = engine.store
  return (
    <dl className="stages-machine">
      <Pair name={t('status.loop')} long={t('status.loopLong')}>
        {format.ms(engine.loopDelayP99Ms)}
      </Pair>
      <Pair name={t('status.queue')} long={t('status.queueLong')}>
        {format.count(engine.queueDepth + waitingTrades)}
      </Pair>
      {lastWrite === null ? null : (
        <Pair name={t('status.batch')} long={t('status.batchLong')}>
          {t('status.batchValue', {
            trades: format.count(lastWrite.trades),
            ms: format.ms(lastWrite.ms),
          })}
        </Pair>
      )}
    </dl>
  )
}

interface PairProps {
  readonly name: string
  readonly long: string
  readonly children: ReactNode
}

const Pair = ({ name, long, children }: PairProps) => (
  <div title={long}>
    <dt>{name}</dt> <dd>{children}</dd>
  </div>
)
