import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { SIMULATED_VENUES, type SimulatedVenue } from './simulator.ts'

/** When a fault strikes: by chance per trade frame, at a frame or time once, or again and again. */
export type Trigger =
  | { readonly when: 'always' }
  | { readonly when: 'chance'; readonly probability: number }
  | { readonly when: 'frame'; readonly number: number; readonly again: boolean }
  | { readonly when: 'time'; readonly ms: number; readonly again: boolean }

export const FAULT_KINDS = [
  'drop',
  'duplicate',
  'delay',
  'reorder',
  'stall',
  'cut',
  'bad-frame',
  'skew',
  'shutdown',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/** One thing that goes wrong on purpose. */
export interface Fault {
  readonly kind: FaultKind
  readonly trigger: Trigger
  /** Only at this venue; all venues if null. */
  readonly venue: SimulatedVenue | null
  /** stall: how long (null: for ever). cut: how long new connections are refused (null: not at all). */
  readonly forMs: number | null
  /** delay: how long; skew: venue − real, may be negative. */
  readonly ms: number
  /** drop: frames in a row. */
  readonly count: number
  /** cut: close code; null drops the TCP connection without a close frame. */
  readonly code: number | null
}

/** Which keys a kind takes besides `venue`, and whether it needs a trigger. */
const FORMS: Readonly<
  Record<FaultKind, { readonly keys: readonly string[]; readonly trigger: 'must' | 'may' | 'no' }>
> = {
  drop: { keys: ['n'], trigger: 'must' },
  duplicate: { keys: [], trigger: 'must' },
  delay: { keys: ['by'], trigger: 'may' },
  reorder: { keys: [], trigger: 'must' },
  stall: { keys: ['for'], trigger: 'must' },
  cut: { keys: ['for', 'code'], trigger: 'must' },
  'bad-frame': { keys: [], trigger: 'must' },
  skew: { keys: ['ms'], trigger: 'no' },
  shutdown: { keys: [], trigger: 'must' },
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** Reads `20s`, `500ms`, `1.5m`; `undefined` if it is no duration above zero. */
function duration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text)
  const unit = UNITS[match?.[2] ?? '']
  const ms = unit === undefined ? 0 : Number(match?.[1]) * unit
  return ms > 0 ? ms : undefined
}

function wholeNumber(text: string | undefined, least: number): number | undefined {
  if (text === undefined || !/^-?\d{1,9}$/.test(text)) return undefined
  const value = Number(text)
  return value >= least ? value : undefined
}

/** Reads one of `p=0.05`, `at=10`, `at=10s`, `every=100`, `every=20s`. */
function readTrigger(keys: ReadonlyMap<string, string>): Trigger | string {
  const given = ['p', 'at', 'every'].filter((key) => keys.has(key))
  const key = given[0]
  if (key === undefined) return { when: 'always' }
  if (given.length > 1) return `give one of p, at and every, not ${given.join(' and ')}`
  const text = keys.get(key) ?? ''
  if (key === 'p') {
    const probability = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN
    return probability > 0 && probability <= 1
      ? { when: 'chance', probability }
      : `p=${text} is not a probability above 0 and up to 1`
  }
  const again = key === 'every'
  const number = wholeNumber(text, 1)
  if (number !== undefined) return { when: 'frame', number, again }
  const ms = duration(text)
  if (ms !== undefined) return { when: 'time', ms, again }
  return `${key}=${text} is neither a number of frames (10) nor a time (500ms, 20s, 5m)`
}

/**
 * Reads a fault spec, `kind:key=value,key=value`:
 *
 * - `drop:p=0.01` loses trade frames on the way (`n=5`: five in a row); REST still has the trades
 * - `duplicate:p=0.05` sends a trade frame twice
 * - `delay:by=200ms` holds every trade frame so long, in order; with a trigger only some
 * - `reorder:p=0.05` sends a trade frame after the next one of its market
 * - `stall:at=30s,for=10s` keeps sockets open and silent, then everything arrives; for ever without `for`
 * - `cut:every=20s` drops connections (`code=1001` with a close frame, `for=5s` refuses new ones)
 * - `bad-frame:at=10` puts an unreadable frame before a trade frame
 * - `skew:ms=-750` lets the venue's clock be that far off
 * - `shutdown:at=60s` announces maintenance the venue's way, then closes
 *
 * Triggers: `p` chance per trade frame; `at` once, `every` again and again, at a number of trade
 * frames sent by the venue or after a time since its start. `venue=okx` limits a fault to one venue.
 */
export function parseFault(spec: string): Outcome<Fault> {
  const wrong = (why: string) => fail('invalid', `Fault "${spec}": ${why}.`)
  const colon = spec.indexOf(':')
  const name = (colon < 0 ? spec : spec.slice(0, colon)).trim()
  const kind = FAULT_KINDS.find((known) => known === name)
  if (kind === undefined) return wrong(`"${name}" is not one of ${FAULT_KINDS.join(', ')}`)
  const form = FORMS[kind]
  const keys = new Map<string, string>()
  for (const part of colon < 0 ? [] : spec.slice(colon + 1).split(',')) {
    const [key = '', value = ''] = part.split('=', 2).map((side) => side.trim())
    const known = ['venue', ...form.keys, ...(form.trigger === 'no' ? [] : ['p', 'at', 'every'])]
    if (!known.includes(key)) return wrong(`${kind} takes ${known.join(', ')}, not "${key}"`)
    if (value === '') return wrong(`${key} has no value`)
    if (keys.has(key)) return wrong(`${key} is given twice`)
    keys.set(key, value)
  }
  const trigger = readTrigger(keys)
  if (typeof trigger === 'string') return wrong(trigger)
  if (form.trigger === 'must' && trigger.when === 'always')
    return wrong(`${kind} needs p=…, at=… or every=…`)
  return readFigures(kind, keys, trigger, wrong)
}

function readFigures(
  kind: FaultKind,
  keys: ReadonlyMap<string, string>,
  trigger: Trigger,
  wrong: (why: string) => Outcome<never>,
): Outcome<Fault> {
  const venueText = keys.get('venue')
  const venue = SIMULATED_VENUES.find((known) => known === venueText) ?? null
  if (venueText !== undefined && venue === null)
    return wrong(`venue=${venueText} is not one of ${SIMULATED_VENUES.join(', ')}`)
  const timed = kind === 'delay' ? 'by' : 'for'
  const length = keys.has(timed) ? duration(keys.get(timed) ?? '') : null
  if (length === undefined) return wrong(`${timed}=${keys.get(timed)} is not a time such as 200ms`)
  if (kind === 'delay' && length === null) return wrong('delay needs by=…, such as by=200ms')
  const skew = kind === 'skew' ? wholeNumber(keys.get('ms'), -999_999_999) : 0
  if (skew === undefined) return wrong('skew needs ms=…, whole milliseconds such as ms=-750')
  const count = wholeNumber(keys.get('n') ?? '1', 1)
  if (count === undefined) return wrong('n must be a whole number above 0')
  const code = keys.has('code') ? wholeNumber(keys.get('code'), 1_000) : null
  if (code === undefined || (code !== null && !closeCode(code)))
    return wrong(
      `code=${keys.get('code')} is not a close code that may be sent (1000, 1001, 4000…)`,
    )
  return ok({
    kind,
    trigger,
    venue,
    forMs: kind === 'delay' ? null : length,
    ms: kind === 'delay' ? (length ?? 0) : skew,
    count,
    code,
  })
}

/** Codes that the WebSocket protocol lets a server send. */
const closeCode = (code: number): boolean =>
  (code >= 1_000 && code <= 1_014 && ![1_004, 1_005, 1_006].includes(code)) ||
  (code >= 3_000 && code <= 4_999)
