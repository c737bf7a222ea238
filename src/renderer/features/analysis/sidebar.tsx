import { useTranslation } from 'react-i18next'
import { useDesk, useFreshness, useSession, useView } from '../../binding/desk.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { Panel } from '../../ui/panel.tsx'
import { CardsNow } from './now.tsx'
import './analysis.css'

export interface SidebarProps {
  readonly open: boolean
  readonly onOpen: (open: boolean) => void
}

/** The analyses of the open market, beside its chart. */
export function AnalysisSidebar({ open, onOpen }: SidebarProps) {
  const { t } = useTranslation()
  const { go } = useDesk()
  const fresh = useFreshness()
  const market = useView()?.market ?? null
  const status = useSession((session) => session.analysis)
  return (
    <Panel
      title={t('analysis.title')}
      old={fresh !== 'fresh'}
      tools={
        <>
          {open ? (
            <Button size="small" tone="plain" onClick={() => go('analysis')}>
              {t('analysis.openPage')}
            </Button>
          ) : null}
          <IconButton
            icon={open ? 'fold' : 'unfold'}
            size="small"
            label={t(open ? 'analysis.fold' : 'analysis.unfold')}
            aria-expanded={open}
            onClick={() => onOpen(!open)}
          />
        </>
      }
    >
      {!open ? null : status === null ? (
        <Message busy title={t('analysis.loading')} />
      ) : market === null ? (
        <Message title={t('tape.none')} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
        <div className="analysis-scroll" tabIndex={0}>
          <CardsNow key={market} status={status} market={market} />
        </div>
      )}
    </Panel>
  )
}
