/** The colours of the screen as the canvas needs them: read from the tokens, not written twice. */
export interface ChartColours {
  readonly surface: string
  readonly line: string
  readonly text: string
  readonly bright: string
  readonly faint: string
  readonly accent: string
  readonly buy: string
  readonly sell: string
  readonly complete: string
  readonly backfilled: string
  readonly gap: string
  readonly unknown: string
  /** Of volumes, mixed with the ground once and not bar by bar: what sold, what bought, and what is not split. */
  readonly sellVolume: string
  readonly buyVolume: string
  readonly wholeVolume: string
}

export function readColours(root: Element): ChartColours {
  const style = getComputedStyle(root)
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  const [surface, faint, buy, sell] = [
    token('surface-1'),
    token('text-2'),
    token('buy'),
    token('sell'),
  ]
  return {
    surface,
    line: token('line'),
    text: token('text-1'),
    bright: token('text-0'),
    faint,
    accent: token('accent'),
    buy,
    sell,
    complete: token('complete'),
    backfilled: token('backfilled'),
    gap: token('gap'),
    unknown: token('unknown'),
    sellVolume: blended(sell, surface, 0.5),
    buyVolume: blended(buy, surface, 0.5),
    wholeVolume: blended(faint, surface, 0.28),
  }
}

/** `#rrggbb` with an opacity of 0 to 1. */
export const faded = (colour: string, opacity: number): string =>
  `${colour.slice(0, 7)}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')}`

/** `colour` at `opacity` over `ground`, as one opaque colour. */
export function blended(colour: string, ground: string, opacity: number): string {
  const channel = (from: string, at: number): number => Number.parseInt(from.slice(at, at + 2), 16)
  const mix = [1, 3, 5].map((at) =>
    Math.round(channel(colour, at) * opacity + channel(ground, at) * (1 - opacity))
      .toString(16)
      .padStart(2, '0'),
  )
  return `#${mix.join('')}`
}
