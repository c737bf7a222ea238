import { Child } from '../harness/child.ts'
import type { Usage } from '../harness/probe.ts'
import type { Armed } from '../server/main.ts'
import type { Run } from '../server/pump.ts'
import type { Seen } from './variants/client.ts'
import type { VenueServer } from './venue-server.ts'

/** One run of one client, between its first fifth and its end. */
export interface Measured {
  /** CPU of the whole process, all its threads, per trade. */
  readonly cpuMicros: number
  readonly tradesPerSecond: number
  readonly rssBytes: number
  /** What of the trades was lost or is odd; empty when all is well. */
  readonly failures: readonly string[]
  readonly note?: string
}

export interface MeasureOptions extends Run {
  readonly oneCore: boolean
  readonly deadlineMs: number
}

/** The figures between two looks at a process. */
export function between(
  { trades, warmTrades }: Armed,
  [from, to]: readonly [Usage, Usage],
  ms: number,
): Pick<Measured, 'cpuMicros' | 'tradesPerSecond' | 'rssBytes'> {
  const counted = trades - warmTrades
  return {
    cpuMicros: ((to.cpuMs - from.cpuMs) * 1_000) / counted,
    tradesPerSecond: (counted * 1_000) / ms,
    rssBytes: to.rssBytes,
  }
}

/** Runs one of `variants/` against the server. */
export async function measureVariant(
  server: VenueServer,
  variant: string,
  { oneCore, deadlineMs, ...run }: MeasureOptions,
): Promise<Measured> {
  const armed = await server.arm(run)
  const child = new Child(new URL(`./variants/${variant}.ts`, import.meta.url), {
    args: [server.venue, server.ws, server.rest],
    probe: true,
    oneCore,
    deadlineMs,
  })
  const work = async (): Promise<Measured> => {
    await server.begun()
    await server.warm()
    const from = await child.ask<Usage>('usage')
    server.go()
    const ms = await server.end()
    const to = await child.ask<Usage>('usage')
    const { failures, note } = judge(variant, armed, await child.ask<Seen>('seen'))
    return {
      ...between(armed, [from, to], ms),
      failures,
      ...(note !== undefined && { note }),
    }
  }
  try {
    return await child.orDead(work())
  } finally {
    await child.stop('SIGKILL')
  }
}

/** A client that saw less than was sent did less work: its figure would be a lie. */
function judge(variant: string, { frames, trades }: Armed, seen: Seen) {
  const [got, sent] = seen.trades === undefined ? [seen.frames, frames] : [seen.trades, trades]
  if (got === undefined || got >= sent) return { failures: [] }
  const text = `${variant} handed on ${got} of ${sent}`
  // Known of the exchange library in a blast; it is no fault of the bench.
  return variant === 'ccxt' ? { failures: [], note: text } : { failures: [text] }
}
