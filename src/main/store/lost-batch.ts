import type { Gap } from '../../shared/domain/ledger.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type { PackedBatch } from './packed-batch.ts'
import type { PackedChange } from './packed-ledger.ts'

/** Above every id that counts up from 1 or is a time in microseconds; exact in a double. */
const FIRST_ID = 2 ** 52

/**
 * Names what is lost with a batch that was taken and could not be written: a gap for each market, open,
 * so that the venue is asked for it again. What was refused at once is for the caller to name.
 */
export class LostBatches {
  #lastId = 0

  gapsOf(batch: PackedBatch, now: EpochMs, reason: string): PackedChange[] {
    const lost = batch.markets.map(() => ({ from: Number.NaN, to: Number.NaN, matches: 0 }))
    for (let i = 0; i < batch.count; i += 1) {
      const one = lost[batch.market[i] ?? 0]
      if (one === undefined) continue
      one.matches += batch.matches[i] ?? 1
      const time = batch.exchangeTime[i] ?? Number.NaN
      if (!Number.isFinite(time)) continue
      one.from = Number.isNaN(one.from) ? Math.floor(time) : Math.min(one.from, Math.floor(time))
      one.to = Number.isNaN(one.to) ? Math.ceil(time) : Math.max(one.to, Math.ceil(time))
    }
    return batch.markets.flatMap((market, at) => {
      const { from = Number.NaN, to = Number.NaN, matches = 0 } = lost[at] ?? {}
      if (matches === 0) return []
      this.#lastId = Math.max(this.#lastId + 1, FIRST_ID + now)
      const gap: Gap = {
        id: this.#lastId,
        market: market.name,
        cause: 'disk',
        state: 'open',
        from: Number.isNaN(from) ? now : epochMs(from),
        to: Number.isNaN(to) ? now : epochMs(to),
        firstSeq: null,
        lastSeq: null,
        missing: matches,
        recovered: 0,
        openedAt: now,
        closedAt: null,
        reason: `The store could not write them: ${reason}`,
      }
      return [{ market, change: { t: 'gap', gap } }]
    })
  }
}
