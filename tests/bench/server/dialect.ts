import type { SyntheticMarket, SyntheticTrade } from '../harness/synthetic.ts'

/** Where thirteen digits of a time stand until they are stamped. */
export const STAMP = '0000000000000'

/** What a venue's server says, as far as a recorder and a bench client ask. */
export interface Dialect {
  readonly venue: string
  readonly wsPath: string
  /** Trades that one frame may hold: those of a burst, or one. */
  readonly bursts: boolean
  /** The venue's spelling, and Tapedeck's: `BTC-USDT`. */
  symbol(market: SyntheticMarket): string
  name(market: SyntheticMarket): string
  /** One frame; each time is STAMP. `random` for ids that mean nothing. */
  frame(trades: readonly SyntheticTrade[], random: () => number): string
  /** Requests of a client that wants all of these symbols. */
  requests(symbols: readonly string[]): readonly string[]
  /** What a text from a client is answered with, and which symbols it asked for. */
  answer(text: string): { readonly replies: readonly string[]; readonly symbols: readonly string[] }
  /** The answer to a REST call; undefined: there is no such call. */
  rest(url: URL): unknown
}
