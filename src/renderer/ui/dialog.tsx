import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useRef } from 'react'
import { IconButton } from './button.tsx'

export interface DialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: string
  readonly closeLabel: string
  /** `wide`: what is in it stands side by side. */
  readonly size?: 'normal' | 'wide'
  readonly children: ReactNode
}

/** A window in the window: holds the focus, Escape closes it and gives the focus back. */
export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, closeLabel, size = 'normal', children } = props
  const content = useRef<HTMLDivElement>(null)
  const opener = useRef<Element | null>(null)
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="dialog-veil" />
        <Radix.Content
          className="dialog"
          data-size={size}
          aria-describedby={undefined}
          ref={content}
          onOpenAutoFocus={(event) => {
            opener.current = document.activeElement
            // Else the close button would have the focus, with its tip open.
            event.preventDefault()
            content.current?.focus()
          }}
          onCloseAutoFocus={(event) => {
            // The kit knows no trigger here, and would leave the focus nowhere.
            event.preventDefault()
            if (opener.current instanceof HTMLElement) opener.current.focus()
          }}
        >
          <header className="dialog-head">
            <Radix.Title className="dialog-title">{title}</Radix.Title>
            <IconButton icon="close" label={closeLabel} onClick={() => onOpenChange(false)} />
          </header>
          <div className="dialog-body">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
