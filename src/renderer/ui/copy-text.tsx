import { useId, useRef, useState } from 'react'
import { IconButton } from './button.tsx'

export interface CopyTextProps {
  /** What the text is, for a screen reader. */
  readonly label: string
  readonly text: string
  readonly copyLabel: string
  readonly copied: string
  /** Said when nothing may be written to the clipboard: the text is marked then. */
  readonly byHand: string
}

/** A text that is longer than its place: to be read with the arrow keys, and copied whole. */
export function CopyText({ label, text, copyLabel, copied, byHand }: CopyTextProps) {
  const field = useRef<HTMLInputElement>(null)
  const [said, setSaid] = useState('')
  const id = useId()
  const copy = (): void => {
    field.current?.select()
    // Unlike the newer way it asks for no permission, which a desktop shell gives to nobody.
    setSaid(document.execCommand('copy') ? copied : byHand)
  }
  return (
    <span className="copy-text">
      <input
        className="field"
        ref={field}
        readOnly
        value={text}
        aria-label={label}
        aria-describedby={said === '' ? undefined : id}
        onFocus={(event) => event.target.select()}
      />
      <IconButton icon="copy" label={copyLabel} onClick={copy} />
      <span className="copy-text-said" id={id} role="status">
        {said}
      </span>
    </span>
  )
}
