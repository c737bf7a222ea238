import { useEffect, useState } from 'react'
import { useSession } from '../binding/desk.ts'
import { ChartPanel } from '../features/chart/panel.tsx'
import { OfflinePanel } from '../features/venues/offline.tsx'
import { reach } from '../state/reach.ts'
import { Safe } from './safe.tsx'

/** The chart, or what to do while there is nothing live to draw. */
export function Centre() {
  const state = useSession(({ venues, info }) =>
    venues === null || info?.demo === true ? 'trying' : reach(venues),
  )
  const [dismissed, setDismissed] = useState(false)
  useEffect(() => {
    if (state === 'some') setDismissed(false)
  }, [state])
  return (
    <Safe>
      {state === 'none' && !dismissed ? (
        <OfflinePanel onShowStored={() => setDismissed(true)} />
      ) : (
        <ChartPanel />
      )}
    </Safe>
  )
}
