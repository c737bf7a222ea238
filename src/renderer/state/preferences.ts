import { createStore, type StoreApi } from 'zustand/vanilla'
import { INTERVALS, type Interval } from '../../shared/domain/candle.ts'
import type { MarketId, VenueId } from '../../shared/domain/market.ts'

export const LANGUAGES = ['en', 'zh-CN', 'vi'] as const
export type Language = (typeof LANGUAGES)[number]
export const PALETTES = ['classic', 'safe'] as const
export type Palette = (typeof PALETTES)[number]
export const SORT_KEYS = ['symbol', 'last', 'change', 'volume', 'rate'] as const
export type SortKey = (typeof SORT_KEYS)[number]

export const LATENCY_VIEWS = ['trades', 'stages', 'clocks', 'models'] as const
export type LatencyView = (typeof LATENCY_VIEWS)[number]

/** Sizes of the movable columns in px; a closed one keeps its size for when it is opened. */
export interface Layout {
  readonly left: number
  readonly right: number
  readonly bottom: number
  /** Height of the analyses below the tape. */
  readonly analyses: number
  readonly leftOpen: boolean
  readonly rightOpen: boolean
  readonly bottomOpen: boolean
  readonly analysesOpen: boolean
}

/** What this person likes on this computer. Nothing of it is sent to the engine. */
export interface Preferences {
  readonly language: Language
  readonly palette: Palette
  readonly market: MarketId | null
  readonly interval: Interval
  readonly sort: { readonly key: SortKey; readonly descending: boolean }
  /** Prints below this notional are not shown on the tape; 0 shows all. */
  readonly minNotional: number
  readonly latencyVenue: VenueId | null
  readonly latencyView: LatencyView
  readonly layout: Layout
}

export const LIMITS = {
  left: [220, 640],
  right: [220, 560],
  bottom: [140, 520],
  analyses: [120, 900],
} as const

const DEFAULT_LAYOUT: Layout = {
  left: 384,
  right: 352,
  bottom: 252,
  analyses: 400,
  leftOpen: true,
  rightOpen: true,
  bottomOpen: true,
  analysesOpen: true,
}

/** The nearest of our languages to what the browser prefers. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const language = LANGUAGES.find((own) => own.split('-')[0] === tag.toLowerCase().split('-')[0])
    if (language !== undefined) return language
  }
  return 'en'
}

export const clamp = (value: number, [least, most]: readonly [number, number]): number =>
  Math.min(most, Math.max(least, value))

type Fields = Readonly<Record<string, unknown>>
const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}
const oneOf = <T extends string>(all: readonly T[], value: unknown, otherwise: T): T =>
  all.find((each) => each === value) ?? otherwise
const text = <T extends string>(value: unknown): T | null =>
  typeof value === 'string' && value !== '' ? (value as T) : null

function readLayout(value: unknown): Layout {
  const saved = fields(value)
  const size = (side: keyof typeof LIMITS): number => {
    const px = saved[side]
    return typeof px === 'number' && Number.isFinite(px)
      ? clamp(px, LIMITS[side])
      : DEFAULT_LAYOUT[side]
  }
  return {
    left: size('left'),
    right: size('right'),
    bottom: size('bottom'),
    analyses: size('analyses'),
    leftOpen: saved.leftOpen !== false,
    rightOpen: saved.rightOpen !== false,
    bottomOpen: saved.bottomOpen !== false,
    analysesOpen: saved.analysesOpen !== false,
  }
}

/** Reads what was saved; anything that does not make sense falls back to its default. */
export function readPreferences(saved: string | null, preferred: readonly string[]): Preferences {
  let parsed: unknown = null
  try {
    parsed = saved === null ? null : JSON.parse(saved)
  } catch {
    parsed = null // Written by something else: as good as nothing saved.
  }
  const value = fields(parsed)
  const sort = fields(value.sort)
  const minNotional = value.minNotional
  return {
    language: oneOf(LANGUAGES, value.language, chooseLanguage(preferred)),
    palette: oneOf(PALETTES, value.palette, 'classic'),
    market: text<MarketId>(value.market),
    interval: oneOf(Object.keys(INTERVALS) as Interval[], value.interval, '1m'),
    sort: {
      key: oneOf(SORT_KEYS, sort.key, 'symbol'),
      descending: sort.descending === true,
    },
    minNotional: typeof minNotional === 'number' && minNotional >= 0 ? minNotional : 0,
    latencyVenue: text<VenueId>(value.latencyVenue),
    latencyView: oneOf(LATENCY_VIEWS, value.latencyView, 'trades'),
    layout: readLayout(value.layout),
  }
}

const KEY = 'tapedeck.preferences'

/** Preferences that are written at each change. A storage that refuses costs only the memory. */
export function createPreferences(
  storage: Pick<Storage, 'getItem' | 'setItem'> | null,
  preferred: readonly string[],
): StoreApi<Preferences> {
  const store = createStore<Preferences>(() =>
    readPreferences(storage?.getItem(KEY) ?? null, preferred),
  )
  store.subscribe((preferences) => {
    try {
      storage?.setItem(KEY, JSON.stringify(preferences))
    } catch {
      // Full or forbidden: the choice holds until the page is closed.
    }
  })
  return store
}
