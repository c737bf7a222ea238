import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReplayAction, ReplayStatus } from '../../../shared/contract/replay.ts'
import { useDesk } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { notify } from '../../state/notices.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { keyMeaning, momentAt, PACES, shareOf } from './model.ts'

export type Act = (action: ReplayAction) => void

/** Sends what the person does. While one is under way only the newest of those that follow is kept. */
export function useReplayAct(): Act {
  const { connection, notices } = useDesk()
  const busy = useRef(false)
  const next = useRef<ReplayAction | null>(null)
  const send = async (action: ReplayAction): Promise<void> => {
    busy.current = true
    const outcome = await connection.call('replay.act', action)
    busy.current = false
    if (!outcome.ok) notify(notices, { kind: 'failed', failure: outcome.failure })
    const waiting = next.current
    next.current = null
    if (waiting !== null) void send(waiting)
  }
  return (action) => {
    if (busy.current) next.current = action
    else void send(action)
  }
}

/** Keys that work wherever the focus is, but in a field or a dialog. */
export function useReplayKeys(status: ReplayStatus, act: Act, live: () => void): void {
  const latest = useRef({ status, act, live })
  latest.current = { status, act, live }
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isTaken(event)) return
      const now = latest.current
      const meaning = keyMeaning(event.key, now.status)
      if (meaning === null) return
      event.preventDefault()
      if (meaning === 'live') now.live()
      else now.act(meaning)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

/** Whether the key means something else where the focus is. */
function isTaken({ target, key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || document.querySelector('[role="dialog"]') !== null)
    return true
  if (!(target instanceof Element) || key === 'Escape') return false
  // The scrubber takes the keys that move it, and no others.
  const fields = 'select, input:not([type="range"])'
  if (key === ' ') return target.closest(`${fields}, button, summary, a`) !== null
  const moves = key.startsWith('Arrow') || key === 'Home' || key === 'End'
  const movers = 'input, [role="radio"], [role="row"], [role="separator"]'
  return target.closest(moves ? `${fields}, ${movers}` : fields) !== null
}

export interface ControlsProps {
  readonly status: ReplayStatus
  readonly act: Act
}

/** Play, step, seek, pace. */
export function Controls({ status, act }: ControlsProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { state, pace, at, trades } = status
  const playing = state === 'playing'
  const still = state !== 'playing' && state !== 'paused'
  return (
    <div className="replay-controls">
      <Button
        icon={playing ? 'pause' : 'play'}
        tone="primary"
        disabled={still}
        aria-keyshortcuts="Space"
        onClick={() => act({ do: playing ? 'pause' : 'play' })}
      >
        {t(playing ? 'replay.pause' : 'replay.play')}
      </Button>
      <IconButton
        icon="stepTrade"
        label={t('replay.stepTrade')}
        disabled={still}
        onClick={() => act({ do: 'step', by: 'trade' })}
      />
      <IconButton
        icon="stepBar"
        label={t('replay.stepBar')}
        disabled={still}
        onClick={() => act({ do: 'step', by: 'bar' })}
      />
      <label className="replay-pace">
        <span className="muted">{t('replay.pace')}</span>
        <select
          className="select"
          value={String(pace)}
          onChange={(event) => {
            const chosen = PACES.find((each) => String(each) === event.target.value)
            if (chosen !== undefined) act({ do: 'pace', pace: chosen })
          }}
        >
          {PACES.map((each) => (
            <option key={each} value={String(each)}>
              {each === 'max'
                ? t('replay.max')
                : `${format.count(each) === '0' ? each : format.short(each).replace(/[.,]00$/, '')}×`}
            </option>
          ))}
        </select>
      </label>
      <Scrubber status={status} act={act} />
      <output className="replay-clock" aria-label={t('replay.clock')}>
        {at === null ? '–' : `${format.dateTime(at)}`}
      </output>
      <span className="muted replay-trades">{t('replay.trades', { n: format.count(trades) })}</span>
    </div>
  )
}

/** Steps of the scrubber; it is as fine as a screen is wide. */
const STEPS = 2_000

function Scrubber({ status, act }: ControlsProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [held, setHeld] = useState<number | null>(null)
  const { request, at } = status
  if (request === null || at === null) return null
  const value = held ?? Math.round(shareOf(status) * STEPS)
  return (
    <input
      className="replay-scrubber"
      type="range"
      min={0}
      max={STEPS}
      step={1}
      value={value}
      aria-label={t('replay.seek')}
      aria-valuetext={format.dateTime(held === null ? at : momentAt(request, held / STEPS))}
      onChange={(event) => {
        const next = Number(event.target.value)
        setHeld(next)
        act({ do: 'seek', to: momentAt(request, next / STEPS) })
      }}
      onPointerUp={() => setHeld(null)}
      onKeyUp={() => setHeld(null)}
      onBlur={() => setHeld(null)}
    />
  )
}
