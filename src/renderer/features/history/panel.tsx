import { type KeyboardEvent, memo, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { EpochMs, TimeRange } from '../../../shared/domain/time.ts'
import { useDesk, useFreshness, useView, useWatched } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import type { HistoryView } from '../../state/history-view.ts'
import { around, HOUR, lastOf, MINUTE, middleOf, surroundings, widthOf } from '../../state/span.ts'
import { Message } from '../../ui/message.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useAsked } from './asked.ts'
import { FiringsIn, GapsIn } from './lists.tsx'
import { beginningOf, choicesOf, lookAt, spanAfter } from './model.ts'
import { Pane } from './pane.tsx'
import { Toolbar } from './toolbar.tsx'
import { TradesAt } from './trades-at.tsx'
import { useWarmReading } from './warm.ts'
import './history.css'

/** Whatever was recorded: bars of any stretch, down to single trades. */
export function HistoryPanel() {
  const { t } = useTranslation()
  const fresh = useFreshness()
  const live = useView()?.market
  const watched = useWatched()
  const storage = useAsked('storage.report', {})
  const choices = useMemo(
    () =>
      choicesOf(
        watched ?? [],
        (storage.value?.markets ?? []).map(({ market }) => market),
      ),
    [watched, storage.value],
  )
  const [oldest] = storage.value?.markets ?? []
  useWarmReading(oldest?.market, oldest?.first ?? null)
  const { history } = useDesk()
  const chosen = useStore(history, ({ markets }) => markets)
  const first = live ?? choices[0]
  const markets = useMemo(
    () => (chosen.length > 0 ? chosen : first === undefined ? [] : [first]),
    [chosen, first],
  )
  return (
    <Panel title={t('history.title')} old={fresh !== 'fresh'}>
      {markets.length === 0 ? (
        watched === null ? (
          <Message busy title={t('connection.connecting')} />
        ) : (
          <Message title={t('history.noMarkets')} why={t('history.noMarketsWhy')} />
        )
      ) : (
        <Past markets={markets} choices={choices} />
      )}
    </Panel>
  )
}

interface PastProps {
  readonly markets: readonly MarketId[]
  readonly choices: readonly MarketId[]
}

/** Drawn again when it shows something else, not with each push. */
const Past = memo(function Past({ markets, choices }: PastProps) {
  const { t } = useTranslation()
  const { history, go, place, showMoment, engineNow } = useDesk()
  const { resolution, cursor, span: chosenSpan } = useStore(history)
  const [begin] = useState(() => lastOf(HOUR, engineNow()))
  const span = chosenSpan ?? begin
  const [goTo, setGoTo] = useState(0)
  const views = useViews(markets)
  const [main] = views
  const setSpan = useCallback((next: TimeRange) => history.setState({ span: next }), [history])
  const setCursor = useCallback((at: EpochMs) => history.setState({ cursor: at }), [history])
  const gaps = useAsked('ledger.gaps', { market: markets[0] as MarketId, ...span, limit: 200 })
  const firings = useAsked('alerts.log', { limit: 200, ...span })
  const flags = useMemo(() => firings.value ?? [], [firings.value])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut that works from all of its parts
    <div
      className="past"
      onKeyDown={(event) => {
        if (event.key !== 'g' || isTyping(event)) return
        event.preventDefault()
        setGoTo((n) => n + 1)
      }}
    >
      <Toolbar
        choices={choices}
        markets={markets}
        span={span}
        resolution={resolution}
        goTo={goTo}
        onMarkets={(next) => history.setState({ markets: next })}
        onSpan={setSpan}
        onResolution={(next) => history.setState({ resolution: next })}
        onGoTo={(at) =>
          history.setState({ cursor: at, span: around(at, Math.min(widthOf(span), HOUR)) })
        }
        onAsk={() => {
          const [market] = markets
          if (market !== undefined) showMoment(market, lookAt(span, cursor) ?? middleOf(span))
        }}
        onExport={() => {
          history.setState({ span })
          place.setState({ dialog: 'export' })
        }}
        onReplay={() => {
          history.setState({ span, markets })
          go('replay')
        }}
      />
      <Stage span={span} views={views} markets={markets} onSpan={setSpan}>
        {views.map((view) => (
          <Pane
            key={view.market}
            view={view}
            span={span}
            resolution={resolution}
            cursor={cursor}
            flags={flags}
            onSpan={setSpan}
            onPick={setCursor}
          />
        ))}
      </Stage>
      <p className="past-help muted" id="past-keys">
        {t('history.keys')}
      </p>
      <div className="past-lists">
        {main === undefined ? null : <TradesAt view={main} at={lookAt(span, cursor)} />}
        <GapsIn
          asked={gaps}
          onShow={(gap) => history.setState({ span: surroundings(gap), cursor: gap.from })}
        />
        <FiringsIn
          asked={firings}
          onShow={({ at, time }) =>
            history.setState({ span: around(at, 10 * MINUTE), cursor: time })
          }
        />
      </div>
    </div>
  )
})

/** The past of each market shown; closed when it is shown no longer. */
function useViews(markets: readonly MarketId[]): readonly HistoryView[] {
  const desk = useDesk()
  const [views, setViews] = useState<readonly HistoryView[]>([])
  const key = markets.join(' ')
  // The key stands for the list, which is made anew at each drawing.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const opened = markets.map((market) => desk.openPast(market))
    setViews(opened)
    // Asked before anything is drawn for it: the engine reads while the page is busy with the rest.
    const unsubscribe = desk.history.subscribe(({ span, resolution }) => {
      if (span !== null) for (const view of opened) view.show(span, resolution)
    })
    return () => {
      unsubscribe()
      for (const view of opened) view.close()
    }
  }, [desk, key])
  return views
}

function isTyping({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  const field = target instanceof Element && target.closest('input, select, textarea') !== null
  return field || ctrlKey || metaKey || altKey
}

interface StageProps {
  readonly span: TimeRange
  readonly views: readonly HistoryView[]
  readonly markets: readonly MarketId[]
  readonly onSpan: (span: TimeRange) => void
  readonly children: React.ReactNode
}

/** The charts, one above the other, and the keys that move all of them. */
function Stage({ span, views, markets, onSpan, children }: StageProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { engineNow } = useDesk()
  const words = {
    market: markets.join(', '),
    from: format.dateTime(span.from),
    to: format.dateTime(span.to),
  }
  const latest = useRef(span)
  latest.current = span
  const toBeginning = async (): Promise<void> => {
    const firsts = await Promise.all(views.map((view) => view.beginning()))
    // Whoever went elsewhere meanwhile is not called back.
    const next = latest.current === span ? beginningOf(firsts, widthOf(span)) : null
    if (next !== null) onSpan(next)
  }
  return (
    <>
      <div
        className="past-stage"
        role="application"
        aria-label={t('history.chart', words)}
        aria-describedby="past-keys"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
        onKeyDown={(event) => {
          if (isTyping(event)) return
          if (event.key === 'Home') {
            event.preventDefault()
            void toBeginning()
            return
          }
          const next = spanAfter(event.key, span, engineNow())
          if (next === null) return
          event.preventDefault()
          onSpan(next)
        }}
      >
        {children}
      </div>
      <p className="sr-only" aria-live="polite">
        {t('history.sight', words)}
      </p>
    </>
  )
}
