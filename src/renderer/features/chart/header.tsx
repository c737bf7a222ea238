import { useTranslation } from 'react-i18next'
import type { MarketSummary } from '../../../shared/contract/status.ts'
import {
  useDesk,
  useEngineNow,
  useFreshness,
  useOpenSummary,
  useSession,
} from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { hasHoles } from '../../state/day-coverage.ts'
import { Badge } from '../../ui/mark.tsx'
import { Tip } from '../../ui/tip.tsx'
import { buyShare } from './model.ts'

/** The figures of the open market, and what they rest on. */
export function ChartHeader() {
  const { t } = useTranslation()
  const format = useFormat()
  const row = useOpenSummary()
  const venues = useSession((session) => session.info?.venues)
  if (row === undefined) return <header className="chart-head" />
  const label = venues?.find(({ venue }) => venue === row.venue)?.label ?? row.venue
  const { change, high, low, volume } = row.day
  const base = row.symbol.split('-')[0] ?? ''
  return (
    <header className="chart-head">
      <div className="chart-name">
        <h2>{row.symbol}</h2>
        <span className="muted">{label}</span>
      </div>
      <div className="chart-last">
        <span className={`chart-price ${row.lastSide ?? ''}`}>
          {format.fixed(row.last, row.priceDecimals)}
        </span>
        <LastAge row={row} />
      </div>
      <dl className="chart-figures">
        <Figure
          name={t('chart.change')}
          value={format.change(change)}
          tone={change === null || change === 0 ? '' : change > 0 ? 'buy' : 'sell'}
        />
        <Figure name={t('chart.high')} value={format.fixed(high, row.priceDecimals)} />
        <Figure name={t('chart.low')} value={format.fixed(low, row.priceDecimals)} />
        <Figure name={t('chart.volume')} value={`${format.short(volume)} ${base}`} />
        <Basis row={row} />
        <DayCoverage row={row} />
      </dl>
      <Pressure row={row} base={base} />
    </header>
  )
}

interface FigureProps {
  readonly name: string
  readonly value: string
  readonly tone?: string
}

const Figure = ({ name, value, tone = '' }: FigureProps) => (
  <div className="chart-figure">
    <dt>{name}</dt>
    <dd className={tone}>{value}</dd>
  </div>
)

/** How long ago the last trade was: a price without its age is a claim. */
function LastAge({ row }: { readonly row: MarketSummary }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useEngineNow()
  const fresh = useFreshness()
  if (row.lastTradeAt === null) return <span className="muted">{t('chart.noTrade')}</span>
  const age = now - row.lastTradeAt
  const old = fresh !== 'fresh' || age > 60_000
  return (
    <span className={old ? 'chart-age-old' : 'muted'}>
      {t('chart.lastTrade', { age: format.age(age) })}
    </span>
  )
}

/** Figures of a day that is not fully known say so, in words. */
function Basis({ row: { day } }: { readonly row: MarketSummary }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (day.basis === 'minutes') return null
  const why =
    day.basis === 'estimate'
      ? t('chart.estimateLong')
      : day.since === null
        ? t('chart.partialUnknown')
        : t('chart.partialLong', { since: format.dateTime(day.since) })
  return (
    <Tip text={why}>
      <button type="button" className="chart-basis" aria-label={why}>
        <Badge tone="warn">{t(`chart.${day.basis}`)}</Badge>
      </button>
    </Tip>
  )
}

/** How much of the day the tape has, where it has holes. */
function DayCoverage({ row: { market, day } }: { readonly row: MarketSummary }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { go } = useDesk()
  const holes = useSession(({ ledger }) => hasHoles(ledger, market))
  if (day.coverage === null || !holes) return null
  const text = t('coverage.watch', { share: format.share(day.coverage) })
  return (
    <Tip text={text}>
      <button
        type="button"
        className="chart-coverage"
        aria-label={text}
        onClick={() => go('completeness')}
      >
        ◔
      </button>
    </Tip>
  )
}

function Pressure({ row, base }: { readonly row: MarketSummary; readonly base: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const share = buyShare(row)
  return (
    <div className="pressure">
      <div className="pressure-words">
        <span className="buy">
          {t('chart.buy')} {format.short(row.buyVolume)}
        </span>
        <span className="muted">
          {share === null ? t('chart.noPressure') : `${format.percent(share)} · ${base}`}
        </span>
        <span className="sell">
          {t('chart.sell')} {format.short(row.sellVolume)}
        </span>
      </div>
      <div
        className="pressure-bar"
        role="img"
        aria-label={`${t('chart.pressure')}: ${t('chart.buy')} ${format.short(row.buyVolume)}, ${t('chart.sell')} ${format.short(row.sellVolume)}`}
        title={t('chart.pressure')}
        data-empty={share === null}
      >
        <span style={{ transform: `scaleX(${share ?? 0})` }} />
      </div>
    </div>
  )
}
