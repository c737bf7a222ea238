import { useTranslation } from 'react-i18next'
import type { LoadStatus } from '../../../shared/domain/load.ts'
import { useEngineNow } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { DASH } from '../../i18n/format.ts'
import { Banner } from './banner.tsx'

/** What is left out because the computer is busy, why, and what one can do about it. */
export function LoadBanner({ load }: { readonly load: LoadStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useEngineNow()
  const last = load.shed.at(-1)
  if (last === undefined) return null
  const { cpuPercent, memoryMegabytes } = load.caps
  const figures = {
    cpu: format.percent(load.cpu),
    cpuCap: cpuPercent === null ? DASH : format.percent(cpuPercent / 100),
    memory: format.bytes(load.rssBytes),
    memoryCap: format.bytes(memoryMegabytes === null ? null : memoryMegabytes * 1e6),
  }
  const capped = load.reasons.some((reason) => reason === 'cpu' || reason === 'memory')
  const why = [
    ...(load.easing
      ? [t('load.easing')]
      : load.reasons.map((reason) => t(`load.reasons.${reason}`, figures))),
    last === 'trades' ? t('load.shed', { n: format.count(load.shedTrades) }) : t('load.kept'),
    ...(load.easing ? [] : [t(capped ? 'load.doCap' : 'load.doLess')]),
  ]
  return (
    <Banner
      tone={last === 'trades' ? 'alarm' : 'warn'}
      title={t(`load.titles.${last}`)}
      why={why.join(' ')}
    >
      <span className="banner-end">{t('load.since', { age: format.age(now - load.since) })}</span>
    </Banner>
  )
}
