import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { MarketChoice } from '../../../shared/contract/status.ts'
import { useSession } from '../../binding/desk.ts'
import { Icon } from '../../ui/icon.tsx'
import { Message } from '../../ui/message.tsx'
import type { Search } from './search.ts'
import './add-market.css'

export interface ChoicesProps {
  readonly search: Search
  readonly text: string
  readonly active: number
  readonly busy: boolean
  readonly onHover: (index: number) => void
  readonly onChoose: (choice: MarketChoice) => void
}

/** The list under the field: what was found, or why there is nothing. */
export function Choices({ search, text, active, busy, onHover, onChoose }: ChoicesProps) {
  const { t } = useTranslation()
  const choices = search.state === 'found' ? search.choices : []
  return (
    <div className="add-results">
      <div role="listbox" id="market-choices" aria-label={t('add.results')} tabIndex={-1}>
        {choices.map((choice, index) => (
          <Choice
            key={choice.market}
            choice={choice}
            id={`market-choice-${index}`}
            active={index === active}
            onHover={() => onHover(index)}
            onChoose={() => onChoose(choice)}
          />
        ))}
      </div>
      {choices.length > 0 ? null : <Nothing search={search} text={text} />}
      <p className="add-hint">{busy ? t('add.adding') : t('add.hint')}</p>
    </div>
  )
}

function Nothing({ search, text }: { readonly search: Search; readonly text: string }) {
  const { t } = useTranslation()
  if (search.state === 'failed')
    return (
      <Message
        tone="alarm"
        title={t(`failure.${search.failure.code}`)}
        why={search.failure.message}
      />
    )
  if (search.state === 'searching') return <Message busy title={t('add.searching')} />
  if (search.state === 'found')
    return <Message title={t('add.none', { text })} why={t('add.noneWhy')} />
  return <Message title={t('add.start')} />
}

interface ChoiceProps {
  readonly choice: MarketChoice
  readonly id: string
  readonly active: boolean
  readonly onHover: () => void
  readonly onChoose: () => void
}

function Choice({ choice, id, active, onHover, onChoose }: ChoiceProps) {
  const { t } = useTranslation()
  const own = useRef<HTMLDivElement>(null)
  const venues = useSession((session) => session.info?.venues)
  const label = venues?.find(({ venue }) => venue === choice.venue)?.label ?? choice.venue
  useEffect(() => {
    if (active) own.current?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above holds the focus and the keys
    <div
      className="add-choice"
      role="option"
      tabIndex={-1}
      id={id}
      ref={own}
      aria-selected={active}
      aria-label={choice.market}
      onClick={onChoose}
      onPointerMove={onHover}
    >
      <span className="add-symbol">{choice.symbol}</span>
      <span className="muted">{label}</span>
      {choice.watched ? (
        <span className="add-watched">
          <Icon name="check" />
          {t('add.watched')}
        </span>
      ) : null}
    </div>
  )
}
