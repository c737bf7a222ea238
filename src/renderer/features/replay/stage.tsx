import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReplayStatus } from '../../../shared/contract/replay.ts'
import type { MarketSummary } from '../../../shared/contract/status.ts'
import type { Interval } from '../../../shared/domain/candle.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { useNotes } from '../../binding/analysis.ts'
import { useDesk, usePreferences, useSession, useViewVersion } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { CandleChart } from '../../charts/candle-chart.tsx'
import { jumped, REPLAY_INTERVALS, type ReplayView } from '../../state/replay-view.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { RowsBox } from '../../ui/rows-box.tsx'
import { Segments } from '../../ui/segments.tsx'
import { barMarks, intervalFor } from './model.ts'

/** Prints in the list; more pass too fast to be read. */
const ROWS = 80
const nothing = (): void => {}
const INTERVAL_CHOICES = REPLAY_INTERVALS.map((value) => ({ value, text: value }))

export interface StageProps {
  readonly status: ReplayStatus
  readonly market: MarketId
}

/** Chart and tape of one market of the replay. */
export function Stage({ status, market }: StageProps) {
  const view = useReplayView(status, market)
  const summary = status.summaries.find((each) => each.market === market)
  const flags = useMemo(
    () => status.firings.filter((each) => each.market === market).map(({ at }) => at),
    [status.firings, market],
  )
  if (view === null) return null
  return (
    <>
      <Chart
        view={view}
        status={status}
        flags={flags}
        decimals={summary?.priceDecimals ?? 2}
        begin={intervalFor(status.request)}
      />
      <Prints view={view} summary={summary} />
    </>
  )
}

/** Opens the market of the replay, and follows its clock when that jumps. */
function useReplayView(status: ReplayStatus, market: MarketId): ReplayView | null {
  const desk = useDesk()
  const [view, setView] = useState<ReplayView | null>(null)
  const before = useRef<ReplayStatus>(status)
  const at = useRef(status.at)
  at.current = status.at
  useEffect(() => {
    if (at.current === null) return
    const opened = desk.openReplay(market, at.current)
    setView(opened)
    return () => opened.close()
  }, [desk, market])
  useEffect(() => {
    if (view !== null && status.at !== null && jumped(before.current, status)) view.jump(status.at)
    before.current = status
  }, [view, status])
  return view
}

interface ChartProps {
  readonly view: ReplayView
  readonly status: ReplayStatus
  readonly flags: readonly number[]
  readonly decimals: number
  /** Shown until another is chosen. */
  readonly begin: Interval
}

function Chart({ view, status, flags, decimals, begin }: ChartProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const palette = usePreferences((preferences) => preferences.palette)
  const [interval, setInterval] = useState<Interval>(begin)
  useEffect(() => view.show(interval), [view, interval])
  const source = view.series(interval)
  const bars = useSyncExternalStore(view.subscribe, () => source.bars.length)
  // The bars are one array that grows: its length tells when there is a new one to look at.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const marks = useMemo(() => barMarks(source.bars), [source, bars])
  const text = useMemo(
    () => ({
      price: (value: number) => format.fixed(value, decimals),
      time: format.dateTime,
      axis: format.axis,
    }),
    [format, decimals],
  )
  const { showAnswer, showMoment } = useDesk()
  const notes = useReplayNotes(view.market, status)
  const failure = view.failure()
  const older = useCallback(() => view.older(interval), [view, interval])
  return (
    <section className="replay-chart" aria-label={t('replay.chart', { market: view.market })}>
      <div className="replay-chart-tools">
        <strong>{view.market}</strong>
        <Segments
          label={t('replay.bars')}
          value={interval}
          options={INTERVAL_CHOICES}
          onChange={setInterval}
        />
        <Button
          size="small"
          icon="ask"
          disabled={status.at === null}
          onClick={() => (status.at === null ? undefined : showMoment(view.market, status.at))}
        >
          {t('analysis.askMoment')}
        </Button>
      </div>
      <div className="replay-canvas">
        <CandleChart
          source={source}
          subscribe={view.subscribe}
          text={text}
          decimals={decimals}
          palette={palette}
          live={0}
          marks={marks}
          flags={flags}
          notes={notes}
          onNote={showAnswer}
          focus={null}
          onPoint={nothing}
          onFollow={nothing}
          onOlder={older}
        />
        {failure === null ? null : (
          <div className="panel-corner">
            <Message tone="alarm" title={t('chart.failed')} why={t(`failure.${failure.code}`)} />
          </div>
        )}
      </div>
    </section>
  )
}

/** Answers about moments that the replay has reached: what was said later is not shown before. */
function useReplayNotes(market: MarketId, { request, at }: ReplayStatus) {
  const notes = useNotes(market, request?.from ?? null, request?.to ?? null)
  const seen = at === null ? 0 : notes.filter((note) => note.at <= at).length
  // Newest first: as many of the last as were reached.
  return useMemo(() => notes.slice(notes.length - seen), [notes, seen])
}

interface PrintsProps {
  readonly view: ReplayView
  readonly summary: MarketSummary | undefined
}

/** The newest trades that were played. */
function Prints({ view, summary }: PrintsProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const version = useViewVersion(view)
  // The version stands for the ring behind it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const entries = useMemo(() => view.tape.newestFirst().slice(0, ROWS), [view, version])
  // A market that is watched knows its steps; of the others the tape may know less.
  const live = useSession(({ summaries }) =>
    summaries?.find(({ market }) => market === view.market),
  )
  const { priceDecimals: price = 2, qtyDecimals: qty = 0 } = live ?? summary ?? {}
  return (
    <section className="replay-tape" aria-label={t('replay.tape')}>
      <h3>{t('replay.tape')}</h3>
      <RowsBox label={t('replay.tape')}>
        {entries.length === 0 ? <p className="muted">{t('replay.tapeEmpty')}</p> : null}
        <ul>
          {entries.map((entry) =>
            entry.kind === 'skipped' ? (
              <li className="replay-skipped muted" key={entry.serial}>
                {t('replay.skipped', { n: format.count(entry.count) })}
              </li>
            ) : (
              <li className="replay-print" key={entry.serial}>
                <span>{format.timeMs(entry.exchangeTime)}</span>
                <span className={`num ${entry.side}`}>
                  <span aria-hidden="true">{entry.side === 'buy' ? '▲' : '▼'} </span>
                  <span className="sr-only">
                    {t(entry.side === 'buy' ? 'tape.buy' : 'tape.sell')}{' '}
                  </span>
                  {format.exact(entry.price, price)}
                </span>
                <span className="num">{format.exact(entry.qty, qty)}</span>
              </li>
            ),
          )}
        </ul>
      </RowsBox>
    </section>
  )
}
