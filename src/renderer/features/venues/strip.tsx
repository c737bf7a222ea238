import { useTranslation } from 'react-i18next'
import { useFreshness, useSession } from '../../binding/desk.ts'
import { Dot } from '../../ui/mark.tsx'
import { Tip } from '../../ui/tip.tsx'
import { shownVenueState, VENUE_TONES } from './model.ts'

/** The venues at a glance, for the title bar. */
export function VenueStrip() {
  const { t } = useTranslation()
  const venues = useSession((session) => session.venues)
  const infos = useSession((session) => session.info?.venues)
  const fresh = useFreshness()
  return (
    <ul className="strip" aria-label={t('venues.title')}>
      {venues?.map((status) => {
        const state = shownVenueState(status.state, fresh)
        const label = infos?.find(({ venue }) => venue === status.venue)?.label ?? status.venue
        const why = status.reason ?? t(`venueStateLong.${state}`)
        return (
          <Tip key={status.venue} text={`${label}: ${t(`venueState.${state}`)}. ${why}`}>
            <li data-state={state}>
              <Dot tone={VENUE_TONES[state]} label={t(`venueState.${state}`)} />
              {label}
            </li>
          </Tip>
        )
      })}
    </ul>
  )
}
