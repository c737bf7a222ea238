import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { duration, isCloseCode, readTrigger, type Trigger, wholeNumber } from './fault-values.ts'
import { SIMULATED_VENUES, type SimulatedVenue } from './simulator.ts'

export const FAULT_KINDS = [
  'drop',
  'duplicate',
  'delay',
  'reorder',
  'stall',
  'silent',
  'cut',
  'refuse',
  'bad-frame',
  'oversized',
  'skew',
  'clock-step',
  'lag',
  'slow-rest',
  'rest-down',
  'shutdown',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/** One thing that goes wrong on purpose. */
export interface Fault {
  readonly kind: FaultKind
  readonly trigger: Trigger
  /** Only at this venue; all venues if null. */
  readonly venue: SimulatedVenue | null
  /** How long it lasts once it struck (null: for ever); for a cut how long clients are kept out (null: not at all). */
  readonly forMs: number | null
  /** delay, slow-rest: how long; skew, clock-step: venue − real, may be negative. */
  readonly ms: number
  /** drop: frames in a row. */
  readonly count: number
  /** cut: close code; null drops the TCP connection without a close frame. */
  readonly code: number | null
  /** refuse: HTTP status, and whether REST calls are refused too. */
  readonly status: number
  readonly rest: boolean
  /** lag: how long a request is on its way, its answer, and at most more by chance on each way, ms. */
  readonly upMs: number
  readonly downMs: number
  readonly jitterMs: number
}

/** Which keys a kind takes besides `venue`, and whether it needs a trigger (`time`: of that sort, or none). */
interface Form {
  readonly keys: readonly string[]
  readonly trigger: 'must' | 'may' | 'no' | 'time' | 'must-time'
}

const FORMS: Readonly<Record<FaultKind, Form>> = {
  drop: { keys: ['n'], trigger: 'must' },
  duplicate: { keys: [], trigger: 'must' },
  delay: { keys: ['by'], trigger: 'may' },
  reorder: { keys: [], trigger: 'must' },
  stall: { keys: ['for'], trigger: 'must' },
  silent: { keys: ['for'], trigger: 'time' },
  cut: { keys: ['for', 'code'], trigger: 'must' },
  refuse: { keys: ['for', 'status', 'rest'], trigger: 'may' },
  'bad-frame': { keys: [], trigger: 'must' },
  oversized: { keys: [], trigger: 'must' },
  skew: { keys: ['ms'], trigger: 'no' },
  'clock-step': { keys: ['ms'], trigger: 'must-time' },
  lag: { keys: ['up', 'down', 'jitter'], trigger: 'no' },
  'slow-rest': { keys: ['by', 'for'], trigger: 'may' },
  'rest-down': { keys: ['for'], trigger: 'may' },
  shutdown: { keys: [], trigger: 'must' },
}

/**
 * Reads a fault spec, `kind:key=value,key=value`:
 *
 * - `drop:p=0.01` loses trade frames on the way (`n=5`: five in a row); REST still has the trades
 * - `duplicate:p=0.05` sends a trade frame twice
 * - `delay:by=200ms` holds every trade frame so long, in order; with a trigger only some
 * - `reorder:p=0.05` sends a trade frame after the next one of its market
 * - `stall:at=30s,for=10s` keeps sockets open and silent, then everything arrives; for ever without `for`
 * - `silent:at=30s,for=10s` loses all trade frames meanwhile; pings, heartbeats and answers go on
 * - `cut:every=20s` drops connections (`code=1001` with a close frame, `for=5s` refuses new ones)
 * - `refuse:at=5s,for=3s,status=429` answers handshakes with that HTTP status (503 if not given);
 *   with `rest=1` REST calls too. 429 and 418 come with Retry-After
 * - `bad-frame:at=10` puts an unreadable frame before a trade frame
 * - `oversized:at=10` puts a frame of 20 MB before a trade frame
 * - `skew:ms=-750` lets the venue's clock be that far off
 * - `clock-step:at=10s,ms=700` lets the venue's clock jump
 * - `lag:up=40ms,down=10ms,jitter=5ms` holds REST requests before they are read and answers afterwards
 * - `slow-rest:by=2s` holds REST answers; with a trigger only some
 * - `rest-down:at=5s,for=10s` drops the connections of REST calls
 * - `shutdown:at=60s` announces maintenance the venue's way, then closes
 *
 * Triggers: `p` chance per trade frame; `at` once, `every` again and again, at a number of trade
 * frames sent by the venue or after a time since its start. For `refuse`, `slow-rest` and
 * `rest-down` handshakes and calls are counted instead. `venue=okx` limits a fault to one venue.
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
  const unfit = unfitTrigger(kind, trigger)
  return unfit === undefined ? readFigures(kind, keys, trigger, wrong) : wrong(unfit)
}

function unfitTrigger(kind: FaultKind, { when }: Trigger): string | undefined {
  const { trigger } = FORMS[kind]
  if (trigger.startsWith('must') && when === 'always') return `${kind} needs p=…, at=… or every=…`
  if (trigger.endsWith('time') && when !== 'always' && when !== 'time')
    return `${kind} strikes at a time, such as at=10s`
  return undefined
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
  const lengths = readLengths(keys)
  if (typeof lengths === 'string') return wrong(lengths)
  if (FORMS[kind].keys.includes('by') && lengths.by === null)
    return wrong(`${kind} needs by=…, such as by=200ms`)
  if (kind === 'lag' && lengths.up === null && lengths.down === null)
    return wrong('lag needs up=… or down=…, such as up=40ms,down=10ms')
  const offset = FORMS[kind].keys.includes('ms') ? wholeNumber(keys.get('ms'), -999_999_999) : 0
  if (offset === undefined) return wrong(`${kind} needs ms=…, whole milliseconds such as ms=-750`)
  const count = wholeNumber(keys.get('n') ?? '1', 1)
  if (count === undefined) return wrong('n must be a whole number above 0')
  const code = keys.has('code') ? wholeNumber(keys.get('code'), 1_000) : null
  if (code === undefined || (code !== null && !isCloseCode(code)))
    return wrong(
      `code=${keys.get('code')} is not a close code that may be sent (1000, 1001, 4000…)`,
    )
  const status = wholeNumber(keys.get('status') ?? '503', 400)
  if (status === undefined || status > 599)
    return wrong(`status=${keys.get('status')} is not an HTTP status of refusal (400 to 599)`)
  const rest = keys.get('rest') ?? '0'
  if (rest !== '0' && rest !== '1') return wrong(`rest=${rest} is neither 0 nor 1`)
  return ok({
    kind,
    trigger,
    venue,
    forMs: lengths.for,
    ms: lengths.by ?? offset,
    count,
    code,
    status,
    rest: rest === '1',
    upMs: lengths.up ?? 0,
    downMs: lengths.down ?? 0,
    jitterMs: lengths.jitter ?? 0,
  })
}

type Lengths = Record<'for' | 'by' | 'up' | 'down' | 'jitter', number | null>

/** The keys that are durations, ms; a text says what is wrong. */
function readLengths(keys: ReadonlyMap<string, string>): Lengths | string {
  const lengths: Lengths = { for: null, by: null, up: null, down: null, jitter: null }
  for (const key of ['for', 'by', 'up', 'down', 'jitter'] as const) {
    const text = keys.get(key)
    if (text === undefined) continue
    const ms = duration(text)
    if (ms === undefined) return `${key}=${text} is not a time such as 200ms`
    lengths[key] = ms
  }
  return lengths
}
