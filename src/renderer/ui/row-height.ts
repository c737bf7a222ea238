import { useState } from 'react'

/** Pixels of a row that is `rem` high, whole: for lists of which only the rows in sight are there. */
export function useRowHeight(rem: number): number {
  const [height] = useState(() =>
    Math.round(rem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)),
  )
  return height
}
