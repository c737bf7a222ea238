import { useEffect, useId, useState } from 'react'

export interface ValueFieldProps {
  readonly label: string
  /** As it is shown when nobody types. */
  readonly text: string
  /** undefined: what was typed cannot be read. */
  readonly read: (text: string) => number | undefined
  readonly onChange: (value: number) => void
  readonly hint?: string
  readonly unit?: string
  readonly width?: 'short' | 'long'
}

/** A number or a duration. What cannot be read stays in the field, marked, and changes nothing. */
export function ValueField(props: ValueFieldProps) {
  const { label, text, read, onChange, hint, unit, width = 'short' } = props
  const [typed, setTyped] = useState<string | null>(null)
  const id = useId()
  // What comes from outside is newer than what stands half typed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the value changed elsewhere
  useEffect(
    () => setTyped((now) => (now !== null && read(now) === read(text) ? now : null)),
    [text],
  )
  const shown = typed ?? text
  const wrong = read(shown) === undefined
  return (
    <label className="alert-field" data-width={width} htmlFor={id}>
      <span>{label}</span>
      <span className="alert-value">
        <input
          id={id}
          className="field"
          value={shown}
          title={hint}
          aria-invalid={wrong}
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.target.value)
            const value = read(event.target.value)
            if (value !== undefined) onChange(value)
          }}
          onBlur={() => {
            if (!wrong) setTyped(null)
          }}
        />
        {unit === undefined ? null : <span className="muted">{unit}</span>}
      </span>
    </label>
  )
}

/** A finite number as a person writes it. */
export function readNumber(text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : undefined
}
