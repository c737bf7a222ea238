import { Tooltip } from 'radix-ui'
import type { ReactElement } from 'react'

/** Words that appear on hover or focus. The child must be one element that takes a ref. */
export function Tip({
  text,
  children,
}: {
  readonly text: string
  readonly children: ReactElement
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tip" sideOffset={5} collisionPadding={8}>
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}

export const TipProvider = Tooltip.Provider
