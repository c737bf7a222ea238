import { type MessagePort, workerData } from 'node:worker_threads'
import { createClient } from '../../../src/shared/rpc/client.ts'
import { tradesIn } from './frames.ts'
import { portOf } from './port.ts'

// The page's side, in a thread of its own: the program's rpc client, or bare columns that are counted.
const { channel, how, markets } = workerData as {
  readonly channel: MessagePort
  readonly how: string
  readonly markets: readonly string[]
}
let trades = 0
if (how === 'frames') {
  const api = createClient(portOf(channel))
  for (const market of markets)
    api.subscribe('market.tape', { market: market as never }, (frame) => {
      trades += tradesIn(frame)
    })
} else
  channel.on('message', (columns: Float64Array) => {
    trades += columns.length / 6
    channel.postMessage(trades)
  })
