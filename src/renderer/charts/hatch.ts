/** The looks of what is not complete, alike on the chart and on the strip of minutes. */
export type Look = 'gap' | 'unknown' | 'backfilled'

/** A tile of `size` device pixels: lines of a gap lean, what is unknown is dotted. */
export function hatch(
  context: CanvasRenderingContext2D,
  look: 'gap' | 'unknown',
  colour: string,
  ratio: number,
): CanvasPattern | string {
  const size = Math.round((look === 'gap' ? 7 : 6) * ratio)
  const tile = document.createElement('canvas')
  tile.width = size
  tile.height = size
  const own = tile.getContext('2d')
  if (own === null) return colour
  own.strokeStyle = colour
  own.fillStyle = colour
  if (look === 'gap') {
    own.lineWidth = 1.6 * ratio
    own.beginPath()
    // Three lines, so that the corners of the tile meet their neighbours.
    for (const shift of [-size, 0, size]) {
      own.moveTo(shift - 1, size + 1)
      own.lineTo(shift + size + 1, -1)
    }
    own.stroke()
  } else own.fillRect(Math.floor(size / 2), Math.floor(size / 2), ratio, ratio)
  return context.createPattern(tile, 'repeat') ?? colour
}

/** As many as a palette on one screen needs; more come of screens and palettes that were changed. */
const MOST_KEPT = 8

/**
 * Patterns that were made, for what is drawn many times a second: a canvas for each tile made anew took a sixth of the
 * chart's frame. A pattern belongs to no canvas (HTML standard, 4.12.5.1.10).
 */
export class Hatches {
  readonly #made = new Map<string, CanvasPattern | string>()

  of(
    context: CanvasRenderingContext2D,
    look: 'gap' | 'unknown',
    colour: string,
    ratio: number,
  ): CanvasPattern | string {
    const key = `${look} ${colour} ${ratio}`
    const kept = this.#made.get(key)
    if (kept !== undefined) return kept
    if (this.#made.size >= MOST_KEPT) this.#made.clear()
    const pattern = hatch(context, look, colour, ratio)
    this.#made.set(key, pattern)
    return pattern
  }
}
