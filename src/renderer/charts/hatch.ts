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
