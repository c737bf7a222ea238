import { ASSETS } from './listings.ts'
import { type Random, random } from './random.ts'

/** One price per asset that all venues follow: the logarithm of price ÷ opening price. */
export interface HiddenPrices {
  /** Moves to a moment, in seconds of the source's own time; never backwards. */
  advance(seconds: number): void
  /** Logarithm by index into ASSETS. */
  level(asset: number): number
}

const LIVE_STEP = 0.1
/** Standard deviation of bitcoin's logarithm over one second: about half of its price a year. */
const SIGMA = 0.000_09
/** Share of the variance that all assets have in common. */
const COMMON = 0.6

/** Steps of one random walk with clustered volatility, all assets at once. */
function walk(draw: Random, seconds: number): (levels: Float64Array) => void {
  let heat = 0
  const size = SIGMA * Math.sqrt(seconds)
  return (levels) => {
    heat = heat * 0.995 + draw.normal() * 0.05
    const sigma = size * Math.exp(heat)
    const common = draw.normal() * Math.sqrt(COMMON)
    for (const [index, asset] of ASSETS.entries()) {
      const own = draw.normal() * Math.sqrt(1 - COMMON)
      levels[index] = (levels[index] ?? 0) + asset.beta * sigma * (common + own)
    }
  }
}

/** The live walk, from zero at second 0. */
export function liveHiddenPrices(seed: number): HiddenPrices {
  const levels = new Float64Array(ASSETS.length)
  const step = walk(random(seed, 'hidden'), LIVE_STEP)
  let steps = 0
  return {
    advance(seconds) {
      const target = Math.floor(seconds / LIVE_STEP)
      while (steps < target) {
        step(levels)
        steps += 1
      }
    },
    level: (asset) => levels[asset] ?? 0,
  }
}

/** A finished path of `steps` steps of `seconds` each; its last point is zero for all assets. */
export interface PastPrices {
  readonly steps: number
  /** Logarithm at a step, by index into ASSETS. */
  level(asset: number, step: number): number
}

export function pastHiddenPrices(seed: number, steps: number, seconds: number): PastPrices {
  const width = ASSETS.length
  const path = new Float64Array((steps + 1) * width)
  const levels = new Float64Array(width)
  const step = walk(random(seed, 'past'), seconds)
  for (let row = 1; row <= steps; row++) {
    step(levels)
    path.set(levels, row * width)
  }
  return {
    steps,
    level: (asset, row) => {
      const at = Math.max(0, Math.min(steps, Math.floor(row)))
      return (path[at * width + asset] ?? 0) - (levels[asset] ?? 0)
    },
  }
}
