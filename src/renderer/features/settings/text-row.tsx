import { useId } from 'react'

export interface TextRowProps {
  readonly label: string
  readonly hint: string
  /** What is wrong with the value, or null. */
  readonly problem: string | null
  readonly value: string
  readonly secret?: boolean
  /** For addresses, which are longer than numbers. */
  readonly wide?: boolean
  readonly onChange: (value: string) => void
}

/** A line with a field and, below its name, what it means or what is wrong with it. */
export function TextRow(props: TextRowProps) {
  const { label, hint, problem, value, secret = false, wide = false, onChange } = props
  const id = useId()
  const wrong = problem !== null
  return (
    <div className={wide ? 'settings-row settings-wide' : 'settings-row'}>
      <label htmlFor={id}>
        {label}
        <span className="settings-hint" id={`${id}-hint`} data-wrong={wrong}>
          {problem ?? hint}
        </span>
      </label>
      <input
        className="field"
        id={id}
        type={secret ? 'password' : 'text'}
        autoComplete="off"
        spellCheck={false}
        value={value}
        aria-invalid={wrong}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  )
}
