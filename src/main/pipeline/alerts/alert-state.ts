import type { AlertId } from '../../../shared/domain/alert.ts'
import type { OutlookState } from './outlook.ts'
import type { RuleState } from './rule.ts'
import type { RingColumns } from './trade-ring.ts'

/** Raised whenever what is saved means something else. */
const VERSION = 1
const HEAD_BYTES = 8
/** Bytes of a row: time, price, quantity as doubles, the side. */
const WIDE = 8
const COLUMNS = ['time', 'price', 'steps', 'side'] as const

export interface EvaluatorState {
  readonly at: number | null
  /** Whether it was counted how long nothing came: some rule was judged by instants. */
  readonly counts: boolean
  readonly rules: readonly {
    readonly id: AlertId
    readonly text: string
    readonly hysteresis: number
    readonly state: RuleState
  }[]
  readonly outlook: OutlookState
}

export interface Unpacked {
  readonly state: EvaluatorState
  /** Rows of the markets of the state, in their order. */
  readonly columns: readonly RingColumns[]
}

/**
 * Version and length of the text, the text (JSON), then the columns of each market, little-endian. In memory that threads
 * share: with long windows it is large, and the thread of the trades need not stand still for a copy of it.
 * @param rows of each market of the state, in any number of parts
 */
export function packState(
  state: EvaluatorState,
  rows: readonly (readonly RingColumns[])[],
): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(state))
  const count = rows.flat().reduce((sum, { time }) => sum + time.length, 0)
  const size = HEAD_BYTES + text.length + count * (3 * WIDE + 1)
  const bytes = new Uint8Array(new SharedArrayBuffer(size))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, VERSION, true)
  view.setUint32(4, text.length, true)
  bytes.set(text, HEAD_BYTES)
  let at = HEAD_BYTES + text.length
  for (const parts of rows)
    for (const name of COLUMNS)
      for (const { [name]: column } of parts) {
        // As they lie in memory: little-endian on all that this runs on (checked by a test).
        bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at)
        at += column.byteLength
      }
  return bytes
}

/** What was packed; null when it is of another version or no such thing. */
export function unpackState(bytes: Uint8Array): Unpacked | null {
  if (bytes.length < HEAD_BYTES) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getUint32(4, true)
  if (view.getUint32(0, true) !== VERSION || HEAD_BYTES + length > bytes.length) return null
  const text = new TextDecoder().decode(bytes.subarray(HEAD_BYTES, HEAD_BYTES + length))
  const state = stateIn(text)
  if (state === null) return null
  const total = state.outlook.markets.reduce((sum, { rows }) => sum + rows, 0)
  if (bytes.length !== HEAD_BYTES + length + total * (3 * WIDE + 1)) return null
  let at = HEAD_BYTES + length
  const doubles = (count: number): Float64Array => {
    // A copy: columns of doubles begin at multiples of eight bytes.
    const column = new Float64Array(bytes.slice(at, at + count * WIDE).buffer)
    at += count * WIDE
    return column
  }
  const columns = state.outlook.markets.map(({ rows }) => {
    const [time, price, steps] = [doubles(rows), doubles(rows), doubles(rows)]
    const side = bytes.slice(at, at + rows)
    at += rows
    return { time, price, steps, side }
  })
  return { state, columns }
}

/**
 * The state of a running evaluator with what was missed put right: windows, figures and what holds come from a state
 * that was `rebuilt` from the whole tape; rests, counts and what the clock says stay. `running` as it is where the other
 * is of no use.
 */
export function mergeStates(running: Uint8Array, rebuilt: Uint8Array): Uint8Array {
  const [mine, theirs] = [unpackState(running), unpackState(rebuilt)]
  if (mine === null || theirs === null) return running
  const rules = new Map(theirs.state.rules.map((rule) => [rule.id, rule]))
  const places = new Map(theirs.state.outlook.markets.map(({ market }, i) => [market, i]))
  const { outlook } = mine.state
  const spreads = Object.entries(theirs.state.outlook.figures).filter(([name]) =>
    name.startsWith('spread('),
  )
  return packState(
    {
      ...mine.state,
      rules: mine.state.rules.map((rule) => {
        const better = rules.get(rule.id)
        if (better?.text !== rule.text || better.hysteresis !== rule.hysteresis) return rule
        const { restsUntil, isSpent, heldBack, pending } = rule.state
        const { on } = better.state
        return {
          ...rule,
          state: { ...better.state, restsUntil, isSpent, heldBack, pending: pending && on },
        }
      }),
      outlook: {
        ...outlook,
        figures: { ...outlook.figures, ...Object.fromEntries(spreads) },
        markets: outlook.markets.map(
          (market) => theirs.state.outlook.markets[places.get(market.market) ?? -1] ?? market,
        ),
      },
    },
    mine.columns.map((columns, i) => {
      const market = outlook.markets[i]?.market
      const place = market === undefined ? undefined : places.get(market)
      return [(place === undefined ? undefined : theirs.columns[place]) ?? columns]
    }),
  )
}

function stateIn(text: string): EvaluatorState | null {
  try {
    return JSON.parse(text) as EvaluatorState
  } catch {
    return null
  }
}
