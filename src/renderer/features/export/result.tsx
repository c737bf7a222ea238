import { useTranslation } from 'react-i18next'
import type { ExportedMarket, ExportRun } from '../../../shared/contract/export.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { CopyText } from '../../ui/copy-text.tsx'
import { faultOf, missingOf, nameOf } from './model.ts'

/** How an export ended. */
export function Result({ run }: { readonly run: ExportRun }) {
  const { t } = useTranslation()
  if (run.state === 'cancelled') return <p>{t('export.cancelled')}</p>
  if (run.failure !== null) return <Refused failure={run.failure} />
  return <Done run={run} />
}

/** Why it failed or was not begun, and what to do; in small letters what the engine says itself. */
export function Refused({ failure }: { readonly failure: Failure }) {
  const { t } = useTranslation()
  return (
    <div className="export-refused">
      <p className="export-fault">{t('export.failed')}</p>
      <p>{t(`export.fault.${faultOf(failure.code)}`)}</p>
      <p className="muted export-engine" lang="en">
        {failure.message}
      </p>
    </div>
  )
}

function Done({ run }: { readonly run: ExportRun }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { file, written, trades, bytes, elapsedMs } = run
  if (written === null || file === null) return null
  const words = { copied: t('export.copied'), byHand: t('export.copyByHand') }
  return (
    <>
      <p className="export-done">{t('export.done', { trades: format.count(trades) })}</p>
      <dl className="export-facts">
        <dt>{t('export.file')}</dt>
        <dd>
          <span className="export-name">{nameOf(file)}</span>
          <CopyText
            label={t('export.file')}
            text={file}
            copyLabel={t('export.copyFile')}
            {...words}
          />
          <Download path={file}>{t('export.download')}</Download>
        </dd>
        <dt>{t('export.size')}</dt>
        <dd>{format.bytes(bytes)}</dd>
        <dt>{t('export.took')}</dt>
        <dd>{elapsedMs < 1_000 ? format.ms(elapsedMs) : format.span(elapsedMs)}</dd>
        <dt>{t('export.hash')}</dt>
        <dd>
          <CopyText
            label={t('export.hash')}
            text={written.sha256}
            copyLabel={t('export.copyHash')}
            {...words}
          />
        </dd>
        <dt>{t('export.manifest')}</dt>
        <dd>
          <CopyText
            label={t('export.manifest')}
            text={written.manifest}
            copyLabel={t('export.copyManifest')}
            {...words}
          />
          <Download path={written.manifest}>{t('export.downloadManifest')}</Download>
        </dd>
      </dl>
      <table className="export-ledger">
        <caption>{t('export.ledger')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('export.market')}</th>
            <th scope="col" className="num">
              {t('export.trades')}
            </th>
            <th scope="col">{t('export.missing')}</th>
          </tr>
        </thead>
        <tbody>
          {written.markets.map((market) => (
            <tr key={market.market}>
              <th scope="row">
                {market.market}
                <Between market={market} />
              </th>
              <td className="num">{format.count(market.trades)}</td>
              <td>
                <MissingIn market={market} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

/** In a browser the engine's folder may be on another machine. */
function Download({ path, children }: { readonly path: string; readonly children: string }) {
  const browser = useSession((session) => session.info?.shell === 'browser')
  if (!browser) return null
  return (
    <a
      className="button export-download"
      href={`/exports/${encodeURIComponent(nameOf(path))}`}
      download
    >
      {children}
    </a>
  )
}

/** From the first trade to the last: less than was asked for where recording began later or ended before. */
function Between({ market: { first, last } }: { readonly market: ExportedMarket }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (first === null || last === null) return null
  return (
    <span className="export-for">
      {t('export.between', { from: format.dateTime(first), to: format.dateTime(last) })}
    </span>
  )
}

function MissingIn({ market }: { readonly market: ExportedMarket }) {
  const { t } = useTranslation()
  const format = useFormat()
  const missing = missingOf(market)
  if (missing === null) return t('export.noTrade')
  const all = format.count(missing.all)
  if (missing.gap === 0 && missing.unknown === 0) return t('export.whole', { n: all })
  return (
    <ul>
      {missing.gap === 0 ? null : (
        <li className="export-fault">{t('export.gap', { n: format.count(missing.gap), all })}</li>
      )}
      {missing.unknown === 0 ? null : (
        <li>{t('export.unknown', { n: format.count(missing.unknown), all })}</li>
      )}
    </ul>
  )
}
