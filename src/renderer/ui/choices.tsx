interface ChoicesProps<T extends string> {
  readonly all: readonly T[]
  readonly chosen: readonly T[]
  /** Those that are chosen from now on; a new one comes last. */
  readonly onChange: (chosen: readonly T[]) => void
}

/** A box to tick for each, any number of them at once. */
export function Choices<T extends string>({ all, chosen, onChange }: ChoicesProps<T>) {
  const toggle = (one: T): void => {
    const rest = chosen.filter((each) => each !== one)
    onChange(rest.length === chosen.length ? [...rest, one] : rest)
  }
  return all.map((each) => (
    <label key={each}>
      <input type="checkbox" checked={chosen.includes(each)} onChange={() => toggle(each)} />
      {each}
    </label>
  ))
}
