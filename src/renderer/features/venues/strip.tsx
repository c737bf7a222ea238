import { type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useFreshness, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Dot } from '../../ui/mark.tsx'
import { Tip } from '../../ui/tip.tsx'
import { shownVenueState, stripVenues, VENUE_TONES } from './model.ts'

/** The venues in use at a glance, for the title bar; those that find no room are counted. */
export function VenueStrip() {
  const { t } = useTranslation()
  const venues = useSession((session) => session.venues)
  const infos = useSession((session) => session.info?.venues)
  const fresh = useFreshness()
  const list = useRef<HTMLUListElement>(null)
  const items = stripVenues(venues ?? []).map((status) => {
    const state = shownVenueState(status.state, fresh)
    const label = infos?.find(({ venue }) => venue === status.venue)?.label ?? status.venue
    return { status, state, label }
  })
  const folded = useFolded(list, items.map(({ label }) => label).join())
  return (
    <div className="strip">
      <ul
        className="strip-list"
        aria-label={t('venues.title')}
        data-folded={folded > 0 && folded === items.length ? 'all' : undefined}
        ref={list}
      >
        {items.map(({ status, state, label }) => {
          const why = status.reason ?? t(`venueStateLong.${state}`)
          return (
            <Tip key={status.venue} text={`${label}: ${t(`venueState.${state}`)}. ${why}`}>
              <li data-state={state}>
                <Dot tone={VENUE_TONES[state]} label={t(`venueState.${state}`)} />
                <span className="strip-name">{label}</span>
              </li>
            </Tip>
          )
        })}
      </ul>
      {folded === 0 ? null : (
        <More
          n={folded}
          names={items
            .slice(-folded)
            .map(({ label, state }) => `${label}: ${t(`venueState.${state}`)}`)
            .join(', ')}
        />
      )}
    </div>
  )
}

/** Those left out of the strip, by name on hover; pressed, the panel that tells all of them. */
function More({ n, names }: { readonly n: number; readonly names: string }) {
  const { t } = useTranslation()
  const { go, preferences } = useDesk()
  const format = useFormat()
  const words = t('venues.more', { n: format.count(n), names })
  const show = (): void => {
    const { layout } = preferences.getState()
    preferences.setState({ layout: { ...layout, bottomOpen: true } })
    go('venues')
  }
  return (
    <Tip text={words}>
      <button type="button" className="strip-more" aria-label={words} onClick={show}>
        +{format.count(n)}
      </button>
    </Tip>
  )
}

/** In less than this, px, not even the first name can be told. */
const LEAST_WIDTH = 48

/**
 * How many items at the end of a wrapping list lie below its first line, which alone is in sight; all of them where there
 * is no room for one. `items` stands for what is in it.
 */
function useFolded(list: RefObject<HTMLUListElement | null>, items: string): number {
  const [folded, setFolded] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: other items are measured anew
  useLayoutEffect(() => {
    const element = list.current
    if (element === null) return
    const measure = (): void => {
      const tops = [...element.children].map((item) => item.getBoundingClientRect().top)
      const hasRoom = element.clientWidth >= LEAST_WIDTH
      setFolded(tops.filter((top) => !hasRoom || top > (tops[0] ?? 0) + 1).length)
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [list, items])
  return folded
}
