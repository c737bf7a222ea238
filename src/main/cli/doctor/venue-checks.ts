import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import { agreedOffset, TOLERATED_OFFSET_MS } from '../../../shared/domain/clock-agreement.ts'
import type { Clock } from '../../ports.ts'
import type { Config } from '../../services/config-schema.ts'
import type { RestCall, RestHeaders, Venue } from '../../venues/venue.ts'
import { type CheckResult, reason, result } from './check.ts'

const DEADLINE_MS = 5_000
/** Our own clock is read in whole milliseconds: it is up to this much further than it says. */
const OWN_STEP_MS = 1

/** How far a venue's clock is ahead of ours, and how surely that is known. Milliseconds. */
export interface ClockSample {
  readonly venue: string
  readonly offsetMs: number
  readonly uncertaintyMs: number
}

/** REST and WebSocket of every venue, side by side, and our clock against what they say together. */
export async function checkVenues(
  venues: readonly Venue[],
  config: Config,
  clock: Clock,
): Promise<readonly CheckResult[]> {
  const wanted = venues.filter(({ id }) => config.venues?.[id]?.enabled !== false)
  const visits = await Promise.all(wanted.map((venue) => visit(venue, config, clock)))
  const samples = visits.flatMap(({ sample }) => (sample === null ? [] : [sample]))
  return [...visits.map(({ check }) => check), checkClock(samples)]
}

/** Our clock by the middle of the samples, or by the only one. */
export function checkClock(samples: readonly ClockSample[]): CheckResult {
  const [best] = samples.toSorted((one, other) => one.uncertaintyMs - other.uncertaintyMs)
  if (best === undefined)
    return result('clock', 'warn', 'not checked: no venue told its time', 'See the venues')
  const agreed = agreedOffset(samples)
  const { offsetMs, uncertaintyMs } = agreed ?? best
  const whom = agreed === null ? best.venue : `${agreed.clocks} venues`
  const way = offsetMs >= 0 ? 'behind' : 'ahead of'
  const message = `${Math.abs(Math.round(offsetMs))} ms ${way} ${whom} (± ${Math.ceil(uncertaintyMs)} ms)`
  return Math.abs(offsetMs) > Math.max(TOLERATED_OFFSET_MS, uncertaintyMs)
    ? result('clock', 'warn', message, 'Switch on time synchronisation (NTP) on this computer')
    : result('clock', 'ok', message)
}

async function visit(
  venue: Venue,
  config: Config,
  clock: Clock,
): Promise<{ readonly check: CheckResult; readonly sample: ClockSample | null }> {
  const name = `venue:${venue.id}`
  const address = config.venues?.[venue.id]
  const [rest, ws] = await Promise.allSettled([
    askTime(venue, address?.rest, clock),
    streamAddress(venue, address?.ws, address?.rest).then(shakeHands),
  ])
  const sample = rest.status === 'fulfilled' ? rest.value : null
  const problems = [
    ...(rest.status === 'rejected' ? [`REST: ${reason(rest.reason)}`] : []),
    ...(ws.status === 'rejected' ? [`WebSocket: ${reason(ws.reason)}`] : []),
  ]
  if (problems.length === 0) return { check: result(name, 'ok', `${venue.label} answers`), sample }
  const hint = 'Check the network, a proxy, or whether the venue serves your country'
  return { check: result(name, 'warn', `${venue.label}: ${problems.join('; ')}`, hint), sample }
}

/** Asked twice: the first answer also pays for the connection. */
async function askTime(venue: Venue, base: string | undefined, clock: Clock): Promise<ClockSample> {
  const call = venue.rest.serverTime
  const signal = AbortSignal.timeout(DEADLINE_MS)
  const sample = async (): Promise<ClockSample> => {
    const sent = clock.now()
    const started = clock.monotonic()
    const { body, headers } = await ask(venue, base, call, undefined, signal)
    const rtt = clock.monotonic() - started
    const { time, micros = 0, resolutionMs } = call.read(body, undefined, headers)
    return {
      venue: venue.label,
      offsetMs: time + micros / 1_000 + resolutionMs / 2 - (sent + (OWN_STEP_MS + rtt) / 2),
      uncertaintyMs: (rtt + resolutionMs + OWN_STEP_MS) / 2,
    }
  }
  const first = await sample()
  const second = await sample().catch(() => first) // one answer is enough to know the venue is there
  return second.uncertaintyMs < first.uncertaintyMs ? second : first
}

/** One call as the venue describes it; its answer unread. `base` replaces the venue's own hosts. */
async function ask<Input>(
  venue: Venue,
  base: string | undefined,
  call: RestCall<Input, unknown>,
  input: Input,
  signal: AbortSignal,
): Promise<{ readonly body: unknown; readonly headers: RestHeaders }> {
  const host = (base ?? call.base ?? venue.rest.base).replace(/\/+$/, '')
  const sent = call.body?.(input)
  const response = await fetch(`${host}${call.path(input)}`, {
    signal,
    headers: {
      accept: 'application/json',
      ...(sent !== undefined && { 'content-type': 'application/json' }),
    },
    ...(sent !== undefined && { method: 'POST', body: sent }),
  })
  if (!response.ok) throw new Error(`status ${response.status}`)
  return { body: await response.json(), headers: { date: response.headers.get('date') } }
}

/** Where to open the socket; a venue with tickets is asked for one first. */
async function streamAddress(
  venue: Venue,
  given: string | undefined,
  base: string | undefined,
): Promise<string> {
  const { ticket, url } = venue.stream
  if (ticket === undefined) return given ?? url
  const input = { connectId: randomUUID() }
  const signal = AbortSignal.timeout(DEADLINE_MS)
  const { body, headers } = await ask(venue, base, ticket, input, signal)
  const told = ticket.read(body, input, headers)
  if (given === undefined) return told
  // An address of the config stands; the ticket is in the query.
  const address = new URL(given)
  for (const [name, value] of new URL(told).searchParams) address.searchParams.set(name, value)
  return address.href
}

function shakeHands(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      handshakeTimeout: DEADLINE_MS,
      perMessageDeflate: false,
    })
    socket.on('open', () => {
      resolve()
      socket.terminate()
    })
    socket.on('error', reject)
  })
}
