import { useTranslation } from 'react-i18next'
import type { EngineStatus } from '../../../shared/contract/status.ts'
import type { LoadStatus } from '../../../shared/domain/load.ts'
import { useEngineNow, useFreshness, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { DASH } from '../../i18n/format.ts'
import { reach } from '../../state/reach.ts'
import { Badge, Dot } from '../../ui/mark.tsx'
import { Tip } from '../../ui/tip.tsx'
import { STORE_TONES, storeVerdict } from './model.ts'
import './status-bar.css'

/** One line on how the machine behind the screen is doing. */
export function StatusBar() {
  const { t } = useTranslation()
  const engine = useSession((session) => session.engine)
  const demo = useSession((session) => session.info?.demo === true)
  const fresh = useFreshness()
  return (
    <section className="status" aria-label={t('status.title')} data-old={fresh !== 'fresh'}>
      {demo ? <Badge tone="demo">{t('app.demo')}</Badge> : null}
      {engine === null ? (
        <span className="muted">{t('status.loading')}</span>
      ) : (
        <>
          <Store engine={engine} />
          <Spared load={engine.load} />
          <Flow engine={engine} />
          <Disk engine={engine} />
          <Machine engine={engine} />
        </>
      )}
    </section>
  )
}

interface Part {
  readonly engine: EngineStatus
}

interface ItemProps {
  readonly name: string
  readonly value: string
  readonly long: string
  readonly alarm?: boolean
  /** Width in characters that the value keeps, so that nothing moves. */
  readonly room?: number
}

function Item({ name, value, long, alarm = false, room = 0 }: ItemProps) {
  return (
    <Tip text={long}>
      <button type="button" className="status-item" data-alarm={alarm}>
        <span className="muted">{name}</span>{' '}
        <span className="status-value" style={{ minWidth: `${room}ch` }}>
          {value}
        </span>
      </button>
    </Tip>
  )
}

function Store({ engine }: Part) {
  const { store } = engine
  const { t } = useTranslation()
  const format = useFormat()
  const state = useSession(({ venues }) => reach(venues ?? []))
  const verdict = storeVerdict(engine, useFreshness(), state)
  const words = {
    shedding: t('load.notStored'),
    lost: t('status.storeLost', { n: format.count(store.lostTrades) }),
    closed: t('status.storeClosed'),
    retrying: t('status.storeRetrying', { n: format.count(store.waitingTrades) }),
    ok: t('status.storeOk'),
    idle: t('status.storeIdle'),
    unknown: t('status.storeUnknown'),
  }
  return (
    <Tip text={store.reason ?? (verdict === 'ok' ? t('status.storeOkLong') : words[verdict])}>
      <button type="button" className="status-item status-store" data-verdict={verdict}>
        <Dot tone={STORE_TONES[verdict]} label={words[verdict]} />
        <span aria-hidden="true">{words[verdict]}</span>
      </button>
    </Tip>
  )
}

function Flow({ engine }: Part) {
  const { t } = useTranslation()
  const format = useFormat()
  const { lastWrite } = engine.store
  return (
    <>
      <Item
        name={t('status.messages')}
        value={format.count(engine.messagesPerSecond)}
        long={t('status.messagesLong', { n: format.count(engine.messages) })}
        room={5}
      />
      <Item
        name={t('status.trades')}
        value={format.count(engine.tradesPerSecond)}
        long={t('status.tradesLong', {
          n: format.count(engine.trades),
          duplicates: format.count(engine.duplicates),
        })}
        room={5}
      />
      <Item
        name={t('status.batch')}
        value={
          lastWrite === null
            ? DASH
            : t('status.batchValue', {
                trades: format.count(lastWrite.trades),
                ms: format.ms(lastWrite.ms),
              })
        }
        long={t('status.batchLong')}
        room={13}
      />
      <Item
        name={t('status.queue')}
        value={format.count(engine.queueDepth)}
        long={t('status.queueLong')}
        alarm={engine.queueDepth > 50_000}
        room={5}
      />
      {engine.unreadable > 0 ? (
        <span className="status-warn" title={t('venues.unreadableLong')}>
          {t('status.unreadable', { n: format.count(engine.unreadable) })}
        </span>
      ) : null}
    </>
  )
}

const LITTLE_ROOM = 1_000_000_000

function Disk({ engine: { store } }: Part) {
  const { t } = useTranslation()
  const format = useFormat()
  const { path, freeBytes } = store
  return (
    <>
      <Item
        name={t('status.database')}
        value={format.bytes(store.databaseBytes)}
        long={
          freeBytes === null
            ? t('status.databaseLongNoFree', { path })
            : t('status.databaseLong', { path, free: format.bytes(freeBytes) })
        }
        alarm={freeBytes !== null && freeBytes < LITTLE_ROOM}
        room={7}
      />
      <Item
        name={t('status.stored')}
        value={format.count(store.storedTrades)}
        long={t('status.storedLong')}
        room={8}
      />
    </>
  )
}

function Machine({ engine }: Part) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useEngineNow()
  const micros = `${format.fixed(engine.processingMicros, 1)} µs`
  return (
    <>
      <Item
        name={t('status.memory')}
        value={format.bytes(engine.rssBytes)}
        long={t('status.memoryLong', { heap: format.bytes(engine.heapBytes) })}
        room={7}
      />
      <Item
        name={t('status.cpu')}
        value={format.percent(engine.cpu)}
        long={t('status.cpuLong', { micros })}
        room={4}
      />
      <Item
        name={t('status.loop')}
        value={format.ms(engine.loopDelayP99Ms)}
        long={t('status.loopLong')}
        alarm={engine.loopDelayP99Ms > 100}
        room={7}
      />
      <Item
        name={t('status.uptime')}
        value={format.age(now - engine.startedAt)}
        long={t('status.uptimeLong', { since: format.dateTime(engine.startedAt) })}
        room={8}
      />
    </>
  )
}

/** Shown while anything is left out, and after trades were. */
function Spared({ load }: { readonly load: LoadStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { level, shed, shedTrades } = load
  if (level === 0 && shedTrades === 0) return null
  const what = shed.map((step) => t(`load.steps.${step}`)).join('; ')
  return (
    <Item
      name={t('load.name')}
      value={level === 0 ? t('load.levelNone') : t('load.level', { level })}
      long={
        level === 0 ? t('load.longNone', { n: format.count(shedTrades) }) : t('load.long', { what })
      }
      alarm={level > 0}
    />
  )
}
