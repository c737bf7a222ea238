import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/button.tsx'
import type { Pause } from './pause.ts'

export function PauseButton({ pause }: { readonly pause: Pause }) {
  const { t } = useTranslation()
  return (
    <IconButton
      icon={pause.paused ? 'play' : 'pause'}
      size="small"
      aria-pressed={pause.paused}
      label={t(pause.paused ? 'tape.resume' : 'tape.pause')}
      onClick={() => (pause.paused ? pause.release() : pause.hold('button', true))}
    />
  )
}
