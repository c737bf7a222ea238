import { Toast } from 'radix-ui'
import { Button, IconButton } from './button.tsx'

export interface ToastItem {
  readonly key: number
  readonly text: string
  readonly tone: 'calm' | 'alarm'
  readonly action?: { readonly text: string; readonly run: () => void } | undefined
}

export interface ToastsProps {
  readonly items: readonly ToastItem[]
  readonly label: string
  readonly closeLabel: string
  readonly onGone: (key: number) => void
}

/** Short messages over the lower edge; they wait while the pointer or the focus is on them. */
export function Toasts({ items, label, closeLabel, onGone }: ToastsProps) {
  return (
    <Toast.Provider label={label} duration={7_000}>
      {items.map(({ key, text, tone, action }) => (
        <Toast.Root
          className="toast"
          key={key}
          data-tone={tone}
          onOpenChange={(open) => {
            if (!open) onGone(key)
          }}
        >
          <Toast.Description>{text}</Toast.Description>
          {action === undefined ? null : (
            <Toast.Action asChild altText={action.text}>
              <Button size="small" onClick={action.run}>
                {action.text}
              </Button>
            </Toast.Action>
          )}
          <Toast.Close asChild>
            <IconButton icon="close" label={closeLabel} size="small" />
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport className="toasts" />
    </Toast.Provider>
  )
}
