import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useOpenSummary, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import type { PrintEntry, TapeEntry } from '../../state/tape.ts'
import { Button } from '../../ui/button.tsx'
import { useRowHeight } from '../../ui/row-height.ts'
import { largest, skippedWords } from './model.ts'
import type { Pause } from './pause.ts'
import { describePrint, PrintRow, SkippedRow } from './row.tsx'

const ROW_REM = 1.5

/** The part of the tape in sight. It stands still under the pointer and when scrolled away. */
export function TapeList({ pause }: { readonly pause: Pause }) {
  const { t } = useTranslation()
  const format = useFormat()
  const box = useRef<HTMLDivElement>(null)
  const away = useRef(false)
  return (
    <div className="tape">
      <TapeHeads />
      {/* biome-ignore lint/a11y/useSemanticElements: rows are placed by hand, which <ul> does not change */}
      <div
        className="tape-list"
        role="list"
        aria-label={t('tape.title')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
        tabIndex={0}
        ref={box}
        onPointerEnter={() => pause.hold('hover', true)}
        onPointerLeave={() => pause.hold('hover', false)}
        onScroll={(event) => {
          const isAway = event.currentTarget.scrollTop > 4
          if (isAway === away.current) return
          away.current = isAway
          pause.hold('scroll', isAway)
        }}
      >
        <Rows pause={pause} box={box} />
      </div>
      {pause.paused ? (
        <div className="tape-waiting">
          <Button
            size="small"
            icon="up"
            onClick={() => {
              box.current?.scrollTo({ top: 0 })
              pause.release()
            }}
          >
            {t('tape.toTop')}
            <span className="muted">{t('tape.pausedNew', { n: format.count(pause.waiting) })}</span>
          </Button>
        </div>
      ) : null}
    </div>
  )
}

function TapeHeads() {
  const { t } = useTranslation()
  return (
    <div className="tape-heads" aria-hidden="true">
      <span>{t('tape.time')}</span>
      <span className="num">{t('tape.price')}</span>
      <span className="num">{t('tape.qty')}</span>
      <span className="num">{t('tape.notional')}</span>
    </div>
  )
}

interface RowsProps {
  readonly pause: Pause
  readonly box: React.RefObject<HTMLDivElement | null>
}

function Rows({ pause, box }: RowsProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const row = useOpenSummary()
  const words = useSession((session) => skippedWords(session.engine))
  const height = useRowHeight(ROW_REM)
  const { entries } = pause
  const most = useMemo(() => largest(entries), [entries])
  const list = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: 6,
  })
  const items = list.getVirtualItems()
  const detail = useCallback((entry: PrintEntry) => describePrint(entry, format, t), [format, t])
  const slot = slots(entries, items.length)
  const side = { buy: t('tape.buy'), sell: t('tape.sell') }
  return (
    <div className="tape-rows" role="presentation" style={{ height: list.getTotalSize() }}>
      {/* The rows in sight follow one another; only the block is placed, so old rows are kept as
          they are when new ones come in above them. */}
      <div role="presentation" style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
        {items.map(({ index }) => {
          const entry = entries[index]
          if (entry === undefined) return null
          return entry.kind === 'skipped' ? (
            <SkippedRow key={slot(entry)} entry={entry} words={words} format={format} />
          ) : (
            <PrintRow
              key={slot(entry)}
              entry={entry}
              most={most}
              priceDecimals={row?.priceDecimals ?? 0}
              qtyDecimals={row?.qtyDecimals ?? 0}
              format={format}
              word={side[entry.side]}
              detail={detail}
            />
          )
        })}
      </div>
    </div>
  )
}

/**
 * The key of a row. While the serials are without holes a new row takes the place of the one that
 * left, so that a fast tape moves elements and does not make new ones.
 */
function slots(entries: readonly TapeEntry[], inSight: number): (entry: TapeEntry) => string {
  const newest = entries[0]?.serial ?? 0
  const oldest = entries.at(-1)?.serial ?? 0
  const whole = newest - oldest === entries.length - 1
  return whole
    ? ({ kind, serial }) => `${kind} ${serial % Math.max(1, inSight)}`
    : ({ serial }) => String(serial)
}
