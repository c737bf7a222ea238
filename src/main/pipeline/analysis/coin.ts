import type { SignalVerdict, Snapshot } from '../../../shared/domain/analysis.ts'

/**
 * What a coin would have said at the same moment: up or down by the seed (the entry's id), with the stop and targets as far
 * from the last price as those of the signal, and the last price as its entry. The same seed falls on the same
 * side on every machine. Where the signal says sideways, or there is no price, no coin is thrown.
 */
export function coinOf(seed: number, signal: SignalVerdict, snapshot: Snapshot): SignalVerdict {
  const { last } = snapshot.figures
  const { stop, targets } = signal
  if (signal.trend === 'sideways' || last === null)
    return { kind: 'signal', trend: 'sideways', entry: null, stop: null, targets: [] }
  const trend = isHeads(seed) ? 'up' : 'down'
  const way = trend === 'up' ? 1 : -1
  return {
    kind: 'signal',
    trend,
    entry: last,
    stop: stop === null ? null : last - way * Math.abs(last - stop),
    targets: targets.map((target) => last + way * Math.abs(target - last)),
  }
}

/** The mixing steps of MurmurHash3 (32 bits): seeds in a row fall on either side as if thrown. */
function isHeads(seed: number): boolean {
  let hash = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) & 1) === 1
}
