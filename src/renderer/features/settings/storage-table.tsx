import { useTranslation } from 'react-i18next'
import type { StorageReport } from '../../../shared/contract/storage.ts'
import { useFormat } from '../../binding/format.ts'
import { readDays, type StorageDraft, type StorageRow, storageRows } from './storage-model.ts'

interface StorageTableProps {
  readonly report: StorageReport
  readonly draft: StorageDraft
  readonly onDays: (market: string, days: string) => void
}

/** Market by market: what it takes, how fast it grows, from when on it is kept, and for how long. */
export function StorageTable({ report, draft, onDays }: StorageTableProps) {
  const { t } = useTranslation()
  const rows = storageRows(report, draft)
  if (rows.length === 0) return <p className="muted">{t('storage.noMarkets')}</p>
  return (
    <>
      <div className="storage-table">
        <table aria-label={t('storage.title')}>
          <thead>
            <tr>
              <th scope="col">{t('storage.market')}</th>
              <th scope="col">{t('storage.size')}</th>
              <th scope="col">{t('storage.perDay')}</th>
              <th scope="col">{t('storage.keptFrom')}</th>
              <th scope="col">{t('storage.days')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row
                key={row.market}
                row={row}
                days={draft.markets[row.market] ?? ''}
                asAll={draft.keepDays.trim()}
                onDays={(days) => onDays(row.market, days)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {rows.some(({ market }) => readDays(draft.markets[market] ?? '') === undefined) ? (
        <p className="settings-failure">{t('storage.keepWrong')}</p>
      ) : null}
    </>
  )
}

interface RowProps {
  readonly row: StorageRow
  readonly days: string
  /** The limit of all markets, as it is typed. */
  readonly asAll: string
  readonly onDays: (days: string) => void
}

function Row({ row: { market, bytes, bytesPerDay, keptFrom }, days, asAll, onDays }: RowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const wrong = readDays(days) === undefined
  return (
    <tr>
      <th scope="row">{market}</th>
      <td className="num">{format.bytes(bytes)}</td>
      <td className="num" title={bytesPerDay === null ? t('storage.early') : undefined}>
        {format.bytes(bytesPerDay)}
      </td>
      <td className="num" title={keptFrom === null ? undefined : format.dateMinute(keptFrom)}>
        {keptFrom === null ? t('storage.all') : format.axis(keptFrom, 'day')}
      </td>
      <td>
        <input
          className="field"
          inputMode="numeric"
          autoComplete="off"
          value={days}
          placeholder={asAll === '' ? t('storage.asAll') : asAll}
          aria-label={t('storage.daysOf', { market })}
          aria-invalid={wrong}
          onChange={(event) => onDays(event.target.value)}
        />
      </td>
    </tr>
  )
}
