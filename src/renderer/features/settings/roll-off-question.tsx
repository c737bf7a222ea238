import { useTranslation } from 'react-i18next'
import type { RollOffPreview } from '../../../shared/contract/storage.ts'
import { useFormat } from '../../binding/format.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'

interface RollOffQuestionProps {
  /** What would go; null: nothing is asked. */
  readonly preview: RollOffPreview | null
  readonly onCancel: () => void
  readonly onRemove: () => void
}

/** Asks before trades are removed, since nothing brings them back. */
export function RollOffQuestion({ preview, onCancel, onRemove }: RollOffQuestionProps) {
  const { t } = useTranslation()
  const format = useFormat()
  if (preview === null) return null
  const { trades, markets, bytes } = preview
  return (
    <Dialog
      open={true}
      onOpenChange={(open) => {
        if (!open) onCancel()
      }}
      title={t('storage.askTitle')}
      closeLabel={t('storage.cancel')}
    >
      <div className="storage-question">
        <p>
          {t('storage.ask', {
            trades: format.count(trades),
            markets: format.count(markets),
            bytes: format.bytes(bytes),
          })}
        </p>
        <p>{t('storage.askMore')}</p>
        <p className="settings-failure">{t('storage.askNoUndo')}</p>
      </div>
      <div className="settings-save">
        <Button tone="primary" onClick={onCancel}>
          {t('storage.cancel')}
        </Button>
        <Button onClick={onRemove}>{t('storage.remove')}</Button>
      </div>
    </Dialog>
  )
}
