import { marketsOf } from '../../../shared/domain/alert.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import type { CompiledAlert } from '../../pipeline/alerts/compiled-alert.ts'
import type { Firing } from '../../pipeline/alerts/firing.ts'
import { reachOf } from '../../pipeline/alerts/reach.ts'
import type { StretchGap } from '../../pipeline/alerts/stretch.ts'
import type { Logger } from '../../ports.ts'
import type { Checkpoint, KeptAlert } from '../../store/alert-changes.ts'
import type { TradeStore } from '../../store/store.ts'
import { KnownFirings } from './known-firings.ts'
import type { EvaluateTape } from './tape-evaluation.ts'

/** Trades may be matched so long before they are received. */
const SKEW_MS = 600_000
/** The log is read so far before the firings that are looked for. */
const MARGIN_MS = 10_000
const LOG_PAGE = 1_000

export interface RestorationOptions {
  readonly log: Logger
  readonly store: Pick<TradeStore, 'alertLog' | 'gaps'>
  readonly evaluate: EvaluateTape
  readonly rules: readonly CompiledAlert[]
  /** The alert of a rule. */
  readonly alertOf: (firing: Firing) => KeptAlert | undefined
  readonly checkpoint: Checkpoint | null
  /** Trades received from then on come live. */
  readonly until: number
}

export interface Restored {
  /** Null: nothing could be made of it. */
  readonly state: Uint8Array | null
  /** Fired by trades that are on the tape, but the run ended before it was in the log. */
  readonly missing: readonly Firing[]
}

/** The state of the evaluator as live had it at the end of the tape, or what comes nearest. */
export async function restoreAlerts(options: RestorationOptions): Promise<Restored> {
  const { log, evaluate, rules, checkpoint, until } = options
  const markets = [...new Set(rules.flatMap(({ condition }) => marketsOf(condition)))]
  const reach = Math.max(...rules.map(({ condition }) => reachOf(condition)))
  const from = (checkpoint === null ? until - reach : checkpoint.at) - SKEW_MS
  const evaluated = await evaluate({
    ...{ rules, markets, from, until, receivedBefore: until },
    to: until + SKEW_MS,
    order: 'received',
    begin: checkpoint === null ? null : { after: checkpoint.at, state: checkpoint.data },
    gaps: await knownGaps(options, markets, from),
    save: true,
  })
  if (evaluated.ok) {
    const { state, firings } = evaluated.value
    return { state, missing: await notInLog(options, firings) }
  }
  log.error('alerts.not-restored', { reason: evaluated.failure.message })
  return { state: checkpoint?.data ?? null, missing: [] }
}

/** Those that live knew of; one that was filled since the state was kept too, for that may not have been told. */
async function knownGaps(
  { store, checkpoint }: RestorationOptions,
  markets: readonly MarketId[],
  from: number,
): Promise<readonly StretchGap[]> {
  const asked = await Promise.all(
    markets.map((market) => store.gaps({ market, from: epochMs(from), limit: 1_000 })),
  )
  return asked
    .flatMap((answer) => (answer.ok ? answer.value : []))
    .filter(
      ({ state, openedAt }) =>
        state !== 'filled' || (checkpoint !== null && openedAt > checkpoint.at),
    )
    .map((gap) => ({ market: gap.market, from: gap.from, to: gap.to, at: gap.openedAt }))
}

async function notInLog(
  { store, alertOf, rules }: RestorationOptions,
  firings: readonly Firing[],
): Promise<readonly Firing[]> {
  if (firings.length === 0) return []
  const known = new KnownFirings([])
  const from = epochMs(firings.reduce((least, { at }) => Math.min(least, at), Infinity) - MARGIN_MS)
  for (let before: number | undefined; ; ) {
    const page = await store.alertLog({
      ...{ limit: LOG_PAGE, from },
      ...(before !== undefined && { before }),
    })
    if (!page.ok) return []
    for (const event of page.value) known.add(event)
    before = page.value.at(-1)?.id
    if (page.value.length < LOG_PAGE) break
  }
  const perTrade = new Map(rules.map(({ id, isPerTrade }) => [id, isPerTrade]))
  return firings.filter((firing) => {
    const armedAt = alertOf(firing)?.armedAt ?? null
    if (armedAt === null || firing.at < armedAt) return false
    const isPerTrade = perTrade.get(firing.alert) === true
    return !known.covers(firing, { cooldownMs: 0, isPerTrade, since: null })
  })
}
