import { WebsocketClient } from 'binance'
import { address, symbols, tell } from './client.ts'

// The exchange's own kind of library: its events as its manual shows them, with readable names.
const silent = { trace: () => {}, info: () => {}, error: () => {} }
const client = new WebsocketClient({ wsUrl: address.ws, beautify: true }, silent)
let trades = 0
client.on('formattedMessage', (event) => {
  if (!Array.isArray(event) && 'eventType' in event && event.eventType === 'trade') trades += 1
})
client.on('exception', (error) => {
  throw new Error(JSON.stringify(error))
})
tell(() => ({ trades }))
void client.subscribe(
  symbols.map((symbol) => `${symbol.toLowerCase()}@trade`),
  'main',
)
