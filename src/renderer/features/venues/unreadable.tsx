import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { VenueStatus } from '../../../shared/contract/status.ts'
import { useFormat } from '../../binding/format.ts'
import { Dialog } from '../../ui/dialog.tsx'

export interface UnreadableProps {
  readonly status: VenueStatus
  readonly label: string
}

/** How many frames nobody could read; the first of them opens, as the text that it is. */
export function Unreadable({ status, label }: UnreadableProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const { unreadable, unreadableExample: example } = status
  if (unreadable === 0) return null
  const count = t('venues.unreadable', { n: format.count(unreadable) })
  if (example === undefined)
    return (
      <span className="venue-unreadable" title={t('venues.unreadableLong')}>
        {count}
      </span>
    )
  return (
    <>
      <button
        type="button"
        className="venue-unreadable"
        aria-haspopup="dialog"
        aria-label={`${count}: ${t('venues.unreadableShow', { venue: label })}`}
        title={t('venues.unreadableShow', { venue: label })}
        onClick={() => setOpen(true)}
      >
        {count}
      </button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t('venues.unreadableTitle', { venue: label })}
        closeLabel={t('app.close')}
      >
        <p>{t('venues.unreadableWhy', { n: format.count(unreadable) })}</p>
        <h3 className="venue-frame-head">{t('venues.unreadableReason')}</h3>
        <p className="venue-frame-reason">{example.reason}</p>
        <h3 className="venue-frame-head">{t('venues.unreadableFrame')}</h3>
        {/* A hostile frame stays text: React writes it as a text node. */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard */}
        <pre className="venue-frame" tabIndex={0}>
          {example.frame}
        </pre>
      </Dialog>
    </>
  )
}
