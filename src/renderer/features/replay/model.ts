import type {
  ReplayAction,
  ReplayPace,
  ReplayRequest,
  ReplayStatus,
} from '../../../shared/contract/replay.ts'
import type { Candle, Interval } from '../../../shared/domain/candle.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../../shared/domain/time.ts'

export const PACES: readonly ReplayPace[] = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 100, 300, 1_000, 'max']

/** What the form holds; numbers as they were typed. */
export interface ReplayForm {
  readonly markets: readonly MarketId[]
  readonly from: string
  readonly to: string
  readonly order: ReplayRequest['order']
  readonly alerts: boolean
  readonly drop: string
  readonly delay: string
  readonly skew: string
  readonly seed: string
}

export const FIRST_FORM = {
  order: 'received',
  alerts: true,
  drop: '0',
  delay: '0',
  skew: '0',
  seed: '1',
} as const

const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))
const within = (text: string, least: number, most: number): boolean =>
  number(text) >= least && number(text) <= most

/** Fields of the faults that hold no number which can be used. */
export function badFields(form: ReplayForm): ReadonlySet<'drop' | 'delay' | 'skew' | 'seed'> {
  const day = 86_400_000
  const good = {
    drop: within(form.drop, 0, 100),
    delay: within(form.delay, 0, day),
    skew: within(form.skew, -600_000, 600_000),
    seed: Number.isInteger(number(form.seed)) && within(form.seed, 0, 2 ** 32 - 1),
  }
  const names = ['drop', 'delay', 'skew', 'seed'] as const
  return new Set(names.filter((name) => !good[name]))
}

/** What the form asks for, without faults where all are zero. */
export function requestOf(form: ReplayForm, from: EpochMs, to: EpochMs): ReplayRequest {
  const faults = {
    seed: number(form.seed),
    drop: number(form.drop) / 100,
    delayMs: Math.round(number(form.delay)),
    skewMs: Math.round(number(form.skew)),
  }
  const none = faults.drop === 0 && faults.delayMs === 0 && faults.skewMs === 0
  const { markets, order, alerts } = form
  return { markets, from, to, order, alerts, ...(none ? {} : { faults }) }
}

/** How far the clock is through its stretch, 0–1. */
export function shareOf({ request, at }: ReplayStatus): number {
  if (request === null || at === null) return 0
  return Math.min(1, Math.max(0, (at - request.from) / (request.to - request.from)))
}

/** The moment at a share of the stretch. */
export const momentAt = ({ from, to }: ReplayRequest, share: number): EpochMs =>
  epochMs(Math.round(from + (to - from) * Math.min(1, Math.max(0, share))))

/** What a key means while a replay is loaded; `live`: back to live. Null: nothing. */
export function keyMeaning(key: string, status: ReplayStatus): ReplayAction | 'live' | null {
  if (key === 'Escape') return 'live'
  const { request, state } = status
  if (request === null || (state !== 'paused' && state !== 'playing' && state !== 'ended'))
    return null
  const seek = (share: number): ReplayAction => ({ do: 'seek', to: momentAt(request, share) })
  switch (key) {
    case ' ':
      return state === 'ended' ? null : { do: state === 'playing' ? 'pause' : 'play' }
    case '.':
      return state === 'ended' ? null : { do: 'step', by: 'trade' }
    case ',':
      return state === 'ended' ? null : { do: 'step', by: 'bar' }
    case 'ArrowLeft':
      return seek(shareOf(status) - 0.01)
    case 'ArrowRight':
      return seek(shareOf(status) + 0.01)
    case 'Home':
      return seek(0)
    case 'End':
      return seek(1)
    default:
      return null
  }
}

/** A stretch of a few minutes is looked at in seconds, which are bars enough. */
const SHORT = 10 * 60_000
export const intervalFor = (request: ReplayRequest | null): Interval =>
  request !== null && request.to - request.from <= SHORT ? '1s' : '1m'

/** Bars that are not complete, for the hatching. */
export const barMarks = (bars: readonly Candle[]) =>
  bars.flatMap(({ openTime, state }) =>
    state === undefined || state === 'complete' ? [] : [{ openTime, state }],
  )
