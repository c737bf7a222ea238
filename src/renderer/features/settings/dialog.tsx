import { useTranslation } from 'react-i18next'
import { useDesk, usePreferences } from '../../binding/desk.ts'
import { LANGUAGE_NAMES } from '../../i18n/i18n.ts'
import { LANGUAGES, PALETTES } from '../../state/preferences.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Analysis } from './analysis.tsx'
import { Load } from './load.tsx'
import { Network } from './network.tsx'
import { Recording } from './recording.tsx'
import { Storage } from './storage.tsx'
import './settings.css'

export interface SettingsDialogProps {
  readonly open: boolean
  /** The part to begin with; null: the top. */
  readonly part: 'analyses' | null
  readonly onOpenChange: (open: boolean) => void
}

export function SettingsDialog({ open, part, onOpenChange }: SettingsDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('settings.title')}
      closeLabel={t('app.close')}
    >
      <Screen />
      <Recording />
      <Load />
      <Storage />
      <Analysis inView={part === 'analyses'} />
      <Network />
    </Dialog>
  )
}

/** Choices of this screen; they hold at once. */
function Screen() {
  const { t } = useTranslation()
  const { preferences } = useDesk()
  const language = usePreferences((each) => each.language)
  const palette = usePreferences((each) => each.palette)
  const palettes = { classic: t('settings.paletteClassic'), safe: t('settings.paletteSafe') }
  return (
    <section className="settings-part">
      <h3>{t('settings.screen')}</h3>
      <div className="settings-row">
        <span>{t('settings.language')}</span>
        <Segments
          label={t('settings.language')}
          value={language}
          options={LANGUAGES.map((value) => ({ value, text: LANGUAGE_NAMES[value] }))}
          onChange={(value) => preferences.setState({ language: value })}
        />
      </div>
      <div className="settings-row">
        <span>{t('settings.palette')}</span>
        <Segments
          label={t('settings.palette')}
          value={palette}
          options={PALETTES.map((value) => ({ value, text: palettes[value] }))}
          onChange={(value) => preferences.setState({ palette: value })}
        />
      </div>
    </section>
  )
}
