import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Condition, Group } from '../../../shared/domain/alert.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { useSession } from '../../binding/desk.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Segments } from '../../ui/segments.tsx'
import { ComparisonFields } from './comparison-fields.tsx'
import {
  atMarket,
  CONDITION_KINDS,
  changed,
  isGroup,
  kindOf,
  marketOf,
  type Path,
  usual,
  without,
  withPart,
} from './condition-edit.ts'
import { MarketField } from './market-field.tsx'
import { readNumber, ValueField } from './value-field.tsx'

export interface ConditionFormProps {
  readonly condition: Condition
  readonly onChange: (condition: Condition) => void
}

/** The condition as fields, made from what the expression says; groups stand in groups. */
export function ConditionForm({ condition, onChange }: ConditionFormProps) {
  return <Part whole={condition} part={condition} path={[]} onChange={onChange} />
}

interface PartProps {
  readonly whole: Condition
  readonly part: Condition
  readonly path: Path
  readonly onChange: (whole: Condition) => void
}

/** A new condition beside another, about the same market. */
function useFresh() {
  const summaries = useSession((session) => session.summaries) ?? []
  return (kind: Parameters<typeof usual>[0], near: MarketId | undefined): Condition => {
    const market = near ?? summaries[0]?.market ?? ('venue:BASE-QUOTE' as MarketId)
    const symbol = market.slice(market.indexOf(':') + 1)
    const twin = summaries.find((each) => each.symbol === symbol && each.market !== market)
    const other = twin ?? summaries.find((each) => each.market !== market)
    const price = summaries.find((each) => each.market === market)?.last ?? null
    return usual(kind, market, other?.market ?? market, price)
  }
}

function Part(props: PartProps) {
  const { part } = props
  return isGroup(part) ? <GroupPart {...props} group={part} /> : <LeafPart {...props} leaf={part} />
}

function GroupPart({ whole, group, path, onChange }: PartProps & { readonly group: Group }) {
  const { t } = useTranslation()
  const fresh = useFresh()
  const add = (part: Condition): void => onChange(withPart(whole, path, part))
  return (
    <fieldset className="cond-group">
      <legend className="sr-only">{t('alertEdit.group')}</legend>
      <div className="cond-join">
        <Segments
          label={t('alertEdit.join')}
          value={group.kind}
          options={[
            { value: 'all', text: t('alertEdit.all') },
            { value: 'any', text: t('alertEdit.any') },
          ]}
          onChange={(kind) => onChange(changed(whole, path, () => ({ ...group, kind })))}
        />
        {path.length === 0 ? null : <RemovePart whole={whole} path={path} onChange={onChange} />}
      </div>
      {group.of.map((part, index) => (
        // A part has no name of its own: its place is all that tells it from the others.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Part key={index} whole={whole} part={part} path={[...path, index]} onChange={onChange} />
      ))}
      <div className="cond-add">
        <Button size="small" icon="plus" onClick={() => add(fresh('price', marketOf(group)))}>
          {t('alertEdit.add')}
        </Button>
        <Button
          size="small"
          tone="plain"
          icon="plus"
          onClick={() => {
            const of = [fresh('move', marketOf(group)), fresh('imbalance', marketOf(group))]
            add({ kind: group.kind === 'all' ? 'any' : 'all', of })
          }}
        >
          {t('alertEdit.addGroup')}
        </Button>
      </div>
    </fieldset>
  )
}

function RemovePart({ whole, path, onChange }: Omit<PartProps, 'part'>) {
  const { t } = useTranslation()
  const n = path.map((each) => each + 1).join('.')
  return (
    <IconButton
      icon="close"
      size="small"
      label={t('alertEdit.removePart', { n })}
      onClick={() => onChange(without(whole, path))}
    />
  )
}

type Leaf = Exclude<Condition, Group>

function LeafPart({ whole, leaf, path, onChange }: PartProps & { readonly leaf: Leaf }) {
  const { t } = useTranslation()
  const fresh = useFresh()
  const id = useId()
  const set = (next: Condition): void => onChange(changed(whole, path, () => next))
  const n = path.map((each) => each + 1).join('.')
  return (
    <fieldset className="cond-leaf">
      <legend className="sr-only">{t('alertEdit.part', { n: n === '' ? '1' : n })}</legend>
      <MarketField
        label={t('alertEdit.market')}
        market={marketOf(leaf)}
        onChange={(market) => set(atMarket(leaf, market))}
      />
      <label className="alert-field" htmlFor={`${id}-kind`}>
        <span>{t('alertEdit.measure')}</span>
        <select
          className="select"
          id={`${id}-kind`}
          value={kindOf(leaf)}
          onChange={(event) => {
            const kind = CONDITION_KINDS.find((each) => each === event.target.value)
            if (kind !== undefined) set(fresh(kind, marketOf(leaf)))
          }}
        >
          {CONDITION_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`alertEdit.measures.${kind}`)}
            </option>
          ))}
        </select>
      </label>
      {leaf.kind === 'compare' ? <ComparisonFields comparison={leaf} onChange={set} /> : null}
      {leaf.kind === 'verdict' ? <VerdictFields verdict={leaf} onChange={set} /> : null}
      {path.length === 0 ? (
        <Button
          size="small"
          tone="plain"
          icon="plus"
          onClick={() => onChange(withPart(whole, path, fresh('move', marketOf(leaf))))}
        >
          {t('alertEdit.add')}
        </Button>
      ) : (
        <RemovePart whole={whole} path={path} onChange={onChange} />
      )}
    </fieldset>
  )
}

type VerdictLeaf = Extract<Leaf, { kind: 'verdict' }>

function VerdictFields({
  verdict,
  onChange,
}: {
  readonly verdict: VerdictLeaf
  readonly onChange: (next: Condition) => void
}) {
  const { t } = useTranslation()
  const id = useId()
  const { above } = verdict
  return (
    <>
      <label className="alert-field" htmlFor={id}>
        <span>{t('alertEdit.verdict')}</span>
        <input
          id={id}
          className="field"
          value={verdict.verdict}
          spellCheck={false}
          onChange={(event) => {
            const word = event.target.value.toLowerCase().replace(/[^a-z0-9_]/g, '')
            if (word !== '') onChange({ ...verdict, verdict: word })
          }}
        />
      </label>
      <ValueField
        label={t('alertEdit.above')}
        text={above === null ? '' : String(above)}
        read={(text) => (text.trim() === '' ? Number.NEGATIVE_INFINITY : readNumber(text))}
        onChange={(value) => onChange({ ...verdict, above: Number.isFinite(value) ? value : null })}
      />
    </>
  )
}
