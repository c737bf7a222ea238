import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { LedgerStatus, MarketCoverage } from '../../../shared/contract/status.ts'
import { useDesk, useView } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { DASH } from '../../i18n/format.ts'
import { STATES, sortCoverage, sumCoverage } from './model.ts'

const MINUTE = 60_000

/** How much of the last 24 hours is complete, for all markets and each. */
export function CoverageTable({ ledger }: { readonly ledger: LedgerStatus }) {
  const { t } = useTranslation()
  const { select } = useDesk()
  const open = useView()?.market
  const list = useMemo(() => sortCoverage(ledger.coverage), [ledger.coverage])
  const all = useMemo(() => sumCoverage(ledger.coverage), [ledger.coverage])
  return (
    <section className="coverage" aria-label={t('completeness.day')}>
      <h3 className="completeness-head">{t('completeness.day')}</h3>
      <div className="coverage-scroll">
        <table>
          <Heads />
          <tbody>
            <tr className="coverage-all">
              <th scope="row">{t('completeness.allMarkets')}</th>
              <Cells name={t('completeness.allMarkets')} coverage={all} markets={list.length} />
            </tr>
            {list.map((coverage) => (
              <tr key={coverage.market} data-chosen={coverage.market === open}>
                <th scope="row">
                  <button
                    type="button"
                    className="coverage-market"
                    aria-pressed={coverage.market === open}
                    onClick={() => select(coverage.market)}
                  >
                    {coverage.market}
                  </button>
                </th>
                <Cells name={coverage.market} coverage={coverage} markets={1} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Heads() {
  const { t } = useTranslation()
  return (
    <thead>
      <tr>
        <th scope="col">{t('completeness.market')}</th>
        <td className="coverage-bar-head" />
        <th scope="col" className="num" title={t('completeness.coveredLong')}>
          {t('completeness.covered')}
        </th>
        {STATES.map((state) => (
          <th
            scope="col"
            className="num coverage-share"
            key={state}
            title={t(`minuteStateLong.${state}`)}
          >
            <i className="coverage-key" data-state={state} />
            {t(`minuteState.${state}`)}
          </th>
        ))}
        <th scope="col" className="num" title={t('completeness.recordedLong')}>
          {t('completeness.recorded')}
        </th>
      </tr>
    </thead>
  )
}

interface CellsProps {
  readonly name: string
  readonly coverage: Omit<MarketCoverage, 'market'>
  readonly markets: number
}

function Cells({ name, coverage, markets }: CellsProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { minutes, complete, backfilled } = coverage
  const known = minutes > 0
  const share = (value: number): string => (known ? format.share(value) : DASH)
  const words = {
    market: name,
    complete: share(complete),
    backfilled: share(backfilled),
    gap: share(coverage.gap),
    unknown: share(coverage.unknown),
  }
  const label = known
    ? t('completeness.shares', words)
    : `${name}: ${t('completeness.notMeasured')}`
  return (
    <>
      <td className="coverage-cell">
        <div className="coverage-bar" role="img" aria-label={label} title={label}>
          {STATES.map((state) =>
            coverage[state] > 0 ? (
              <i key={state} data-state={state} style={{ flexGrow: coverage[state] }} />
            ) : null,
          )}
        </div>
      </td>
      <td className="num coverage-covered">{share(complete + backfilled)}</td>
      {STATES.map((state) => (
        <td key={state} className="num coverage-share" data-zero={coverage[state] === 0}>
          {share(coverage[state])}
        </td>
      ))}
      <td className="num muted">
        {known ? format.age((minutes / Math.max(1, markets)) * MINUTE) : DASH}
      </td>
    </>
  )
}
