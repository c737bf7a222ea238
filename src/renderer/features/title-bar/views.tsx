import { useTranslation } from 'react-i18next'
import { useDesk, usePlace, useSession } from '../../binding/desk.ts'
import { VIEWS, viewOf } from '../../state/place.ts'

/** More are not counted out. */
const MOST = 99

/** What the middle of a wide window shows. A narrow one has tabs of its own. */
export function Views() {
  const { t } = useTranslation()
  const { go } = useDesk()
  const view = viewOf(usePlace())
  const words = {
    chart: t('chart.title'),
    completeness: t('completeness.title'),
    history: t('history.title'),
    replay: t('replay.title'),
    alerts: t('alerts.title'),
    analysis: t('analysis.title'),
    lab: t('lab.title'),
  }
  const unseen = useSession(({ alerts }) => alerts?.unseen ?? 0)
  const replays = useSession(({ replay }) => replay !== null && replay.state !== 'none')
  return (
    <nav className="title-views" aria-label={t('app.views')}>
      {VIEWS.map((each) => (
        <button
          type="button"
          className="title-view"
          key={each}
          aria-current={each === view ? 'page' : undefined}
          onClick={() => go(each)}
        >
          {words[each]}
          {each === 'alerts' && unseen > 0 ? (
            <span className="title-count">
              {unseen > MOST ? `${MOST}+` : unseen}
              <span className="sr-only"> {t('alerts.unseen', { n: unseen })}</span>
            </span>
          ) : null}
          {each === 'replay' && replays ? <span className="title-replays" /> : null}
        </button>
      ))}
    </nav>
  )
}
