import type { ReactNode } from 'react'
import { Icon } from '../../ui/icon.tsx'
import './banners.css'

export interface BannerProps {
  readonly tone: 'warn' | 'alarm' | 'calm'
  readonly title: string
  readonly why?: string
  readonly children?: ReactNode
}

/** One line across the whole width. */
export function Banner({ tone, title, why, children }: BannerProps) {
  return (
    <div className="banner" data-tone={tone} role={tone === 'alarm' ? 'alert' : 'status'}>
      {tone === 'calm' ? null : <Icon name="warning" />}
      <b>{title}</b>
      {why === undefined ? null : <span className="banner-why">{why}</span>}
      {children}
    </div>
  )
}
