import { useSyncExternalStore } from 'react'

/** Whether the window is less wide than that, px. */
export function useNarrower(width: number): boolean {
  const words = `(max-width: ${width - 1}px)`
  const subscribe = (listener: () => void): (() => void) => {
    const query = matchMedia(words)
    query.addEventListener('change', listener)
    return () => query.removeEventListener('change', listener)
  }
  return useSyncExternalStore(subscribe, () => matchMedia(words).matches)
}

/** Below it there is room for one panel at a time only. */
export const ONE_PANEL = 900
/** Below it venues and latency do not fit side by side under the chart. */
export const ONE_BELOW = 1_440

const resized = (listener: () => void): (() => void) => {
  window.addEventListener('resize', listener)
  return () => window.removeEventListener('resize', listener)
}

/** The font size for which sizes of panels are kept, px. */
const BASE = 13

/** How much larger than usual this window writes: panels grow with their words. */
export const useScale = (): number => useSyncExternalStore(resized, () => rootFontSize() / BASE)

const rootFontSize = (): number =>
  Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
