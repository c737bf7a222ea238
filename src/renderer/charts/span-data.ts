import type { Candle } from '../../shared/domain/candle.ts'
import type { MinuteState } from '../../shared/domain/ledger.ts'
import type { TimeRange } from '../../shared/domain/time.ts'
import type { Mark } from './coverage-bands.ts'

/** Every place for a bar in a stretch, so that the axis is even: one bar as wide as the next. */
export interface Slots {
  /** Open time of the first, ms. */
  readonly first: number
  readonly length: number
  readonly count: number
}

export function slotsOf({ from, to }: TimeRange, length: number): Slots {
  const first = Math.floor(from / length) * length
  return { first, length, count: Math.max(1, Math.ceil((to - first) / length)) }
}

/** Place of a time on the axis: n at the left edge of the nth slot. */
export const edgeOf = ({ first, length }: Slots, at: number): number => (at - first) / length
export const timeAt = ({ first, length }: Slots, edge: number): number => first + edge * length

/** An item for each slot: made from its bar, or empty. */
export function fillSlots<T>(
  slots: Slots,
  candles: readonly Candle[],
  toItem: (candle: Candle) => T,
  empty: (openTime: number) => T,
): T[] {
  const items: T[] = []
  let next = 0
  for (let i = 0; i < slots.count; i += 1) {
    const open = slots.first + i * slots.length
    while ((candles[next]?.openTime ?? Number.POSITIVE_INFINITY) < open) next += 1
    const candle = candles[next]
    items.push(candle?.openTime === open ? toItem(candle) : empty(open))
  }
  return items
}

export interface Covered extends TimeRange {
  readonly state: MinuteState
}

/** The slots that are not complete, ascending. */
export function marksOf(slots: Slots, cover: readonly Covered[]): Mark[] {
  const marks: Mark[] = []
  const end = slots.first + slots.count * slots.length
  for (const { from, to, state } of cover) {
    if (state === 'complete') continue
    const begin = Math.max(slots.first, Math.floor(from / slots.length) * slots.length)
    for (let open = begin; open < Math.min(to, end); open += slots.length)
      marks.push({ openTime: open, state })
  }
  return marks
}
