import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { MarketSummary } from '../../../shared/contract/status.ts'
import { useFreshness, useOpenSummary, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'

export interface TitleParts {
  readonly name: string
  /** The word for the demo tape, when that runs. */
  readonly demo: string | null
  /** The word for figures that are no longer true, when that is so. */
  readonly stale: string | null
  readonly price: string | null
  readonly row: Pick<MarketSummary, 'symbol' | 'venue'> | undefined
}

/** `DEMO · 67,012.30 BTC-USDT okx – Tapedeck`; no price is shown that may be old. */
export function documentTitle({ name, demo, stale, price, row }: TitleParts): string {
  const what = row === undefined ? null : `${row.symbol} ${row.venue}`
  const head = stale ?? (price === null ? what : `${price} ${what ?? ''}`)
  const parts = [...(demo === null ? [] : [demo]), ...(head === null ? [] : [head])]
  return parts.length === 0 ? name : `${parts.join(' · ')} – ${name}`
}

/** Keeps the title of the window or tab true. */
export function useDocumentTitle(): void {
  const { t } = useTranslation()
  const format = useFormat()
  const row = useOpenSummary()
  const fresh = useFreshness()
  const demo = useSession((session) => session.info?.demo === true)
  const title = documentTitle({
    name: t('app.name'),
    demo: demo ? t('app.demo') : null,
    stale: fresh === 'lost' ? t('app.titleStale') : null,
    price:
      row === undefined || row.last === null ? null : format.fixed(row.last, row.priceDecimals),
    row,
  })
  useEffect(() => {
    document.title = title
  }, [title])
}
