import { useDesk, useDialog, useFreshness, useSession } from './binding/desk.ts'
import { AboutDialog } from './features/about/dialog.tsx'
import { AlertNews } from './features/alerts/news.tsx'
import { ExportDialog } from './features/export/dialog.tsx'
import { Banners } from './features/notices/banners.tsx'
import { NoticeToasts } from './features/notices/toasts.tsx'
import { SettingsDialog } from './features/settings/dialog.tsx'
import { StatusBar } from './features/status-bar/panel.tsx'
import { TitleBar } from './features/title-bar/panel.tsx'
import { VenueStrip } from './features/venues/strip.tsx'
import { NarrowLayout } from './layout/narrow.tsx'
import { ONE_PANEL, useNarrower } from './layout/viewport.ts'
import { WideLayout } from './layout/wide.tsx'
import './styles/app.css'
import './styles/right.css'

/** The window: bars above and below, panels between, what lies over them. */
export function App() {
  const { place } = useDesk()
  const open = useDialog()
  const narrow = useNarrower(ONE_PANEL)
  const fresh = useFreshness()
  const demo = useSession((session) => session.info?.demo === true)
  const met = useSession((session) => session.info !== null)
  const show = (dialog: typeof open): void => place.setState({ dialog })
  const close = (): void => show(null)
  return (
    <div className="app" data-demo={demo} data-freshness={met ? fresh : 'fresh'}>
      <TitleBar narrow={narrow} onSettings={() => show('settings')} onAbout={() => show('about')}>
        <VenueStrip />
      </TitleBar>
      <Banners />
      <main className="app-main">{narrow ? <NarrowLayout /> : <WideLayout />}</main>
      <StatusBar />
      <SettingsDialog
        open={open === 'settings' || open === 'analyses'}
        part={open === 'analyses' ? 'analyses' : null}
        onOpenChange={close}
      />
      <AboutDialog open={open === 'about'} onOpenChange={close} />
      <ExportDialog open={open === 'export'} onOpenChange={close} />
      <NoticeToasts />
      <AlertNews />
    </div>
  )
}
