import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import {
  useDesk,
  useFreshness,
  useOpenSummary,
  usePreferences,
  useSession,
  useView,
  useViewVersion,
} from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import type { MarketView } from '../../state/market-view.ts'
import { Badge } from '../../ui/mark.tsx'
import { Message } from '../../ui/message.tsx'
import { Panel } from '../../ui/panel.tsx'
import { TapeList } from './list.tsx'
import { filterTape, MINIMUMS } from './model.ts'
import { usePause } from './pause.ts'
import { PauseButton } from './pause-button.tsx'
import './tape.css'

/** Every print of the open market, newest on top. */
export function TapePanel() {
  const { t } = useTranslation()
  const view = useView()
  const summaries = useSession((session) => session.summaries)
  if (view !== null) return <OpenTape view={view} key={view.market} />
  return (
    <Panel title={t('tape.title')}>
      <Message
        busy={summaries === null}
        title={t(summaries === null ? 'connection.connecting' : 'tape.none')}
      />
    </Panel>
  )
}

function OpenTape({ view }: { readonly view: MarketView }) {
  const { t } = useTranslation()
  const version = useViewVersion(view)
  const fresh = useFreshness()
  const minimum = usePreferences((preferences) => preferences.minNotional)
  // The version stands for the ring behind it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const live = useMemo(() => filterTape(view.tape.newestFirst(), minimum), [view, version, minimum])
  const pause = usePause(live)
  const tools = (
    <>
      <Minimum />
      <PauseButton pause={pause} />
    </>
  )
  const loading = view.trades()
  return (
    <Panel
      title={t('tape.title')}
      tools={tools}
      aside={pause.paused ? <Badge tone="warn">{t('tape.paused')}</Badge> : null}
      old={fresh !== 'fresh'}
    >
      {loading.state === 'failed' ? <p className="tape-remark">{t('tape.failed')}</p> : null}
      {view.ended() === null ? null : <p className="tape-remark">{t('tape.ended')}</p>}
      {pause.entries.length > 0 ? (
        <TapeList pause={pause} />
      ) : (
        <EmptyTape view={view} minimum={minimum} />
      )}
    </Panel>
  )
}

function EmptyTape({ view, minimum }: { readonly view: MarketView; readonly minimum: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const count = view.tape.size
  if (count > 0)
    return (
      <Message
        title={t('tape.emptyFilter', {
          value: format.count(minimum),
          n: format.count(count),
        })}
      />
    )
  if (view.trades().state === 'loading') return <Message busy title={t('tape.loading')} />
  return <Message title={t('tape.empty')} why={t('tape.emptyWhy', { market: view.market })} />
}

/** The smallest print shown; what is smaller is still recorded. */
function Minimum() {
  const { t } = useTranslation()
  const format = useFormat()
  const { preferences } = useDesk()
  const minimum = usePreferences((each) => each.minNotional)
  const quote = useOpenSummary()?.symbol.split('-')[1] ?? ''
  return (
    <select
      className="tape-minimum"
      aria-label={t('tape.minimumLong', { quote })}
      title={t('tape.minimumLong', { quote })}
      value={minimum}
      onChange={(event) => preferences.setState({ minNotional: Number(event.target.value) })}
    >
      {MINIMUMS.map((value) => (
        <option key={value} value={value}>
          {value === 0 ? t('tape.minimumAll') : `≥ ${format.count(value)}`}
        </option>
      ))}
    </select>
  )
}
