import WebSocket from 'ws'
import { Meter } from './meter.ts'

// The reference: `ws` and JSON.parse, nothing kept. Most monitors spend more than this before they
// have done anything.
const [port, count] = [Number(process.argv[2]), Number(process.argv[3])]
const meter = new Meter(count)
const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { perMessageDeflate: false })
socket.on('open', () =>
  socket.send(JSON.stringify({ method: 'SUBSCRIBE', params: ['btcusdt@trade'], id: 1 })),
)
socket.on('message', (data: Buffer) => {
  const message = JSON.parse(data.toString()) as { e?: string }
  if (message.e !== 'trade' || !meter.count(1)) return
  process.send?.({ ...meter.result(), stored: 0 })
  socket.terminate()
  process.disconnect()
})
