import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RESOLUTIONS, type Resolution } from '../../../shared/domain/candle.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { EpochMs, TimeRange } from '../../../shared/domain/time.ts'
import { useEngineNow, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { MOST_MARKETS } from '../../state/history-choice.ts'
import { lastOf } from '../../state/span.ts'
import { fromField, spanFault, toField } from '../../state/wall-field.ts'
import { Button } from '../../ui/button.tsx'
import { Segments } from '../../ui/segments.tsx'
import { PRESET_NAMES, PRESETS, presetOf } from './model.ts'

const NAMES = Object.keys(RESOLUTIONS) as readonly Resolution[]

export interface ToolbarProps {
  readonly choices: readonly MarketId[]
  readonly markets: readonly MarketId[]
  readonly span: TimeRange
  readonly resolution: Resolution | null
  readonly onMarkets: (markets: readonly MarketId[]) => void
  readonly onSpan: (span: TimeRange) => void
  readonly onResolution: (resolution: Resolution | null) => void
  readonly onGoTo: (at: EpochMs) => void
  /** Rises when the reader asks for the field of the time to go to. */
  readonly goTo: number
  readonly onReplay: () => void
  /** Opens what takes trades out into a file. */
  readonly onExport: () => void
  /** Opens the analyses at the moment that is looked at. */
  readonly onAsk: () => void
}

/** Which markets, which stretch, in which resolution, and what to do with it. */
export function Toolbar(props: ToolbarProps) {
  const { t } = useTranslation()
  const { span, resolution, onSpan, onResolution } = props
  const now = useEngineNow()
  const id = useId()
  return (
    <div className="past-tools">
      <Markets {...props} />
      <Segments
        label={t('history.span')}
        value={presetOf(span, now) ?? 'none'}
        options={PRESET_NAMES.map((name) => ({
          value: name as string,
          text: t(`history.${name}`),
        }))}
        onChange={(name) => {
          const preset = PRESET_NAMES.find((each) => each === name)
          if (preset !== undefined) onSpan(lastOf(PRESETS[preset], now))
        }}
      />
      <label className="past-field" htmlFor={`${id}-resolution`}>
        <span>{t('history.resolution')}</span>
        <select
          className="select"
          id={`${id}-resolution`}
          value={resolution ?? ''}
          onChange={(event) =>
            onResolution(NAMES.find((each) => each === event.target.value) ?? null)
          }
        >
          <option value="">{t('history.fits')}</option>
          {NAMES.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <Stretch span={span} onSpan={onSpan} />
      <GoTo {...props} />
      <div className="past-acts">
        <Button icon="play" onClick={props.onReplay}>
          {t('history.replay')}
        </Button>
        <ExportButton onClick={props.onExport} />
        <Button icon="ask" onClick={props.onAsk}>
          {t('analysis.askMoment')}
        </Button>
      </div>
    </div>
  )
}

/** Says how far the one is that is under way. */
function ExportButton({ onClick }: { readonly onClick: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const share = useSession(({ exports }) => exports?.running?.share)
  return (
    <Button icon="export" aria-haspopup="dialog" onClick={onClick}>
      {t('export.open')}
      {share === undefined ? null : <span className="badge">{format.percent(share)}</span>}
    </Button>
  )
}

function Markets({ choices, markets, onMarkets }: ToolbarProps) {
  const { t } = useTranslation()
  const box = useRef<HTMLDetailsElement>(null)
  const toggle = (market: MarketId): void => {
    const rest = markets.filter((each) => each !== market)
    const next = rest.length === markets.length ? [...markets, market] : rest
    if (next.length > 0) onMarkets(next.slice(-MOST_MARKETS))
  }
  const [first = ''] = markets
  return (
    <details
      className="past-markets"
      ref={box}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || box.current === null) return
        box.current.open = false
        box.current.querySelector('summary')?.focus()
      }}
    >
      <summary
        className="button"
        aria-label={t('history.marketsLong', { n: markets.length, market: first })}
      >
        {first}
        {markets.length > 1 ? <span className="badge">+{markets.length - 1}</span> : null}
        <span aria-hidden="true">▾</span>
      </summary>
      <fieldset className="past-choices">
        <legend className="muted">{t('history.markets', { n: MOST_MARKETS })}</legend>
        {choices.map((market) => (
          <label key={market}>
            <input
              type="checkbox"
              checked={markets.includes(market)}
              disabled={markets.length >= MOST_MARKETS && !markets.includes(market)}
              onChange={() => toggle(market)}
            />
            {market}
          </label>
        ))}
      </fieldset>
    </details>
  )
}

/** From and to by the calendar. What is typed counts with Enter, or when the field is left. */
function Stretch({ span, onSpan }: Pick<ToolbarProps, 'span' | 'onSpan'>) {
  const { t } = useTranslation()
  const now = useEngineNow()
  const [typed, setTyped] = useState<{ readonly from: string; readonly to: string } | null>(null)
  const id = useId()
  const shown = typed ?? { from: toField(span.from), to: toField(span.to) }
  const [from, to] = [fromField(shown.from), fromField(shown.to)]
  const fault = typed === null ? null : spanFault(from, to, now)
  const take = (): void => {
    if (typed === null || fault !== null || from === null || to === null) return
    onSpan({ from, to })
    setTyped(null)
  }
  const field = (name: 'from' | 'to') => (
    <label className="past-field" htmlFor={`${id}-${name}`}>
      <span>{t(`history.${name}`)}</span>
      <input
        className="field"
        id={`${id}-${name}`}
        type="datetime-local"
        step="1"
        value={shown[name]}
        aria-invalid={fault !== null}
        aria-describedby={fault === null ? undefined : `${id}-fault`}
        onChange={(event) => setTyped({ ...shown, [name]: event.target.value })}
      />
    </label>
  )
  return (
    <form
      className="past-stretch"
      onSubmit={(event) => {
        event.preventDefault()
        take()
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) take()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setTyped(null)
      }}
    >
      {field('from')}
      {field('to')}
      <button type="submit" className="sr-only" tabIndex={-1}>
        {t('history.show')}
      </button>
      {fault === null ? null : (
        <span className="past-fault" id={`${id}-fault`} role="alert">
          {t(`history.fault.${fault}`)}
        </span>
      )}
    </form>
  )
}

function GoTo({ goTo, span, onGoTo }: ToolbarProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const id = useId()
  // The field begins with what is in sight, so that only a part of it has to be typed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it is asked for
  useEffect(() => {
    if (goTo === 0) return
    setTyped(toField((span.from + span.to) / 2))
    field.current?.focus()
  }, [goTo])
  const at = fromField(typed)
  return (
    <form
      className="past-go"
      onSubmit={(event) => {
        event.preventDefault()
        if (at !== null) onGoTo(at)
      }}
    >
      <label className="past-field" htmlFor={id}>
        <span>{t('history.goTo')}</span>
        <input
          ref={field}
          className="field"
          id={id}
          type="datetime-local"
          step="1"
          aria-keyshortcuts="g"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <Button type="submit" disabled={at === null}>
        {t('history.go')}
      </Button>
    </form>
  )
}
