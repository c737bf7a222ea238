import { useTranslation } from 'react-i18next'
import type { WayFigures } from '../../../shared/contract/status.ts'
import { useFormat } from '../../binding/format.ts'
import { DASH } from '../../i18n/format.ts'
import { Dot } from '../../ui/mark.tsx'
import { isUnclear } from './model.ts'

// Names of statistics, the same in every language.
const PERCENTILES = ['p50', 'p95', 'p99', 'max'] as const

/** A line for each way: how late, how complete, at what cost. */
export function WayTable({ ways }: { readonly ways: readonly WayFigures[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const uncertaintyMs = ways.find((way) => way.uncertaintyMs !== null)?.uncertaintyMs ?? null
  const costs = ['requests', 'weight', 'bytes', 'cpu'] as const
  return (
    <div className="lab-table">
      <table aria-label={t('lab.title')}>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              {t('lab.way')}
            </th>
            <th scope="colgroup" colSpan={5} className="num">
              {t('lab.delay')}
            </th>
            <th scope="col" rowSpan={2} className="num" title={t('lab.completeLong')}>
              {t('lab.complete')}
            </th>
            <th scope="col" rowSpan={2} className="num">
              {t('lab.missed')}
            </th>
            {costs.map((name) => (
              <th scope="col" rowSpan={2} className="num" key={name}>
                {t(`lab.${name}`)}
              </th>
            ))}
          </tr>
          <tr>
            <th scope="col" className="num">
              {t('lab.mean')}
            </th>
            {PERCENTILES.map((name) => (
              <th scope="col" className="num" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ways.map((way) => (
            <Line key={way.way.id} figures={way} />
          ))}
        </tbody>
      </table>
      {uncertaintyMs === null ? null : (
        <p className="muted">{t('lab.uncertainty', { ms: format.plainMs(uncertaintyMs) })}</p>
      )}
    </div>
  )
}

const TONES = { starting: 'busy', running: 'ok', failed: 'alarm' } as const

function Line({ figures }: { readonly figures: WayFigures }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { way, state, reason, delay, completeness, missed } = figures
  const label = state === 'failed' ? t('lab.failed', { reason: reason ?? '' }) : way.id
  return (
    <tr data-state={state}>
      <th scope="row">
        <Dot tone={TONES[state]} label={label} /> {way.id}
        {state === 'failed' ? <div className="lab-reason">{label}</div> : null}
      </th>
      <Delay ms={delay.avg} figures={figures} />
      {PERCENTILES.map((name) => (
        <Delay key={name} ms={delay[name]} figures={figures} />
      ))}
      <td className="num">{completeness === null ? DASH : format.share(completeness)}</td>
      <td className={missed > 0 ? 'num lab-missed' : 'num muted'}>{format.fixed(missed, 0)}</td>
      <td className="num">{format.fixed(figures.requests, 0)}</td>
      <td className="num">{format.fixed(figures.weight, 0)}</td>
      <td className="num">{format.bytes(figures.bytes)}</td>
      <td className="num">{format.fixed(figures.cpuMs, 0)}</td>
    </tr>
  )
}

function Delay({ ms, figures }: { readonly ms: number | null; readonly figures: WayFigures }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (!isUnclear(ms, figures)) return <td className="num">{format.plainMs(ms)}</td>
  const precise = t('lab.cannotTellLong', {
    value: format.plainMs(ms),
    ms: format.plainMs(figures.uncertaintyMs),
  })
  return (
    <td className="num muted" title={precise}>
      {t('lab.cannotTell')}
    </td>
  )
}
