import { useTranslation } from 'react-i18next'
import { useDesk, usePlace } from '../../binding/desk.ts'
import { VIEWS, viewOf } from '../../state/place.ts'

/** What the middle of a wide window shows. A narrow one has tabs of its own. */
export function Views() {
  const { t } = useTranslation()
  const { go } = useDesk()
  const view = viewOf(usePlace())
  const words = {
    chart: t('chart.title'),
    completeness: t('completeness.title'),
    lab: t('lab.title'),
  }
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
        </button>
      ))}
    </nav>
  )
}
