import type { ReactNode } from 'react'

export interface MessageProps {
  readonly title: string
  readonly why?: string | undefined
  readonly tone?: 'calm' | 'alarm'
  /** Something is under way and will end by itself. */
  readonly busy?: boolean
  readonly children?: ReactNode
}

/** What stands in a panel that has nothing to show: what is so, why, and what can be done. */
export function Message({ title, why, tone = 'calm', busy = false, children }: MessageProps) {
  return (
    <div className="message" data-tone={tone} role={tone === 'alarm' ? 'alert' : 'status'}>
      {busy ? <div className="message-busy" /> : null}
      <p className="message-title">{title}</p>
      {why === undefined ? null : <p className="message-why">{why}</p>}
      {children === undefined ? null : <div className="message-actions">{children}</div>}
    </div>
  )
}
