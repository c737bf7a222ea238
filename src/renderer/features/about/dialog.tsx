import { useTranslation } from 'react-i18next'
import { useSession } from '../../binding/desk.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { CHARTS_NOTICE } from './notice.ts'
import './about.css'

export interface AboutDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** Which program this is, where it keeps its data, and whose work is inside. */
export function AboutDialog({ open, onOpenChange }: AboutDialogProps) {
  const { t } = useTranslation()
  const info = useSession((session) => session.info)
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('about.title')}
      closeLabel={t('app.close')}
    >
      <div className="about">
        <p>{t('about.what')}</p>
        {info === null ? (
          <p className="muted">{t('connection.connecting')}</p>
        ) : (
          <dl>
            <dt>{t('app.name')}</dt>
            <dd>{t('about.version', { version: info.version })}</dd>
            <dt>{t('about.shell')}</dt>
            <dd>
              {t(info.shell === 'electron' ? 'about.shellElectron' : 'about.shellBrowser')}
              {`, ${info.platform}`}
            </dd>
            <dt>{t('about.dataDir')}</dt>
            <dd className="about-path">{info.dataDir}</dd>
          </dl>
        )}
        <h3>{t('about.licences')}</h3>
        <p>{t('about.charts')}</p>
        <pre>{CHARTS_NOTICE}</pre>
        <p>
          <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
            https://www.tradingview.com/
          </a>
        </p>
        <p className="muted">{t('about.others')}</p>
      </div>
    </Dialog>
  )
}
