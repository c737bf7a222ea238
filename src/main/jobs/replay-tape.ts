import { epochMs } from '../../shared/domain/time.ts'
import type { ReplayTape } from '../pipeline/replay/replay-tape.ts'
import type { TapeReader } from '../store/store.ts'

/** What a replay reads, of the reader of a store. */
export const replayTape = (
  reader: Pick<TapeReader, 'batches' | 'inverse' | 'candlesBetween' | 'gaps'>,
): ReplayTape => ({
  batches: (filter) => reader.batches(filter),
  inverse: () => reader.inverse(),
  minutes: (market, from, to) => reader.candlesBetween(market, epochMs(from), epochMs(to), '1m'),
  gaps: (market, from, to) =>
    reader
      .gaps({ markets: [market], from: epochMs(from), to: epochMs(to) })
      .filter(({ state }) => state !== 'filled'),
})
