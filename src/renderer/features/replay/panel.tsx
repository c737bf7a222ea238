import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReplayStatus } from '../../../shared/contract/replay.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { useDesk, useFreshness, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Button } from '../../ui/button.tsx'
import { Badge } from '../../ui/mark.tsx'
import { Message } from '../../ui/message.tsx'
import { Panel } from '../../ui/panel.tsx'
import { type Act, Controls, useReplayAct, useReplayKeys } from './controls.tsx'
import { ReplayStart } from './form.tsx'
import { Stage } from './stage.tsx'
import './replay.css'

/** The recorded tape, played again. */
export function ReplayPanel() {
  const { t } = useTranslation()
  const status = useSession((session) => session.replay)
  const phase = useSession((session) => session.connection.phase)
  const fresh = useFreshness()
  return (
    <Panel title={t('replay.title')} old={fresh !== 'fresh'}>
      {status === null ? (
        <Message
          busy={phase !== 'lost'}
          title={t(phase === 'connected' ? 'replay.loading' : 'connection.connecting')}
        />
      ) : status.state === 'none' ? (
        <ReplayStart />
      ) : (
        <Playing status={status} />
      )}
    </Panel>
  )
}

/** What is played, framed, so that nobody takes it for the market now. */
function Playing({ status }: { readonly status: ReplayStatus }) {
  const { t } = useTranslation()
  const { go } = useDesk()
  const act = useReplayAct()
  const live = (): void => {
    act({ do: 'stop' })
    go('chart')
  }
  useReplayKeys(status, act, live)
  const markets = status.request?.markets ?? []
  const [chosen, setChosen] = useState<MarketId | null>(null)
  const market = markets.find((each) => each === chosen) ?? markets[0]
  return (
    <section className="replay" aria-label={t('replay.badge')} data-state={status.state}>
      <Banner status={status} onLive={live} />
      {status.state === 'loading' ? (
        <Message busy title={t('replay.loading')} />
      ) : status.state === 'failed' ? (
        <Message tone="alarm" title={t('replay.failed')} why={status.reason}>
          <Button onClick={() => act({ do: 'stop' })}>{t('replay.again')}</Button>
        </Message>
      ) : (
        <>
          <Controls status={status} act={act} />
          <div className="replay-stage">
            {market === undefined ? null : <Stage status={status} market={market} />}
          </div>
          <div className="replay-lists">
            <Figures status={status} market={market} onChoose={setChosen} />
            <Firings status={status} act={act} />
          </div>
          <p className="replay-help muted">{t('replay.keys')}</p>
        </>
      )}
    </section>
  )
}

function Banner({
  status,
  onLive,
}: {
  readonly status: ReplayStatus
  readonly onLive: () => void
}) {
  const { t } = useTranslation()
  const format = useFormat()
  const { request, state } = status
  const faults = request?.faults
  return (
    <header className="replay-banner">
      <strong className="replay-badge">{t('replay.badge')}</strong>
      <span role="status">{t(`replay.state.${state}`)}</span>
      {request === null ? null : (
        <span className="replay-span">
          {format.dateTime(request.from)} – {format.dateTime(request.to)} ·{' '}
          {t(`replay.${request.order}`)}
        </span>
      )}
      <span className="replay-not">{t('replay.not')}</span>
      {faults === undefined ? null : (
        <Badge tone="warn">
          {t('replay.fault', {
            drop: format.share(faults.drop),
            delay: format.ms(faults.delayMs),
            skew: format.ms(faults.skewMs),
          })}
        </Badge>
      )}
      <Button size="small" onClick={onLive} aria-keyshortcuts="Escape">
        {t('replay.back')}
      </Button>
    </header>
  )
}

interface FiguresProps {
  readonly status: ReplayStatus
  readonly market: MarketId | undefined
  readonly onChoose: (market: MarketId) => void
}

/** What live figures would have said at that moment. */
function Figures({ status, market, onChoose }: FiguresProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <div className="replay-list">
      <table>
        <caption>{t('replay.figures')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('lab.market')}</th>
            <th scope="col" className="num">
              {t('replay.last')}
            </th>
            <th scope="col" className="num">
              {t('chart.change')}
            </th>
            <th scope="col" className="num">
              {t('chart.high')}
            </th>
            <th scope="col" className="num">
              {t('chart.low')}
            </th>
            <th scope="col" className="num">
              {t('chart.volume')}
            </th>
          </tr>
        </thead>
        <tbody>
          {status.summaries.map(({ market: each, last, day, priceDecimals }) => (
            <tr key={each} aria-current={each === market ? 'true' : undefined}>
              <th scope="row">
                <button type="button" className="link-button" onClick={() => onChoose(each)}>
                  {each}
                </button>
              </th>
              <td className="num">{format.fixed(last, priceDecimals)}</td>
              <td className={`num ${(day.change ?? 0) < 0 ? 'sell' : 'buy'}`}>
                {format.change(day.change)}
              </td>
              <td className="num">{format.fixed(day.high, priceDecimals)}</td>
              <td className="num">{format.fixed(day.low, priceDecimals)}</td>
              <td className="num">{format.short(day.volume)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The newest firings of the replay; each can be gone back to. */
function Firings({ status, act }: { readonly status: ReplayStatus; readonly act: Act }) {
  const { t } = useTranslation()
  const format = useFormat()
  const newest = status.firings.slice(-100).reverse()
  const decimals = (market: MarketId): number =>
    status.summaries.find((each) => each.market === market)?.priceDecimals ?? 2
  return (
    <section className="replay-list" aria-label={t('replay.firings')}>
      <h3>{t('replay.firings')}</h3>
      {status.request?.alerts === false ? (
        <p className="muted">{t('replay.alertsOff')}</p>
      ) : newest.length === 0 ? (
        <p className="muted">{t('replay.firingsNone')}</p>
      ) : (
        <ul>
          {newest.map(({ alert, name, at, market, price }) => (
            <li key={`${alert} ${market} ${at} ${price}`}>
              <button
                type="button"
                className="link-button"
                aria-label={t('replay.goTo', { at: format.dateTime(at) })}
                onClick={() => act({ do: 'seek', to: at })}
              >
                {format.dateTime(at)}
              </button>{' '}
              {name} <span className="muted">{market}</span>{' '}
              <span className="num">{format.fixed(price, decimals(market))}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
