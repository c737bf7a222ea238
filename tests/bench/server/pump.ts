import type { Duplex } from 'node:stream'
import { type Frames, pingFrame } from './frames.ts'

/** What a client is to be sent. */
export interface Run {
  readonly trades: number
  /** Frames a second, one frame a write; null: as fast as the client reads, many a write. */
  readonly framesPerSecond: number | null
}

/** The pings whose pongs say that everything before was read. */
export const WARM = 'warm'
export const END = 'end'

const WRITE_BYTES = 128 * 1_024

/** How the run is cut: which frames, and after which one the warm-up is over. */
export interface Plan {
  readonly frames: number
  readonly trades: number
  readonly warmFrames: number
  readonly warmTrades: number
}

/** The first fifth is warm-up. A frame is not cut, so that there may be a few trades more than asked for. */
export function planOf({ trades }: Frames, wanted: number): Plan {
  const upTo = (count: number): number => {
    const found = trades.findIndex((total) => total >= count)
    return found < 0 ? trades.length : found + 1
  }
  const [frames, warmFrames] = [upTo(wanted), upTo(wanted / 5)]
  return {
    frames,
    trades: trades[frames - 1] ?? 0,
    warmFrames,
    warmTrades: trades[warmFrames - 1] ?? 0,
  }
}

/**
 * Many frames a write, never more than the client takes. After the warm-up it waits for `go`: whoever
 * measures reads the client's figures while it has nothing to do.
 */
export async function blast(
  socket: Duplex,
  frames: Frames,
  plan: Plan,
  go: () => Promise<void>,
): Promise<void> {
  frames.stampAll(Date.now())
  await send(socket, frames, 0, plan.warmFrames)
  socket.write(pingFrame(WARM))
  await go()
  await send(socket, frames, plan.warmFrames, plan.frames)
  socket.write(pingFrame(END))
}

async function send(socket: Duplex, frames: Frames, from: number, to: number): Promise<void> {
  let start = from === 0 ? 0 : (frames.ends[from - 1] ?? 0)
  for (let i = from; i < to && !socket.destroyed; i += 1) {
    const end = frames.ends[i] ?? start
    if (end - start < WRITE_BYTES && i + 1 < to) continue
    if (!socket.write(frames.bytes.subarray(start, end))) await drained(socket)
    start = end
  }
}

const drained = (socket: Duplex): Promise<void> =>
  new Promise((resolve) => {
    const go = (): void => {
      socket.off('drain', go).off('close', go)
      resolve()
    }
    socket.on('drain', go).on('close', go)
  })

/** One frame a write, so many a second, each stamped as it leaves. */
export async function pace(
  socket: Duplex,
  frames: Frames,
  plan: Plan,
  framesPerSecond: number,
  go: () => Promise<void>,
): Promise<void> {
  await trickle(socket, frames, [0, plan.warmFrames], framesPerSecond)
  socket.write(pingFrame(WARM))
  await go()
  await trickle(socket, frames, [plan.warmFrames, plan.frames], framesPerSecond)
  socket.write(pingFrame(END))
}

async function trickle(
  socket: Duplex,
  frames: Frames,
  [from, to]: readonly [number, number],
  framesPerSecond: number,
): Promise<void> {
  const begun = performance.now()
  for (let i = from; i < to && !socket.destroyed; ) {
    const passed = Math.floor(((performance.now() - begun) * framesPerSecond) / 1_000)
    const now = Date.now()
    for (; i < Math.min(to, from + passed); i += 1) {
      frames.stamp(i, now)
      const start = i === 0 ? 0 : (frames.ends[i - 1] ?? 0)
      // A copy: the socket may hold it while the next run stamps its times.
      socket.write(Buffer.from(frames.bytes.subarray(start, frames.ends[i])))
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
