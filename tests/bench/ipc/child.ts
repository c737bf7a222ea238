import { MessageChannel, Worker } from 'node:worker_threads'
import { type MarketId, marketId, type VenueId } from '../../../src/shared/domain/market.ts'
import { ok } from '../../../src/shared/domain/outcome.ts'
import { serve, type TopicSource } from '../../../src/shared/rpc/server.ts'
import { endWithParent, say } from '../harness/answers.ts'
import { MARKETS } from '../harness/synthetic.ts'
import { type PlainTrade, plainTrades } from '../tape/plain.ts'
import { frameOf } from './frames.ts'
import { portOf } from './port.ts'

// `node child.ts frames|columns TRADES`: twelve markets' ticks of the screen to another thread, one
// tick after the other; the first fifth is warm-up. CPU of both threads. What is sent is made before
// the clock starts: the crossing is what counts.
const [how = '', count = ''] = process.argv.slice(2)
endWithParent()
const WATCHED = 12
/** 5,000 trades a second, ten ticks a second, twelve markets. */
const PER_FRAME = 42

const names = MARKETS.slice(0, WATCHED).map(({ base, quote }) =>
  marketId('binance' as VenueId, base, quote),
)
const groups: PlainTrade[][] = []
for (const trade of plainTrades(Number(count))) {
  const last = groups.at(-1)
  if (last === undefined || last.length === PER_FRAME) groups.push([trade])
  else last.push(trade)
}
// Whole ticks only: twelve frames each.
const ticks = Array.from({ length: Math.floor(groups.length / WATCHED) - 1 }, (_, i) =>
  groups.slice(i * WATCHED, (i + 1) * WATCHED),
)
const { port1, port2 } = new MessageChannel()

const numbers = ({ id, price, qty, buy, time, receivedAt }: PlainTrade): readonly number[] => [
  Number(id),
  Number(price),
  Number(qty),
  buy ? 1 : 0,
  time,
  receivedAt,
]
const frames = ticks.map((tick) => tick.map((trades, i) => frameOf(names[i] as MarketId, trades)))
const columns = ticks.map((tick) =>
  tick.map((trades) => Float64Array.from(trades.flatMap(numbers))),
)

/** Sends one tick; resolves when the other side has taken it in. */
function sender(): (tick: number) => Promise<void> {
  let [waiting, taken] = [0, (): void => {}]
  const sent = (frames: number): Promise<void> =>
    new Promise((resolve) => {
      waiting = frames
      taken = resolve
    })
  const got = (): void => {
    waiting -= 1
    if (waiting === 0) taken()
  }
  if (how === 'columns') {
    port1.on('message', got)
    return (tick) => {
      const done = sent(WATCHED)
      for (const one of columns[tick] ?? []) {
        const copy = one.slice()
        port1.postMessage(copy, [copy.buffer])
      }
      return done
    }
  }
  const publish = new Map<string, (value: unknown) => void>()
  const inner = portOf(port1)
  const port = {
    ...inner,
    onMessage: (listener: (message: unknown) => void) =>
      inner.onMessage((message) => {
        listener(message)
        if ((message as { t?: string }).t === 'ack') got()
      }),
  }
  serve(
    port,
    {
      call: async () => ok(null),
      topic: (_, params) => ok(sourceOf((params as { market: string }).market, publish)),
      onBug: String,
    },
    { now: () => performance.now(), after: () => () => {} },
  )
  return (tick) => {
    const done = sent(WATCHED)
    for (const frame of frames[tick] ?? []) publish.get(frame.market)?.(frame)
    return done
  }
}

function sourceOf(market: string, publish: Map<string, (value: unknown) => void>): TopicSource {
  return {
    snapshot: () => ({
      market,
      trades: [],
      skipped: 0,
      candles: { '1s': [], '1m': [] },
      foldedAt: null,
    }),
    merge: (_, next) => next,
    listen: (push) => {
      publish.set(market, push)
      return () => publish.delete(market)
    },
    minIntervalMs: 0,
  }
}

const send = sender()
const page = new Worker(new URL('./page.ts', import.meta.url), {
  workerData: { channel: port2, how, markets: names },
  transferList: [port2],
})
// The page subscribes and acknowledges its empty first frames.
await new Promise((resolve) => setTimeout(resolve, 1_000))
const warm = Math.ceil(ticks.length / 5)
for (let tick = 0; tick < warm; tick += 1) await send(tick)
const cpu = process.cpuUsage()
for (let tick = warm; tick < ticks.length; tick += 1) await send(tick)
const { user, system } = process.cpuUsage(cpu)
say('crossed', (user + system) / ((ticks.length - warm) * WATCHED * PER_FRAME))
await page.terminate()
process.disconnect?.()
