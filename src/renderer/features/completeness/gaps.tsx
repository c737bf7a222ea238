// biome-ignore-all lint/a11y/useSemanticElements: rows of a virtual list are placed by hand, which a table cannot
// biome-ignore-all lint/a11y/useFocusableInteractive: the buttons within take the focus
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LedgerStatus } from '../../../shared/contract/status.ts'
import type { Gap } from '../../../shared/domain/ledger.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { useAct, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { Segments } from '../../ui/segments.tsx'
import { GapRow } from './gap-row.tsx'
import {
  backfillOf,
  canCancel,
  countKinds,
  emptyVerdict,
  filterGaps,
  type GapFilter,
  KINDS,
  mergeGaps,
  sumCoverage,
} from './model.ts'
import { type OlderGaps, useOlderGaps } from './older-gaps.ts'

/** Every gap, newest first. */
export function Gaps({ ledger }: { readonly ledger: LedgerStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [filter, setFilter] = useState<GapFilter>({ kind: 'all', market: null })
  const older = useOlderGaps()
  const summaries = useSession((session) => session.summaries)
  const gaps = useMemo(() => {
    // The engine's state tells of watched markets; so does the list with the older ones.
    const watched = new Set(summaries?.map(({ market }) => market))
    return mergeGaps(
      older.gaps.filter(({ market }) => watched.has(market)),
      ledger.gaps,
    )
  }, [older.gaps, ledger.gaps, summaries])
  const shown = useMemo(() => filterGaps(gaps, filter), [gaps, filter])
  return (
    <section className="gaps" aria-label={t('completeness.gaps')}>
      <div className="gaps-tools">
        <h3 className="completeness-head">
          {t('completeness.gaps')}{' '}
          <span className="muted">
            {t('completeness.gapsCount', {
              n: format.count(shown.length),
              all: format.count(gaps.length),
            })}
          </span>
        </h3>
        <Filters gaps={gaps} filter={filter} onChange={setFilter} />
        <CancelAll gaps={gaps} />
      </div>
      {shown.length === 0 ? (
        <NoGaps ledger={ledger} filtered={gaps.length > 0} />
      ) : (
        <GapList gaps={shown} ledger={ledger} />
      )}
      <LeftOut ledger={ledger} older={older} />
    </section>
  )
}

interface FiltersProps {
  readonly gaps: readonly Gap[]
  readonly filter: GapFilter
  readonly onChange: (filter: GapFilter) => void
}

function Filters({ gaps, filter, onChange }: FiltersProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const markets = useMemo(() => [...new Set(gaps.map(({ market }) => market))].sort(), [gaps])
  const counts = useMemo(
    () => countKinds(filterGaps(gaps, { kind: 'all', market: filter.market })),
    [gaps, filter.market],
  )
  const words = {
    all: t('completeness.all'),
    pending: t('completeness.onlyOpen'),
    lost: t('completeness.onlyLost'),
    cancelled: t('completeness.onlyCancelled'),
    filled: t('completeness.onlyFilled'),
  }
  return (
    <>
      <Segments
        label={t('completeness.filterState')}
        value={filter.kind}
        options={KINDS.map((value) => ({
          value,
          text: `${words[value]} ${format.count(counts[value])}`,
        }))}
        onChange={(kind) => onChange({ ...filter, kind })}
      />
      <select
        className="select gaps-market"
        aria-label={t('completeness.filterMarket')}
        value={filter.market ?? ''}
        onChange={({ target }) =>
          onChange({ ...filter, market: target.value === '' ? null : (target.value as MarketId) })
        }
      >
        <option value="">{t('completeness.allMarkets')}</option>
        {markets.map((market) => (
          <option key={market} value={market}>
            {market}
          </option>
        ))}
      </select>
    </>
  )
}

function CancelAll({ gaps }: { readonly gaps: readonly Gap[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { act, busy } = useAct()
  const pending = gaps.filter(canCancel).length
  return (
    <Button
      size="small"
      disabled={busy || pending === 0}
      title={t('completeness.cancelAllLong')}
      onClick={() => act('ledger.cancel', {})}
    >
      {t('completeness.cancelAll', { n: format.count(pending) })}
    </Button>
  )
}

function NoGaps({ ledger, filtered }: { ledger: LedgerStatus; filtered: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const markets = useSession((session) => session.summaries?.length ?? 0)
  if (filtered) return <Message title={t('completeness.noneMatch')} />
  const { unknown } = sumCoverage(ledger.coverage)
  switch (emptyVerdict(ledger, markets)) {
    case 'markets':
      return <Message title={t('completeness.noMarkets')} why={t('completeness.noMarketsWhy')} />
    case 'early':
      return <Message title={t('completeness.noGapYet')} why={t('completeness.noGapYetWhy')} />
    case 'unproved':
      return (
        <Message
          title={t('completeness.noGap')}
          why={t('completeness.noGapWhy', { share: format.share(unknown) })}
        />
      )
    case 'nothing':
      return <Message title={t('completeness.nothing')} why={t('completeness.nothingWhy')} />
  }
}

function LeftOut({ ledger, older }: { ledger: LedgerStatus; older: OlderGaps }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (ledger.gapsLeftOut === 0 || older.state === 'read') return null
  return (
    <p className="gaps-more" role={older.failure === null ? undefined : 'alert'}>
      {older.failure === null
        ? t('completeness.leftOut', { n: format.count(ledger.gapsLeftOut) })
        : t('completeness.allFailed')}
      <Button size="small" disabled={older.state === 'reading'} onClick={older.read}>
        {older.state === 'reading'
          ? t('completeness.reading')
          : t(older.failure === null ? 'completeness.readAll' : 'app.retry')}
      </Button>
    </p>
  )
}

function GapList({
  gaps,
  ledger,
}: {
  readonly gaps: readonly Gap[]
  readonly ledger: LedgerStatus
}) {
  const { t } = useTranslation()
  const box = useRef<HTMLDivElement>(null)
  return (
    <div
      className="gap-table"
      role="table"
      aria-label={t('completeness.gaps')}
      aria-rowcount={gaps.length + 1}
    >
      <Heads />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard */}
      <div className="gap-list" role="rowgroup" tabIndex={0} ref={box}>
        <Rows gaps={gaps} ledger={ledger} box={box} />
      </div>
    </div>
  )
}

function Heads() {
  const { t } = useTranslation()
  return (
    <div role="rowgroup">
      <div className="gap-heads" role="row" aria-rowindex={1}>
        <span role="columnheader">{t('completeness.market')}</span>
        <span role="columnheader" className="num">
          {t('completeness.length')}
        </span>
        <span role="columnheader">{t('completeness.cause')}</span>
        <span role="columnheader" className="num">
          {t('completeness.missing')}
        </span>
        <span role="columnheader" className="num">
          {t('completeness.recovered')}
        </span>
        <span role="columnheader">{t('completeness.state')}</span>
        <span role="columnheader">
          <span className="sr-only">{t('completeness.actions')}</span>
        </span>
      </div>
    </div>
  )
}

interface RowsProps {
  readonly gaps: readonly Gap[]
  readonly ledger: LedgerStatus
  readonly box: React.RefObject<HTMLDivElement | null>
}

function Rows({ gaps, ledger, box }: RowsProps) {
  const list = useVirtualizer({
    count: gaps.length,
    getScrollElement: () => box.current,
    // What a row truly takes is measured: it is higher where the window is narrow.
    estimateSize: () => 44,
    getItemKey: (index) => gaps[index]?.id ?? index,
    overscan: 6,
  })
  return (
    <div role="presentation" className="gap-rows" style={{ height: list.getTotalSize() }}>
      {list.getVirtualItems().map(({ index, key, start }) => {
        const gap = gaps[index]
        return gap === undefined ? null : (
          <div
            role="presentation"
            key={key}
            data-index={index}
            ref={list.measureElement}
            style={{ transform: `translateY(${start}px)` }}
          >
            <GapRow gap={gap} backfill={backfillOf(gap, ledger.backfills)} place={index + 1} />
          </div>
        )
      })}
    </div>
  )
}
