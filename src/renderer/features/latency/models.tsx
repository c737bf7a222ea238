import { useTranslation } from 'react-i18next'
import type { ModelLatency } from '../../../shared/contract/analysis.ts'
import { useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Message } from '../../ui/message.tsx'
import './stages.css'

// Names of statistics, the same in every language.
const QUANTILES = ['p50', 'p95', 'p99'] as const
const PARTS = ['queue', 'firstByte', 'total'] as const

/** How long the models take: the wait for our limits, the first byte of text, the whole answer. */
export function ModelsView() {
  const { t } = useTranslation()
  const latencies = useSession(({ analysis }) => analysis?.latencies ?? null)
  if (latencies === null) return <Message busy title={t('analysis.loading')} />
  if (latencies.length === 0)
    return <Message title={t('modelLatency.empty')} why={t('modelLatency.emptyWhy')} />
  return (
    <div className="clocks">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard */}
      <div className="clocks-table" tabIndex={0}>
        <table aria-label={t('modelLatency.title')}>
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>
                {t('analysis.model')}
              </th>
              <th scope="col" rowSpan={2} className="num">
                {t('modelLatency.calls')}
              </th>
              {PARTS.map((part) => (
                <th
                  scope="colgroup"
                  colSpan={QUANTILES.length}
                  className="num"
                  key={part}
                  title={t(`modelLatency.partLong.${part}`)}
                >
                  {t(`modelLatency.part.${part}`)}
                </th>
              ))}
            </tr>
            <tr>
              {PARTS.flatMap((part) =>
                QUANTILES.map((name) => (
                  <th scope="col" className="num" key={`${part} ${name}`}>
                    {name}
                  </th>
                )),
              )}
            </tr>
          </thead>
          <tbody>
            {latencies.map((latency) => (
              <Row key={latency.model} latency={latency} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}

function Row({ latency }: { readonly latency: ModelLatency }) {
  const format = useFormat()
  return (
    <tr>
      <th scope="row" className="models-name" title={latency.model}>
        <bdi>{latency.model}</bdi>
      </th>
      <td className="num">{format.count(latency.calls)}</td>
      {PARTS.flatMap((part) =>
        QUANTILES.map((name) => (
          <td className="num" key={`${part} ${name}`}>
            {format.plainMs(latency[part][name])}
          </td>
        )),
      )}
    </tr>
  )
}
