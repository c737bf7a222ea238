import type { ServerTime } from '../venues/venue.ts'
import type { PongSample } from './request-times.ts'
import type { Timed } from './rest.ts'

/**
 * One reading of the venue's clock: the offset (venue − our wall clock, milliseconds) lay between `lo`
 * and `hi` then, however the round trip divided into there and back.
 */
export interface ClockReading {
  readonly lo: number
  readonly hi: number
  readonly rttMs: number
  /** Smallest step of the venue's clock, milliseconds. */
  readonly resolutionMs: number
  /** Our monotonic clock then, milliseconds. */
  readonly at: number
  /** Our wall clock minus our monotonic clock then: it moves when the wall clock is set. */
  readonly skewMs: number
}

/** Our wall clock and our monotonic clock, read together. */
export interface LocalTime {
  readonly wall: number
  readonly monotonic: number
}

/** Our wall clock shows whole milliseconds: it is up to this much further than it says. */
export const OWN_STEP_MS = 1

const PONG_STEP_MS = 0.001

/**
 * From one REST answer. The venue read its clock at some time between sending and receiving, and a
 * clock that shows steps is up to one step further than it shows.
 */
export function restReading(
  { value, sentAt, rttMs }: Omit<Timed<ServerTime>, 'bytes'>,
  now: LocalTime,
): ClockReading {
  const shown = value.time + (value.micros ?? 0) / 1_000
  return reading(shown, shown, { sentAt, rttMs, resolutionMs: value.resolutionMs }, now)
}

/**
 * From an answer on the socket that names both its times, as NTP does: the request came in no earlier
 * than it was sent, the answer left no later than it was received. The time between does not count.
 */
export const pongReading = (sample: PongSample, now: LocalTime): ClockReading =>
  reading(
    sample.inMicros / 1_000,
    sample.outMicros / 1_000,
    { sentAt: sample.sentAt, rttMs: sample.rttMs, resolutionMs: PONG_STEP_MS },
    now,
  )

function reading(
  cameIn: number,
  left: number,
  way: { readonly sentAt: number; readonly rttMs: number; readonly resolutionMs: number },
  now: LocalTime,
): ClockReading {
  const { sentAt, rttMs, resolutionMs } = way
  return {
    lo: left - (sentAt + OWN_STEP_MS + rttMs),
    hi: cameIn + resolutionMs - sentAt,
    rttMs,
    resolutionMs,
    at: now.monotonic,
    skewMs: now.wall - now.monotonic,
  }
}
