import { useTranslation } from 'react-i18next'
import { useFormat } from '../../binding/format.ts'
import { verdict } from './model.ts'

export interface FigureProps {
  readonly ms: number | null
  readonly uncertaintyMs: number | null
  /** Where there is no room for words a question mark stands for them. */
  readonly brief?: boolean
}

/** A cell with milliseconds, or with the admission that the clocks do not allow to tell. */
export function FigureCell({ ms, uncertaintyMs, brief = false }: FigureProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const told = verdict(ms, uncertaintyMs)
  if (told === 'value') return <td className="num">{format.plainMs(ms)}</td>
  const precise = t('latency.cannotTellLong', {
    value: format.ms(ms),
    uncertainty: format.ms(uncertaintyMs),
  })
  return told === 'unclear' ? (
    <td className="num muted" title={precise}>
      {brief ? (
        <>
          <span aria-hidden="true">?</span>
          <span className="sr-only">{t('latency.cannotTell')}</span>
        </>
      ) : (
        t('latency.cannotTell')
      )}
    </td>
  ) : (
    <td className="num latency-negative" title={t('latency.below')}>
      {format.plainMs(ms)}
    </td>
  )
}
