import { createContext, useContext, useState, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import type { StoreApi } from 'zustand/vanilla'
import type { CommandName, Commands } from '../../shared/contract/contract.ts'
import type { MarketSummary, StageReport } from '../../shared/contract/status.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import { epochMs } from '../../shared/domain/time.ts'
import type { Desk } from '../state/desk.ts'
import { type Freshness, freshness } from '../state/freshness.ts'
import type { MarketView } from '../state/market-view.ts'
import { notify } from '../state/notices.ts'
import type { Place, Whereabouts } from '../state/place.ts'
import type { Preferences } from '../state/preferences.ts'
import type { Session } from '../state/session.ts'

const DeskContext = createContext<Desk | null>(null)
export const DeskProvider = DeskContext.Provider

export function useDesk(): Desk {
  const desk = useContext(DeskContext)
  if (desk === null) throw new Error('This part was rendered outside the desk.')
  return desk
}

export const useSession = <T>(select: (session: Session) => T): T =>
  useStore(useDesk().session, select)
export const usePreferences = <T>(select: (preferences: Preferences) => T): T =>
  useStore(useDesk().preferences, select)
export const useView = (): MarketView | null => useStore(useDesk().view, ({ open }) => open)

/** Our clock, once a second. */
export const useNow = (): EpochMs => useStore(useDesk().now as StoreApi<EpochMs>)

/** The engine's clock, once a second: for ages of what the engine said. */
export function useEngineNow(): EpochMs {
  const skew = useSession((session) => session.skew)
  return epochMs(useNow() + skew)
}

/** How old the figures on screen are, computed from times each second. */
export function useFreshness(): Freshness {
  const { connection } = useDesk()
  const now = useNow()
  const phase = useSession((session) => session.connection.phase)
  return freshness(phase === 'connected', connection.heardAt(), now)
}

const nothing = (): (() => void) => () => {}
const zero = (): number => 0

/** Draws again when the market's rings changed: at most once per animation frame. */
export const useViewVersion = (view: Pick<MarketView, 'subscribe' | 'version'> | null): number =>
  useSyncExternalStore(view?.subscribe ?? nothing, view?.version ?? zero)

/** Latency by stage; all venues together first. null until the engine said it. */
export function useStages(): readonly StageReport[] | null {
  const { stages } = useDesk()
  return useSyncExternalStore(stages.subscribe, stages.get)
}

/** Where the reader is. */
export const usePlace = (): Place => useStore(useDesk().place, ({ place }) => place)

/** The dialog that is open. */
export const useDialog = (): Whereabouts['dialog'] =>
  useStore(useDesk().place, ({ dialog }) => dialog)

/** Commands that answer with nothing but success: what fails is said in a toast. */
export function useAct() {
  const { connection, notices } = useDesk()
  const [busy, setBusy] = useState(false)
  const connected = useSession(({ connection: { phase } }) => phase === 'connected')
  const act = async <Name extends CommandName>(
    name: Name,
    input: Commands[Name]['input'],
  ): Promise<void> => {
    setBusy(true)
    const outcome = await connection.call(name, input)
    setBusy(false)
    if (!outcome.ok) notify(notices, { kind: 'failed', failure: outcome.failure })
  }
  return {
    /** True until the engine has answered, and while there is none to ask. */
    busy: busy || !connected,
    act: <Name extends CommandName>(name: Name, input: Commands[Name]['input']): void =>
      void act(name, input),
  }
}

/** Which markets are watched; null until the engine said it. Not drawn again for their prices, which change many times a second. */
export const useWatched = (): readonly MarketId[] | null =>
  useSession(useShallow(({ summaries }) => summaries?.map(({ market }) => market) ?? null))

/** The summary of the market whose view is open. */
export function useOpenSummary(): MarketSummary | undefined {
  const market = useView()?.market
  return useSession((session) => session.summaries?.find((each) => each.market === market))
}
