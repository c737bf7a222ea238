import { replayTape } from '../../../src/main/jobs/replay-tape.ts'
import { Replay } from '../../../src/main/pipeline/replay/replay.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import { RESOLUTIONS, type Resolution } from '../../../src/shared/domain/candle.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { endWithParent, say } from '../harness/answers.ts'
import { median, percentile } from '../harness/figures.ts'
import { drawFrom } from '../harness/synthetic.ts'
import { unwrap } from '../tape/store.ts'
import { DAYS, FROM } from './plan.ts'

// `node measure.ts TAPE TIMES`: how long bars of stretches and trades around a time take, each asked for at
// another place, as a screen does. Nothing is warmed up; the file is in the system's cache as far as it will.
const [path = '', times = ''] = process.argv.slice(2)
endWithParent()
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]
const STRETCHES = {
  '1 min': MINUTE,
  '20 min': 20 * MINUTE,
  '2 h': 2 * HOUR,
  '8 h': 8 * HOUR,
  '1 d': DAY,
  '7 d': 7 * DAY,
  '20 d': 20 * DAY,
  '80 d': 80 * DAY,
  '365 d': DAYS * DAY,
} as const

export interface Stretched {
  readonly medianMs: number
  readonly p99Ms: number
  readonly worstMs: number
  /** Of the last answer. */
  readonly bars: number
  readonly as: string
}

const reader = unwrap(openReader(path))
const markets = reader.markets()
const random = drawFrom(5)
const NOW = FROM + DAYS * DAY

function measure(once: (i: number) => { readonly bars: number; readonly as: string }): Stretched {
  const took: number[] = []
  let last = { bars: 0, as: '' }
  for (let i = 0; i < Number(times); i += 1) {
    const since = performance.now()
    last = once(i)
    took.push(performance.now() - since)
  }
  return {
    medianMs: median(took),
    p99Ms: percentile(took, 0.99),
    worstMs: Math.max(...took),
    ...last,
  }
}

const figures: Record<string, Stretched> = {}
const marketOf = (i: number) => markets[i % markets.length] ?? markets[0] ?? ('' as never)
const place = (span: number) => epochMs(Math.floor(FROM + random() * (DAYS * DAY - span)))

for (const [name, span] of Object.entries(STRETCHES))
  figures[name] = measure((i) => {
    const from = place(span)
    const { candles, resolution } = reader.bars(
      { market: marketOf(i), from, to: epochMs(from + span) },
      NOW,
    )
    return { bars: candles.length, as: resolution }
  })
for (const [name, size] of Object.entries(RESOLUTIONS) as [Resolution, number][]) {
  if (size < MINUTE) continue
  const span = Math.min(2_000 * size, DAYS * DAY)
  figures[`2,000 of ${name}`] = measure((i) => {
    const from = place(span)
    const query = { market: marketOf(i), from, to: epochMs(from + span), resolution: name }
    return { bars: reader.bars(query, NOW).candles.length, as: name }
  })
}
figures.seek = measure((i) => {
  const query = { market: marketOf(i), at: place(0), before: 250, after: 250 }
  return { bars: reader.around(query).length, as: 'trades' }
})
const replay = new Replay(replayTape(reader), {
  ...{ markets, from: FROM, to: NOW, order: 'received' },
})
figures['replay seek'] = measure(() => {
  replay.seek(place(0))
  replay.step()
  return { bars: replay.markets.length, as: 'markets, with their figures and the first trade' }
})
reader.close()
say('measured', figures)
process.disconnect?.()
