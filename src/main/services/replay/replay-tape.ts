import type { ReplayTapeFrame } from '../../../shared/contract/replay.ts'
import { TAPE_FRAME_TRADES } from '../../../shared/contract/status.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { mergeTape } from '../../pipeline/tape-frames.ts'
import { Topic } from '../topic.ts'

const FRAME_MS = 100

/** One market of a replay. It is shown while somebody listens; whoever comes is soon sent a frame that begins anew. */
export class ReplayTape extends Topic<ReplayTapeFrame> {
  readonly #watch: (on: boolean) => void

  constructor(market: MarketId, watch: (on: boolean) => void) {
    super(FRAME_MS, () => emptyFrame(market), mergeFrames)
    this.#watch = watch
  }

  override listen(push: (value: ReplayTapeFrame) => void): () => void {
    const forget = super.listen(push)
    this.#watch(true)
    return () => {
      forget()
      if (!this.wanted) this.#watch(false)
    }
  }
}

const emptyFrame = (market: MarketId): ReplayTapeFrame => ({
  ...{ market, trades: [], skipped: 0, candles: { '1s': [], '1m': [] }, foldedAt: null },
})

/** What was shown before a frame that begins anew is of no interest any more. */
function mergeFrames(previous: ReplayTapeFrame, next: ReplayTapeFrame): ReplayTapeFrame {
  if (next.anew === true) return next
  const merged = mergeTape(previous, next, TAPE_FRAME_TRADES)
  return previous.anew === true ? { ...merged, anew: true } : merged
}
