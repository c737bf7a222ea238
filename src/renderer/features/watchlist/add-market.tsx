import { type KeyboardEvent, useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MarketChoice } from '../../../shared/contract/status.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk } from '../../binding/desk.ts'
import { notify } from '../../state/notices.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Choices } from './choices.tsx'
import { useMarketSearch } from './search.ts'

export interface AddMarketProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** The dialog in which a market is found and added. */
export function AddMarket({ open, onOpenChange }: AddMarketProps) {
  const { t } = useTranslation()
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('add.title')}
      closeLabel={t('app.close')}
    >
      <Finder onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

interface Refusal {
  readonly text: string
  readonly failure: Failure
}

function Finder({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation()
  const desk = useDesk()
  const [typed, setTyped] = useState('')
  const [active, setActive] = useState(0)
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const text = typed.trim()
  const search = useMarketSearch(text)
  const choices = search.state === 'found' ? search.choices : []
  /** What is listed belongs to what is typed; Enter waits until it does. */
  const settled = search.state === 'failed' || (search.state === 'found' && search.text === text)
  const [entered, setEntered] = useState(false)

  const add = async (market: string): Promise<void> => {
    setBusy(true)
    const outcome = await desk.watch(market)
    setBusy(false)
    if (!outcome.ok) {
      setRefusal({ text: market, failure: outcome.failure })
      return
    }
    desk.select(outcome.value.market)
    notify(desk.notices, { kind: 'added', market: outcome.value.market })
    onDone()
  }
  const choose = (choice: MarketChoice): void => {
    if (!choice.watched) return void add(choice.market)
    desk.select(choice.market)
    onDone()
  }
  const enter = useEffectEvent((): void => {
    setEntered(false)
    const choice = choices[active]
    if (choice !== undefined) choose(choice)
    else void add(text)
  })
  useEffect(() => {
    if (entered && settled) enter()
  }, [entered, settled])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setActive((at) => Math.min(choices.length - 1, at + 1))
    else if (event.key === 'ArrowUp') setActive((at) => Math.max(0, at - 1))
    else if (event.key === 'Enter') setEntered(text !== '' && !busy)
    else return
    event.preventDefault()
  }
  return (
    <>
      <input
        className="field"
        // The dialog holds nothing but this field: whoever opened it wants to type.
        // biome-ignore lint/a11y/noAutofocus: focus belongs here when the dialog opens
        autoFocus
        role="combobox"
        aria-label={t('add.title')}
        aria-expanded={choices.length > 0}
        aria-controls="market-choices"
        aria-activedescendant={choices.length > 0 ? `market-choice-${active}` : undefined}
        aria-invalid={refusal !== null}
        placeholder={t('add.placeholder')}
        spellCheck={false}
        value={typed}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setTyped(event.target.value)
          setActive(0)
          setRefusal(null)
          setEntered(false)
        }}
      />
      {refusal === null ? null : <Refused refusal={refusal} onChoose={(near) => void add(near)} />}
      <Choices
        search={search}
        text={text}
        active={active}
        busy={busy}
        onHover={setActive}
        onChoose={choose}
      />
    </>
  )
}

interface RefusedProps {
  readonly refusal: Refusal
  readonly onChoose: (market: string) => void
}

function Refused({ refusal: { text, failure }, onChoose }: RefusedProps) {
  const { t } = useTranslation()
  const near = failure.near ?? []
  if (failure.code !== 'unknown-market')
    return (
      <div className="add-refused" role="alert">
        <p>{t(`failure.${failure.code}`)}</p>
        <p className="muted">{failure.message}</p>
      </div>
    )
  return (
    <div className="add-refused" role="alert">
      <p>{t(near.length > 0 ? 'add.unknown' : 'add.unknownNoNear', { text })}</p>
      <div className="add-near">
        {near.map((market) => (
          <Button size="small" key={market} onClick={() => onChoose(market)}>
            {market}
          </Button>
        ))}
      </div>
    </div>
  )
}
