import type { ReactNode } from 'react'

export type Tone = 'ok' | 'calm' | 'busy' | 'warn' | 'alarm' | 'off'

/** A state as shape and colour, and in words for those who see neither. */
export function Dot({ tone, label }: { readonly tone: Tone; readonly label: string }) {
  return <span className="dot" data-tone={tone} role="img" aria-label={label} title={label} />
}

export interface BadgeProps {
  readonly tone?: 'plain' | 'warn' | 'alarm' | 'demo'
  readonly children: ReactNode
}

export function Badge({ tone = 'plain', children }: BadgeProps) {
  return (
    <span className="badge" data-tone={tone}>
      {children}
    </span>
  )
}
