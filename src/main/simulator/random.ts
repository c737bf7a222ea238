/** Seeded pseudo-random numbers: the same seed gives the same sequence on every machine. */
export interface Random {
  /** Uniform, 0 included, 1 not. */
  next(): number
  /** Whole number from 0 to `below` - 1. */
  whole(below: number): number
  /** Standard normal. */
  normal(): number
  /** Exponential with mean 1. */
  exponential(): number
}

/** 32-bit FNV-1a over the parts, so that `(1, 'okx')` and `(1, 'bybit')` are unrelated streams. */
function fold(parts: readonly (string | number)[], start: number): number {
  let hash = start
  for (const char of parts.join('\u0000')) {
    hash ^= char.codePointAt(0) ?? 0
    hash = Math.imul(hash, 16_777_619)
  }
  return hash >>> 0
}

/** A generator (sfc32) of its own for each list of parts. */
export function random(...parts: readonly (string | number)[]): Random {
  let a = fold(parts, 2_166_136_261)
  let b = fold(parts, 3_141_592_653)
  let c = fold(parts, 2_718_281_828)
  let counter = 1
  const draw = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 4_294_967_296
  }
  for (let warm = 0; warm < 15; warm++) draw()
  return {
    next: draw,
    whole: (below) => Math.floor(draw() * below),
    normal: () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw()),
    exponential: () => -Math.log(1 - draw()),
  }
}
