import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, usePreferences, useSession } from '../../binding/desk.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Badge } from '../../ui/mark.tsx'
import { useDocumentTitle } from './document-title.ts'
import { Views } from './views.tsx'
import './title-bar.css'

export interface TitleBarProps {
  /** Tabs below choose what is shown. */
  readonly narrow: boolean
  readonly onSettings: () => void
  readonly onAbout: () => void
  /** Beside the name: how the venues stand. */
  readonly children: ReactNode
}

/** The upper edge: whose window this is, which tape runs, and the few things to press. */
export function TitleBar({ narrow, onSettings, onAbout, children }: TitleBarProps) {
  const { t } = useTranslation()
  const { setMode } = useDesk()
  const demo = useSession((session) => session.info?.demo === true)
  useDocumentTitle()
  return (
    <header className="title" data-demo={demo}>
      <h1 className="title-name">
        <Logo />
        {t('app.name')}
      </h1>
      {demo ? (
        <div className="title-demo">
          <Badge tone="demo">{t('app.demo')}</Badge>
          <span className="title-demo-long">{t('app.demoLong')}</span>
          <Button size="small" onClick={() => void setMode(false)}>
            {t('app.backToLive')}
          </Button>
        </div>
      ) : null}
      {narrow ? null : <Views />}
      {children}
      <div className="title-tools">
        <LayoutButtons />
        <IconButton icon="settings" label={t('app.settings')} onClick={onSettings} />
        <IconButton icon="info" label={t('app.about')} onClick={onAbout} />
      </div>
    </header>
  )
}

function LayoutButtons() {
  const { t } = useTranslation()
  const { preferences } = useDesk()
  const layout = usePreferences((each) => each.layout)
  const toggle = (side: 'leftOpen' | 'bottomOpen' | 'rightOpen'): void =>
    preferences.setState({ layout: { ...layout, [side]: !layout[side] } })
  return (
    <div className="title-layout">
      <IconButton
        icon="left"
        label={t('layout.toggleLeft')}
        aria-pressed={layout.leftOpen}
        onClick={() => toggle('leftOpen')}
      />
      <IconButton
        icon="bottom"
        label={t('layout.toggleBottom')}
        aria-pressed={layout.bottomOpen}
        onClick={() => toggle('bottomOpen')}
      />
      <IconButton
        icon="rightColumn"
        label={t('layout.toggleRight')}
        aria-pressed={layout.rightOpen}
        onClick={() => toggle('rightOpen')}
      />
    </div>
  )
}

/** Prints on a tape: resources/icon.svg without its ground. */
function Logo() {
  return (
    <svg className="title-logo" viewBox="0 0 16 16" aria-hidden="true">
      <path className="logo-buy" d="M2 3.5h8M2 8h5" />
      <path className="logo-sell" d="M12.5 3.5H14M9.5 8H14M2 12.5h3.5" />
      <path className="logo-buy" d="M8 12.5h6" />
    </svg>
  )
}
