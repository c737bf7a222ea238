import { drawFrom, type SyntheticTrade, synthetic } from '../harness/synthetic.ts'
import { type Dialect, STAMP } from './dialect.ts'

/** All frames of a run, made before its clock starts: sending them is copying. */
export interface Frames {
  /** The frames one behind the other, with their heads (RFC 6455, 5.2). */
  readonly bytes: Buffer
  /** Where frame i ends. */
  readonly ends: Uint32Array
  /** Trades up to and with frame i. */
  readonly trades: Uint32Array
  /** Writes the times of all frames so that the last trade was matched at `now`. */
  stampAll(now: number): void
  /** Writes `now` into one frame. */
  stamp(frame: number, now: number): void
}

/** Makes `count` trades into frames; `stretch`: of the times between them (`synthetic`). */
export function makeFrames(dialect: Dialect, count: number, stretch = 1): Frames {
  const random = drawFrom(7)
  const parts: Buffer[] = []
  const ends: number[] = []
  const totals: number[] = []
  const times: number[] = []
  const stamps: number[] = []
  const firstStamps: number[] = []
  let size = 0
  let trades = 0
  const add = (group: readonly SyntheticTrade[]): void => {
    const text = dialect.frame(group, random)
    const frame = textFrame(text)
    firstStamps.push(stamps.length)
    const headLength = frame.length - text.length
    for (let at = text.indexOf(STAMP); at >= 0; at = text.indexOf(STAMP, at + STAMP.length))
      stamps.push(size + headLength + at)
    parts.push(frame)
    size += frame.length
    trades += group.length
    ends.push(size)
    totals.push(trades)
    times.push(group[0]?.time ?? 0)
  }
  let group: SyntheticTrade[] = []
  for (const trade of synthetic(count, { stretch })) {
    if (group.length > 0 && !(dialect.bursts && trade.burst)) {
      add(group)
      group = []
    }
    group.push(trade)
  }
  add(group)
  firstStamps.push(stamps.length)
  const bytes = Buffer.concat(parts)
  const last = times.at(-1) ?? 0
  const stampWith = (frame: number, time: number): void => {
    const until = firstStamps[frame + 1] ?? stamps.length
    for (let i = firstStamps[frame] ?? until; i < until; i += 1) digits(bytes, stamps[i] ?? 0, time)
  }
  return {
    bytes,
    ends: Uint32Array.from(ends),
    trades: Uint32Array.from(totals),
    stampAll(now) {
      for (let i = 0; i < ends.length; i += 1) stampWith(i, now - last + (times[i] ?? 0))
    },
    stamp: stampWith,
  }
}

function digits(bytes: Buffer, at: number, time: number): void {
  let rest = time
  for (let i = at + STAMP.length - 1; i >= at; i -= 1) {
    bytes[i] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
}

/** An unmasked text frame, as servers send them. ASCII only. */
export function textFrame(text: string): Buffer {
  const length = text.length
  const head =
    length < 126
      ? Buffer.from([0x81, length])
      : length < 65_536
        ? Buffer.from([0x81, 126, length >> 8, length & 255])
        : undefined
  if (head === undefined) throw new RangeError(`a frame of ${length} bytes`)
  return Buffer.concat([head, Buffer.from(text, 'latin1')])
}

/** An unmasked ping. */
export const pingFrame = (payload: string): Buffer =>
  Buffer.concat([Buffer.from([0x89, payload.length]), Buffer.from(payload, 'latin1')])
