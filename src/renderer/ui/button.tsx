import type { ButtonHTMLAttributes } from 'react'
import { Icon, type IconName } from './icon.tsx'
import { Tip } from './tip.tsx'

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly tone?: 'normal' | 'primary' | 'plain' | 'demo'
  readonly size?: 'normal' | 'small'
  readonly icon?: IconName
}

export function Button({ tone = 'normal', size = 'normal', icon, children, ...rest }: ButtonProps) {
  return (
    <button type="button" className="button" data-tone={tone} data-size={size} {...rest}>
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </button>
  )
}

export interface IconButtonProps extends Omit<ButtonProps, 'children'> {
  readonly icon: IconName
  /** Its accessible name, also shown as a tip. */
  readonly label: string
}

/** A button that is a picture; its words are in the tip and for the screen reader. */
export function IconButton({ icon, label, tone = 'plain', ...rest }: IconButtonProps) {
  return (
    <Tip text={label}>
      <Button tone={tone} icon={icon} aria-label={label} data-icon-only="" {...rest} />
    </Tip>
  )
}
