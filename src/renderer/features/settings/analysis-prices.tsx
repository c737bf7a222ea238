import { useTranslation } from 'react-i18next'
import { Button, IconButton } from '../../ui/button.tsx'
import { isModel, type PriceDraft, readPrice } from './analysis-model.ts'

export interface AnalysisPricesProps {
  readonly prices: readonly PriceDraft[]
  readonly onChange: (prices: readonly PriceDraft[]) => void
}

/** What a million tokens cost, model by model: presets say of when they are, changed ones are your own. */
export function AnalysisPrices({ prices, onChange }: AnalysisPricesProps) {
  const { t } = useTranslation()
  const change = (at: number, next: PriceDraft): void =>
    onChange(prices.map((each, index) => (index === at ? next : each)))
  return (
    <details className="analysis-prices">
      <summary>{t('analysisSet.prices')}</summary>
      <p className="settings-hint">{t('analysisSet.pricesHint')}</p>
      <table aria-label={t('analysisSet.prices')}>
        <thead>
          <tr>
            <th scope="col">{t('analysis.model')}</th>
            <th scope="col">{t('analysisSet.input')}</th>
            <th scope="col">{t('analysisSet.output')}</th>
            <th scope="col">{t('analysisSet.dated')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {prices.map((price, index) => (
            <Row
              // biome-ignore lint/suspicious/noArrayIndexKey: a line that is typed has no other name
              key={index}
              price={price}
              onChange={(next) => change(index, next)}
              onRemove={() => onChange(prices.filter((_, each) => each !== index))}
            />
          ))}
        </tbody>
      </table>
      <Button
        size="small"
        icon="plus"
        onClick={() =>
          onChange([...prices, { model: '', prompt: '', completion: '', dated: null }])
        }
      >
        {t('analysisSet.addPrice')}
      </Button>
    </details>
  )
}

interface RowProps {
  readonly price: PriceDraft
  readonly onChange: (price: PriceDraft) => void
  readonly onRemove: () => void
}

function Row({ price, onChange, onRemove }: RowProps) {
  const { t } = useTranslation()
  const { model, prompt, completion, dated } = price
  const begun = model !== '' || prompt !== '' || completion !== ''
  const money = (name: 'prompt' | 'completion', label: string) => (
    <td>
      <input
        className="field"
        inputMode="decimal"
        aria-label={`${label}, ${model}`}
        aria-invalid={begun && readPrice(price[name]) === undefined}
        value={price[name]}
        onChange={(event) => onChange({ ...price, [name]: event.target.value, dated: null })}
      />
    </td>
  )
  return (
    <tr>
      <td>
        <input
          className="field"
          aria-label={t('analysis.model')}
          autoComplete="off"
          spellCheck={false}
          aria-invalid={begun && !isModel(model.trim())}
          value={model}
          onChange={(event) => onChange({ ...price, model: event.target.value, dated: null })}
        />
      </td>
      {money('prompt', t('analysisSet.input'))}
      {money('completion', t('analysisSet.output'))}
      <td className="muted">{dated ?? t('analysisSet.own')}</td>
      <td>
        <IconButton
          icon="close"
          size="small"
          label={t('analysisSet.removePrice', { model })}
          onClick={onRemove}
        />
      </td>
    </tr>
  )
}
