import { address, follow, tell } from './client.ts'
import { load } from './peers.ts'

// The normaliser: `ws`, JSON.parse, and tardis-dev's own mapper for this venue's trades.
interface Mapper {
  canHandle(message: unknown): boolean
  map(message: unknown, localTimestamp: Date): Iterable<object>
}
const { normalizeTrades } = load<{
  normalizeTrades: (exchange: string, localTimestamp: Date) => Mapper
}>('tardis-dev')
const NAMES: Readonly<Record<string, string>> = {
  okx: 'okex',
  bybit: 'bybit-spot',
  bybitlinear: 'bybit',
}
// Of a time when OKX's channel was `trades`, as it is here; the others do not care.
const mapper = normalizeTrades(NAMES[address.venue] ?? address.venue, new Date('2023-06-01'))

let trades = 0
follow((data) => {
  const message: unknown = JSON.parse(data as unknown as string)
  if (!mapper.canHandle(message)) return
  for (const _ of mapper.map(message, new Date())) trades += 1
})
tell(() => ({ trades }))
