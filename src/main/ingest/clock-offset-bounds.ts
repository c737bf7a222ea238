import { type ClockReading, OWN_STEP_MS } from './clock-offset-reading.ts'

/** What readings together leave open: offset in milliseconds at a time, drift in ms per ms. */
export interface OffsetBounds {
  readonly at: number
  readonly lo: number
  readonly hi: number
  readonly driftLo: number
  readonly driftHi: number
}

/** Two quartz clocks that nobody corrects drift apart no faster than this (50 ppm). */
export const MOST_DRIFT = 50e-6
/** How much the drift itself may change within the window (temperature, NTP at work): 2 ppm. */
const WANDER = 2e-6
/** A wall clock that moved by more than this against the monotonic one was set. */
export const STEP_MS = 100

const HALVINGS = 50
/** Far below what a clock shows, above what a double rounds away here. */
const ROUNDING_MS = 1e-6

interface Strip {
  readonly x: number
  readonly lo: number
  readonly hi: number
}

/**
 * Every reading is a strip in which offset(t) = offset + drift × t must lie; what is common to all
 * strips is the answer. Nothing here is a guess: if the readings are right, so are the bounds. Tighter
 * than the reading with the shortest round trip, because one way is short in this one and the other
 * in that one. `undefined` when no line fits: one of the clocks was set.
 */
export function commonBounds(
  readings: readonly ClockReading[],
  at: number,
  skewMs: number,
): OffsetBounds | undefined {
  const base = readings.at(-1)?.lo
  if (base === undefined) return undefined
  const strips = readings.map((reading): Strip => {
    const age = Math.abs(at - reading.at)
    // A wall clock that was nudged since: the nudge is known, but not what it did to the readings.
    const nudged = Math.max(0, Math.abs(skewMs - reading.skewMs) - OWN_STEP_MS)
    const slack = WANDER * age + MOST_DRIFT * reading.rttMs + nudged + ROUNDING_MS
    return { x: reading.at - at, lo: reading.lo - base - slack, hi: reading.hi - base + slack }
  })
  const least = (drift: number): number => Math.max(...strips.map(({ x, lo }) => lo - drift * x))
  const most = (drift: number): number => Math.min(...strips.map(({ x, hi }) => hi - drift * x))
  const gap = (drift: number): number => least(drift) - most(drift)
  const middle = lowest(gap, -MOST_DRIFT, MOST_DRIFT)
  if (gap(middle) > 0) return undefined
  const driftLo = edge(gap, middle, -MOST_DRIFT)
  const driftHi = edge(gap, middle, MOST_DRIFT)
  return {
    at,
    lo: base + least(lowest(least, driftLo, driftHi)),
    hi: base + most(lowest((drift) => -most(drift), driftLo, driftHi)),
    driftLo,
    driftHi,
  }
}

/** The same at a later time without a new reading: wider by what the drift leaves open. */
export function boundsAt(bounds: OffsetBounds, at: number): OffsetBounds {
  const age = Math.max(0, at - bounds.at)
  return {
    ...bounds,
    at,
    lo: bounds.lo + (bounds.driftLo - WANDER) * age,
    hi: bounds.hi + (bounds.driftHi + WANDER) * age,
  }
}

/** Where a convex function is lowest in [from, to]. */
function lowest(of: (at: number) => number, from: number, to: number): number {
  let [low, high] = [from, to]
  for (let turn = 0; turn < HALVINGS; turn += 1) {
    const [one, other] = [low + (high - low) / 3, high - (high - low) / 3]
    if (of(one) <= of(other)) high = other
    else low = one
  }
  return (low + high) / 2
}

/** How far from `inside` towards `limit` a convex function stays at or below zero. */
function edge(of: (at: number) => number, inside: number, limit: number): number {
  if (of(limit) <= 0) return limit
  let [good, bad] = [inside, limit]
  for (let turn = 0; turn < HALVINGS; turn += 1) {
    const middle = (good + bad) / 2
    if (of(middle) <= 0) good = middle
    else bad = middle
  }
  return bad
}
