import { useId } from 'react'
import type { MarketId } from '../../../shared/domain/market.ts'
import { useSession } from '../../binding/desk.ts'

export interface MarketFieldProps {
  readonly label: string
  readonly market: MarketId | undefined
  readonly onChange: (market: MarketId) => void
}

/** A watched market; one that is not watched any more stays chosen. */
export function MarketField({ label, market, onChange }: MarketFieldProps) {
  const id = useId()
  const summaries = useSession((session) => session.summaries) ?? []
  const watched = summaries.map((each) => each.market)
  const all = market === undefined || watched.includes(market) ? watched : [market, ...watched]
  return (
    <label className="alert-field" htmlFor={id}>
      <span>{label}</span>
      <select
        className="select"
        id={id}
        value={market}
        onChange={(event) => {
          const chosen = all.find((each) => each === event.target.value)
          if (chosen !== undefined) onChange(chosen)
        }}
      >
        {all.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  )
}
