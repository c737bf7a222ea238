import { createServer } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'

/**
 * A Binance-shaped server that sends the same number of trade frames to each client as fast as it
 * takes them, several frames a write: the receiving side is the limit.
 */
const SYMBOLS = [
  'BTCUSDT',
  'ETHUSDT',
  'SOLUSDT',
  'XRPUSDT',
  'DOGEUSDT',
  'ADAUSDT',
  'LINKUSDT',
  'LTCUSDT',
]
const FRAMES_PER_WRITE = 200

/** An unmasked text frame, as servers send them (RFC 6455, 5.2). */
function frame(text: string): Buffer {
  const payload = Buffer.from(text)
  const head =
    payload.length < 126
      ? Buffer.from([0x81, payload.length])
      : Buffer.from([0x81, 126, payload.length >> 8, payload.length & 255])
  return Buffer.concat([head, payload])
}

function tradeFrame(n: number, now: number): string {
  const symbol = SYMBOLS[n % SYMBOLS.length] ?? 'BTCUSDT'
  const price = (100 + (n % 997) / 100).toFixed(8)
  const qty = ((n % 313) / 1_000 + 0.001).toFixed(8)
  return `{"e":"trade","E":${now},"s":"${symbol}","t":${1_000_000 + Math.floor(n / SYMBOLS.length)},"p":"${price}","q":"${qty}","T":${now - 3},"m":${n % 3 === 0},"M":true}`
}

async function blast(socket: Duplex, count: number): Promise<void> {
  for (let sent = 0; sent < count && !socket.destroyed; ) {
    const now = Date.now()
    const frames: Buffer[] = []
    for (let n = 0; n < FRAMES_PER_WRITE && sent < count; n += 1, sent += 1)
      frames.push(frame(tradeFrame(sent, now)))
    if (!socket.write(Buffer.concat(frames)))
      await new Promise<void>((resolve) => {
        const go = (): void => {
          socket.off('drain', go).off('close', go)
          resolve()
        }
        socket.on('drain', go).on('close', go)
      })
  }
}

const http = createServer((request, response) => {
  const url = request.url ?? ''
  response.setHeader('content-type', 'application/json')
  if (url.startsWith('/api/v3/exchangeInfo'))
    response.end(
      JSON.stringify({
        symbols: SYMBOLS.map((symbol) => ({
          symbol,
          status: 'TRADING',
          baseAsset: symbol.slice(0, -4),
          quoteAsset: 'USDT',
          filters: [
            { filterType: 'PRICE_FILTER', tickSize: '0.01000000' },
            { filterType: 'LOT_SIZE', stepSize: '0.00100000' },
          ],
        })),
      }),
    )
  else if (url.startsWith('/api/v3/time')) response.end(JSON.stringify({ serverTime: Date.now() }))
  else if (url.startsWith('/api/v3/klines')) response.end('[]')
  else response.writeHead(404).end('{}')
})
const count = Number(process.argv[2])
new WebSocketServer({ server: http, perMessageDeflate: false }).on(
  'connection',
  (client, request) => {
    let begun = false
    client.on('message', (data) => {
      const { id, params } = JSON.parse(String(data)) as { id: number; params?: readonly string[] }
      client.send(JSON.stringify({ result: null, id }))
      if (begun || params === undefined) return
      begun = true
      // A client may subscribe in several requests: give it a moment, then send.
      setTimeout(() => void blast(request.socket, count), 300)
    })
  },
)
http.listen(0, '127.0.0.1', () =>
  process.send?.({ port: (http.address() as { port: number }).port }),
)
process.on('disconnect', () => process.exit(0))
