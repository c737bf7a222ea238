import { random } from '../../src/main/simulator/random.ts'

/** Something that goes wrong on purpose, at a time after the start, milliseconds. */
export type Strike =
  | {
      readonly at: number
      readonly what: 'fault'
      readonly venue: string
      /** As the simulator's fault language has it, for now. */
      readonly spec: string
      /** sockets: all of the venue's sockets end. frames: they bring nothing. none: neither. */
      readonly breaks: 'sockets' | 'frames' | 'none'
      /** From when on the venue accepts connections (again), milliseconds after `at`. */
      readonly acceptsAfter: number
    }
  | { readonly at: number; readonly what: 'kill'; readonly downMs: number }
  | { readonly at: number; readonly what: 'disk-full'; readonly forMs: number }

export interface SchedulePlan {
  readonly minutes: number
  readonly seed: number
  readonly venues: readonly string[]
  readonly disconnects: number
  readonly kills: number
}

/** Small troubles that go on all the time, at every venue. */
export const STEADY = ['duplicate:p=0.01', 'reorder:p=0.01', 'bad-frame:p=0.003'] as const

type Draw = ReturnType<typeof random>
type Kind = (draw: Draw) => {
  readonly spec: string
  readonly breaks: 'sockets' | 'frames' | 'none'
  readonly acceptsAfter: number
}
const between = (draw: Draw, least: number, most: number): number =>
  least + draw.whole(most - least + 1)

/** Ways in which a venue forces a disconnect. */
const DISCONNECTS: readonly Kind[] = [
  () => ({ spec: 'cut:at=1ms', breaks: 'sockets', acceptsAfter: 0 }),
  () => ({ spec: 'cut:at=1ms,code=1001', breaks: 'sockets', acceptsAfter: 0 }),
  (draw) => {
    const ms = between(draw, 500, 4_000)
    return { spec: `cut:at=1ms,for=${ms}ms`, breaks: 'sockets', acceptsAfter: ms }
  },
]

/** The other troubles, in turn. */
const OTHERS: readonly Kind[] = [
  (draw) => ({
    spec: `stall:at=1ms,for=${between(draw, 8_000, 14_000)}ms`,
    breaks: 'frames',
    acceptsAfter: 0,
  }),
  (draw) => {
    // Nothing is delivered meanwhile, whatever the client does.
    const ms = between(draw, 8_000, 12_000)
    return { spec: `silent:at=1ms,for=${ms}ms`, breaks: 'frames', acceptsAfter: ms }
  },
  (draw) => {
    const ms = between(draw, 2_000, 4_000)
    return {
      spec: `refuse:at=1ms,for=${ms}ms,status=429,rest=1`,
      breaks: 'none',
      acceptsAfter: ms,
    }
  },
  (draw) => ({
    spec: `clock-step:at=1ms,ms=${between(draw, -900, 900)}`,
    breaks: 'none',
    acceptsAfter: 0,
  }),
  (draw) => ({
    spec: `slow-rest:at=1ms,by=${between(draw, 500, 2_000)}ms,for=8s`,
    breaks: 'none',
    acceptsAfter: 0,
  }),
  () => ({ spec: 'rest-down:at=1ms,for=6s', breaks: 'none', acceptsAfter: 0 }),
  () => ({ spec: 'shutdown:at=1ms', breaks: 'none', acceptsAfter: 0 }),
  () => ({ spec: 'oversized:at=1', breaks: 'sockets', acceptsAfter: 0 }),
]

/** Seeded: the same plan gives the same strikes on every machine. Ascending by time. */
export function schedule(plan: SchedulePlan): readonly Strike[] {
  const { minutes, venues, disconnects, kills } = plan
  const draw = random(plan.seed, 'soak')
  const end = minutes * 60_000
  const others = Math.max(OTHERS.length, Math.round(minutes * 4))
  const spread = (count: number, n: number): number =>
    Math.round(((n + draw.next()) * end) / Math.max(1, count))
  const venueOf = (n: number): string => venues[(n + draw.whole(2)) % venues.length] ?? ''
  const faults = (count: number, kinds: readonly Kind[]): Strike[] =>
    Array.from({ length: count }, (_, n) => {
      const kind = kinds[n % kinds.length] ?? DISCONNECTS[0]
      if (kind === undefined) throw new Error('no kinds of faults')
      return { at: spread(count, n), what: 'fault', venue: venueOf(n), ...kind(draw) }
    })
  const strikes: Strike[] = [
    ...faults(disconnects, DISCONNECTS),
    ...faults(others, OTHERS),
    ...Array.from({ length: kills }, (_, n) => ({
      at: spread(kills, n),
      what: 'kill' as const,
      downMs: between(draw, 200, 2_500),
    })),
    ...Array.from({ length: Math.ceil(minutes / 3) }, (_, n) => ({
      at: spread(Math.ceil(minutes / 3), n),
      what: 'disk-full' as const,
      forMs: between(draw, 1_500, 5_000),
    })),
  ]
  return strikes.sort((a, b) => a.at - b.at)
}
