import type { ReactNode, RefObject } from 'react'

export interface RowsBoxProps {
  readonly label: string
  readonly className?: string
  readonly box?: RefObject<HTMLDivElement | null> | undefined
  readonly children: ReactNode
}

/** Rows that scroll in a box of their own, which can be reached and scrolled by keyboard. */
export function RowsBox({ label, className = '', box, children }: RowsBoxProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields are grouped here
    <div
      className={`rows-box ${className}`}
      role="group"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
      tabIndex={0}
      ref={box}
    >
      {children}
    </div>
  )
}
