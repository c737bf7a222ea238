import { readdirSync, readFileSync } from 'node:fs'
import type {
  FrameSink,
  RestCall,
  RestHeaders,
  TradeExtra,
  Venue,
} from '../../src/main/venues/venue.ts'
import { parseExact } from '../../src/main/venues/wire.ts'
import type { Market } from '../../src/shared/domain/market.ts'

export interface ReadTrade {
  readonly symbol: string
  readonly id: string
  readonly price: string
  readonly qty: string
  readonly side: string
  readonly time: number
  readonly extra: TradeExtra | undefined
}

/** Everything one frame said, in order; `error` when it was malformed. */
export interface Reading {
  readonly trades: readonly ReadTrade[]
  readonly calls: readonly (readonly unknown[])[]
  readonly error: unknown
}

/** Reads a frame and keeps each call of the sink as a row: its name, then its arguments. */
export function reading(venue: Venue, frame: string): Reading {
  const calls: (readonly unknown[])[] = []
  const trades: ReadTrade[] = []
  const keep =
    (name: string) =>
    (...args: readonly unknown[]) =>
      void calls.push([name, ...args])
  const sink: FrameSink = {
    trade: (symbol, id, price, qty, side, time, extra) => {
      trades.push({ symbol, id, price, qty, side, time, extra })
      keep('trade')(symbol, id, price, qty, side, time, extra)
    },
    newest: keep('newest'),
    ready: keep('ready'),
    accepted: keep('accepted'),
    refused: keep('refused'),
    pong: keep('pong'),
    reply: keep('reply'),
    closing: keep('closing'),
  }
  try {
    venue.stream.read(frame, sink)
    return { trades, calls, error: undefined }
  } catch (error) {
    return { trades, calls, error }
  }
}

/** What a well-formed frame means. */
export function calls(venue: Venue, frame: string): readonly (readonly unknown[])[] {
  const read = reading(venue, frame)
  if (read.error !== undefined) throw read.error
  return read.calls
}

const folderOf = (venue: Venue): URL => new URL(`../fixtures/venues/${venue.id}/`, import.meta.url)

/** Names of a venue's fixtures, without the README. */
export const fixtureNames = (venue: Venue): readonly string[] =>
  readdirSync(folderOf(venue)).filter((name) => !name.endsWith('.md'))

/** A recorded or documented frame, exactly as it is in its file. */
export const fixture = (venue: Venue, name: string): string =>
  readFileSync(new URL(name, folderOf(venue)), 'utf8')

export const restBody = (venue: Venue, name: string): unknown => JSON.parse(fixture(venue, name))

/** An answer without a `Date` header. */
export const NO_HEADERS: RestHeaders = { date: null }

/** What a REST call reads from the text of a body, with its numbers exact where the call wants them so. */
export const readBody = <Input, Output>(
  call: RestCall<Input, Output>,
  body: string,
  input: Input,
  headers: RestHeaders = NO_HEADERS,
): Output => call.read(call.exact === true ? parseExact(body) : JSON.parse(body), input, headers)

/** What a REST call reads from a fixture. */
export const readRest = <Input, Output>(
  venue: Venue,
  call: RestCall<Input, Output>,
  name: string,
  input: Input,
  headers: RestHeaders = NO_HEADERS,
): Output => readBody(call, fixture(venue, name), input, headers)

/** Every market of the fixtures of a venue's instrument lists. */
export const listed = (venue: Venue): readonly Market[] =>
  [venue.rest.instruments, ...(venue.rest.more ?? [])].flatMap((call, n) =>
    readRest(
      venue,
      call,
      n === 0 ? 'rest-instruments.json' : `rest-instruments-${n + 1}.json`,
      undefined,
    ),
  )

/** Frames of a capture, as received. */
export const captured = (name: string): readonly string[] =>
  readFileSync(new URL(`../fixtures/captures/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { frame: string }).frame)
