import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const RENDERER = join(import.meta.dirname, '../../../../src/renderer')
const tokens = readFileSync(join(RENDERER, 'styles/tokens.css'), 'utf8')

type Colour = readonly [red: number, green: number, blue: number]

/** Opaque colours of a block of tokens; the first block has those of the usual palette. */
const colours = (block: string): ReadonlyMap<string, Colour> =>
  new Map(
    [...block.matchAll(/--([a-z0-9-]+): #([0-9a-f]{6});/g)].map(([, name = '', hex = '']) => [
      name,
      [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Colour,
    ]),
  )
const [, usual = '', safe = ''] = tokens.split('{')
const PALETTES = { usual: colours(usual), safe: new Map([...colours(usual), ...colours(safe)]) }

/** As `filter: grayscale(1)` shows it. */
const grey = ([red, green, blue]: Colour): Colour => {
  const light = Math.round(0.2126 * red + 0.7152 * green + 0.0722 * blue)
  return [light, light, light]
}
const luminance = (colour: Colour): number => {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const share = value / 255
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
/** By WCAG, 1 to 21. */
function contrast(one: Colour, two: Colour): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(two)].sort((a, b) => a - b)
  return (bright + 0.05) / (dark + 0.05)
}

const GROUNDS = ['surface-0', 'surface-1', 'surface-2', 'surface-3']
const TEXTS = [
  ...['text-0', 'text-1', 'text-2', 'text-stale', 'accent'],
  ...['ok', 'warn', 'alarm', 'buy', 'sell'],
]
const pairs = Object.entries(PALETTES).flatMap(([palette, known]) =>
  TEXTS.flatMap((text) => GROUNDS.map((ground) => ({ palette, known, text, ground }))),
)

describe('text is readable', () => {
  test.each(pairs)('$palette: $text on $ground, in colour and without', (pair) => {
    const [text, ground] = [pair.known.get(pair.text), pair.known.get(pair.ground)]
    if (text === undefined || ground === undefined) throw new Error('There is no such token.')
    expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5)
    // What nobody updates any more is shown without colour.
    expect(contrast(grey(text), grey(ground))).toBeGreaterThanOrEqual(4.5)
  })

  test('no style dims what it holds by opacity', () => {
    const sheets = readdirSync(RENDERER, { recursive: true, encoding: 'utf8' })
    const dimmed = sheets
      .filter((path) => path.endsWith('.css'))
      .flatMap((path) =>
        [...readFileSync(join(RENDERER, path), 'utf8').matchAll(/\bopacity: (?!0;|1;)[^;]+;/g)].map(
          ([found]) => `${path}: ${found}`,
        ),
      )
    expect(dimmed).toEqual([])
  })
})
