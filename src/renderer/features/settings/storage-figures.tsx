import { useTranslation } from 'react-i18next'
import type { StorageReport } from '../../../shared/contract/storage.ts'
import { useFormat } from '../../binding/format.ts'
import { isDiskLow, type Outlook, outlookOf } from './storage-model.ts'

/** The figures of the whole tape, and in a sentence what will come of them. */
export function StorageFigures({ report }: { readonly report: StorageReport }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { bytesPerDay, freeBytes, rolledOff } = report
  const outlook = outlookOf(report)
  return (
    <div className="storage-figures">
      <dl>
        <Figure name={t('storage.used')} value={format.bytes(report.usedBytes)} />
        <Figure
          name={t('storage.growth')}
          value={bytesPerDay === null ? t('storage.early') : format.bytes(bytesPerDay)}
        />
        <Figure
          name={t('storage.free')}
          value={freeBytes === null ? t('storage.unknown') : format.bytes(freeBytes)}
        />
      </dl>
      <p data-alarm={outlook.kind === 'over' || outlook.kind === 'diskFirst'}>
        <OutlookText outlook={outlook} />
      </p>
      {isDiskLow(report) && freeBytes !== null ? (
        <p data-alarm={true}>{t('storage.diskLow', { bytes: format.bytes(freeBytes) })}</p>
      ) : null}
      {rolledOff === null ? null : (
        <p className="muted">
          {t('storage.rolledOff', {
            day: format.dateMinute(rolledOff.at),
            trades: format.count(rolledOff.trades),
            bytes: format.bytes(rolledOff.bytes),
          })}
        </p>
      )}
    </div>
  )
}

function OutlookText({ outlook }: { readonly outlook: Outlook }) {
  const { t } = useTranslation()
  const format = useFormat()
  switch (outlook.kind) {
    case 'early':
      return t('storage.earlyWhy')
    case 'still':
      return t('storage.still')
    case 'full':
      return t('storage.budgetFull')
    case 'over':
      return t('storage.overBudget', { bytes: format.bytes(outlook.bytes) })
    case 'budget':
      return t('storage.budgetFullIn', { days: format.days(outlook.days) })
    case 'disk':
      return t('storage.diskFullIn', { days: format.days(outlook.days) })
    case 'diskFirst':
      return t('storage.diskFirst', { days: format.days(outlook.days) })
  }
}

const Figure = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)
