import type { EngineStatus, StoreHealth } from '../../../shared/contract/status.ts'
import type { Freshness } from '../../state/freshness.ts'
import type { Reach } from '../../state/reach.ts'
import type { Tone } from '../../ui/mark.tsx'

/** The one thing to say of the store, worst first. */
export type StoreVerdict = 'shedding' | 'lost' | 'closed' | 'retrying' | 'ok' | 'idle' | 'unknown'

/** `ok` is said only while something arrives that can be written. */
export function storeVerdict(
  { store, load }: Pick<EngineStatus, 'store' | 'load'>,
  freshness: Freshness,
  reach: Reach,
): StoreVerdict {
  if (load.level === 4 && freshness === 'fresh') return 'shedding'
  if (store.lostTrades > 0) return 'lost'
  if (freshness !== 'fresh') return 'unknown'
  return store.state === 'ok' && reach !== 'some' ? 'idle' : store.state
}

export const STORE_TONES: Readonly<Record<StoreVerdict, Tone>> = {
  shedding: 'alarm',
  lost: 'alarm',
  closed: 'alarm',
  retrying: 'warn',
  ok: 'ok',
  idle: 'off',
  unknown: 'off',
}

const WORDS = {
  'storage-full': 'store.full',
  'storage-read-only': 'store.readOnly',
  'storage-corrupt': 'store.corrupt',
  busy: 'store.busy',
} as const

/** The key of a translated reason, where the code has one. */
export const storeReason = ({ code }: StoreHealth) =>
  code !== undefined && code in WORDS ? WORDS[code as keyof typeof WORDS] : undefined
