import { useTranslation } from 'react-i18next'
import { useDesk, usePlace, usePreferences } from '../binding/desk.ts'
import { AlertsPanel } from '../features/alerts/panel.tsx'
import { AnalysisPanel } from '../features/analysis/panel.tsx'
import { CompletenessPanel } from '../features/completeness/panel.tsx'
import { HistoryPanel } from '../features/history/panel.tsx'
import { LabPanel } from '../features/lab/panel.tsx'
import { ReplayPanel } from '../features/replay/panel.tsx'
import { WatchlistPanel } from '../features/watchlist/panel.tsx'
import { viewOf } from '../state/place.ts'
import { type Layout, LIMITS } from '../state/preferences.ts'
import { Splitter } from '../ui/splitter.tsx'
import { Below } from './below.tsx'
import { Centre } from './centre.tsx'
import { Right } from './right.tsx'
import { Safe } from './safe.tsx'
import { useScale } from './viewport.ts'

/** What stands in the middle instead of chart, tape and what is below them. */
const PANELS = {
  history: <HistoryPanel />,
  replay: <ReplayPanel />,
  alerts: <AlertsPanel />,
  analysis: <AnalysisPanel />,
  completeness: <CompletenessPanel />,
  lab: <LabPanel />,
}

/**
 * Watchlist, chart and tape side by side; venues and latency below the chart. Every other
 * view takes the place of all but the watchlist.
 */
export function WideLayout() {
  const { t } = useTranslation()
  const { preferences } = useDesk()
  const layout = usePreferences((each) => each.layout)
  const scale = useScale()
  const view = viewOf(usePlace())
  const set = (patch: Partial<Layout>): void =>
    preferences.setState({ layout: { ...preferences.getState().layout, ...patch } })
  return (
    <div className="wide">
      {layout.leftOpen ? (
        <>
          <div className="wide-side" style={{ width: layout.left * scale }}>
            <Safe>
              <WatchlistPanel />
            </Safe>
          </div>
          <Splitter
            label={t('layout.resizeLeft')}
            orientation="vertical"
            value={layout.left}
            limits={LIMITS.left}
            direction={1}
            scale={scale}
            onChange={(left) => set({ left })}
          />
        </>
      ) : null}
      {view === 'chart' ? (
        <Middle layout={layout} scale={scale} onChange={set} />
      ) : (
        <div className="wide-middle wide-view">
          <Safe key={view}>{PANELS[view]}</Safe>
        </div>
      )}
      {layout.rightOpen && view === 'chart' ? (
        <>
          <Splitter
            label={t('layout.resizeRight')}
            orientation="vertical"
            value={layout.right}
            limits={LIMITS.right}
            direction={-1}
            scale={scale}
            onChange={(right) => set({ right })}
          />
          <Right layout={layout} scale={scale} onChange={set} />
        </>
      ) : null}
    </div>
  )
}

interface MiddleProps {
  readonly layout: Layout
  readonly scale: number
  readonly onChange: (patch: Partial<Layout>) => void
}

function Middle({ layout, scale, onChange }: MiddleProps) {
  const { t } = useTranslation()
  return (
    <div className="wide-middle">
      <div className="wide-chart">
        <Centre />
      </div>
      {layout.bottomOpen ? (
        <>
          <Splitter
            label={t('layout.resizeBottom')}
            orientation="horizontal"
            value={layout.bottom}
            limits={LIMITS.bottom}
            direction={-1}
            scale={scale}
            onChange={(bottom) => onChange({ bottom })}
          />
          <div className="wide-bottom" style={{ height: layout.bottom * scale }}>
            <Below />
          </div>
        </>
      ) : null}
    </div>
  )
}
