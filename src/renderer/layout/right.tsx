import { useTranslation } from 'react-i18next'
import { AnalysisSidebar } from '../features/analysis/sidebar.tsx'
import { TapePanel } from '../features/tape/panel.tsx'
import { type Layout, LIMITS } from '../state/preferences.ts'
import { Splitter } from '../ui/splitter.tsx'
import { Safe } from './safe.tsx'

export interface RightProps {
  readonly layout: Layout
  readonly scale: number
  readonly onChange: (patch: Partial<Layout>) => void
}

/** The tape, and the analyses of its market below it; these can be folded up. */
export function Right({ layout, scale, onChange }: RightProps) {
  const { t } = useTranslation()
  const { analyses, analysesOpen } = layout
  return (
    <div className="wide-side wide-right" style={{ width: layout.right * scale }}>
      <div className="wide-tape">
        <Safe>
          <TapePanel />
        </Safe>
      </div>
      {analysesOpen ? (
        <Splitter
          label={t('analysis.resize')}
          orientation="horizontal"
          value={analyses}
          limits={LIMITS.analyses}
          direction={-1}
          scale={scale}
          onChange={(next) => onChange({ analyses: next })}
        />
      ) : null}
      <div className="wide-analyses" style={analysesOpen ? { height: analyses * scale } : {}}>
        <Safe>
          <AnalysisSidebar
            open={analysesOpen}
            onOpen={(next) => onChange({ analysesOpen: next })}
          />
        </Safe>
      </div>
    </div>
  )
}
