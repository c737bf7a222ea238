import type { FeedOptions } from '../../../src/main/ingest/feed-options.ts'
import type { FeedTiming } from '../../../src/main/ingest/timing.ts'
import { okx } from '../../../src/main/venues/okx.ts'
import type { StreamLimits, StreamSpec, Venue } from '../../../src/main/venues/venue.ts'
import { type FakeSocket, marketOf, TestFeed } from './fake-venue-side.ts'

export const TIME = 1_750_000_000_000

/** OKX's frames with other rules around them. */
export function venueWith(stream: Partial<StreamSpec>, limits: Partial<StreamLimits> = {}): Venue {
  const { stream: usual } = okx
  const { symbolsPerRequest, requestPauseMs, silenceMs } = usual.limits
  const all = { symbolsPerRequest, requestPauseMs, silenceMs, ...limits }
  return { ...okx, stream: { ...usual, ...stream, limits: all } }
}

export const trade = (symbol: string, id: number, time = TIME) => ({
  arg: { channel: 'trades', instId: symbol },
  data: [
    { instId: symbol, tradeId: String(id), px: '1.5', sz: '2', side: 'buy', ts: String(time) },
  ],
})

export const ack = (symbol: string, id: unknown) => ({
  event: 'subscribe',
  id,
  arg: { channel: 'trades', instId: symbol },
})

export function started(
  venue: Venue,
  symbols: readonly string[],
  settings: Partial<FeedTiming> = {},
  more: Partial<FeedOptions> = {},
): TestFeed {
  const test = new TestFeed(venue, settings, more)
  test.feed.start()
  for (const symbol of symbols) test.feed.watch(marketOf(venue, symbol))
  return test
}

/** Says yes to everything that a socket asked for since it was last answered. */
export function answer(test: TestFeed, socket: FakeSocket = test.socket): void {
  test.clock.advance(0)
  for (const request of socket.requests())
    if (request.op === 'subscribe')
      for (const { instId } of request.args as { instId: string }[])
        socket.say(ack(instId, request.id))
}

export function opened(test: TestFeed, socket: FakeSocket = test.socket): TestFeed {
  socket.open()
  answer(test, socket)
  return test
}

/** Lets the attempt that is under way fail, and goes on to the next one. */
export function failOnce(test: TestFeed, reason = 'refused'): void {
  test.socket.cut(reason)
  const { nextAttemptAt } = test.feed.status()
  if (nextAttemptAt !== undefined) test.clock.advance(nextAttemptAt - test.clock.now())
}

/** Symbols that a socket asked for, request by request. */
export const asked = (socket: FakeSocket): readonly (readonly string[])[] =>
  socket
    .requests()
    .filter(({ op }) => op === 'subscribe')
    .map(({ args }) => (args as { instId: string }[]).map(({ instId }) => instId))
