import { parseCondition } from '../../../shared/alerts/parse.ts'
import type { AlertDraft, AlertEvent, AlertView } from '../../../shared/contract/alerts.ts'
import { type AlertId, marketsOf } from '../../../shared/domain/alert.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import { type EpochMs, epochMs } from '../../../shared/domain/time.ts'
import {
  type Compilation,
  type CompiledAlert,
  compileAlert,
} from '../../pipeline/alerts/compiled-alert.ts'
import type { Clock, Logger } from '../../ports.ts'
import type { AlertBook, KeptAlert } from '../../store/alert-changes.ts'
import type { LiveAlerts } from './live-alerts.ts'

/** An alert with what it did so far. */
export interface Entry {
  alert: KeptAlert
  readonly rule: CompiledAlert
  fired: number
  lastAt: EpochMs | null
}

/** What people wrote down, and how each of it stands. */
export class AlertList {
  readonly #entries = new Map<AlertId, Entry>()
  readonly #clock: Clock
  readonly #live: Pick<LiveAlerts, 'isOn' | 'unknownOf'>
  #lastId = 0

  constructor(clock: Clock, live: Pick<LiveAlerts, 'isOn' | 'unknownOf'>) {
    this.#clock = clock
    this.#live = live
  }

  get size(): number {
    return this.#entries.size
  }

  get all(): readonly Entry[] {
    return [...this.#entries.values()]
  }

  get(id: AlertId): Entry | undefined {
    return this.#entries.get(id)
  }

  load({ alerts, counts }: Pick<AlertBook, 'alerts' | 'counts'>, log: Logger): void {
    const known = new Map(counts.map((each) => [each.alert, each]))
    for (const alert of alerts) {
      const compiled = compileAlert(alert)
      if (!compiled.ok) {
        log.error('alerts.not-understood', { alert: alert.id, expr: alert.expr })
        continue
      }
      const { fired = 0, lastAt = null } = known.get(alert.id) ?? {}
      this.#entries.set(alert.id, { alert, rule: compiled.value, fired, lastAt })
    }
  }

  /** A new alert (not armed), or one that is changed; fails with `invalid` and the place. */
  save(id: AlertId | undefined, draft: AlertDraft): Outcome<Entry> {
    const now = this.#clock.now()
    const before = id === undefined ? undefined : this.#entries.get(id)
    const armed = before?.alert.armed ?? false
    const alert: KeptAlert = {
      ...draft,
      name: draft.name.trim() === '' ? draft.expr : draft.name,
      id: id ?? this.#newId(now),
      armed,
      createdAt: before?.alert.createdAt ?? now,
      armedAt: armed ? now : (before?.alert.armedAt ?? null),
      spentAt: null,
    }
    const compiled = compileAlert(alert)
    if (!compiled.ok) return fail('invalid', messageOf(compiled.problem))
    const { fired = 0, lastAt = null } = before ?? {}
    const entry = { alert, rule: compiled.value, fired, lastAt }
    this.#entries.set(alert.id, entry)
    return ok(entry)
  }

  remove(id: AlertId): void {
    this.#entries.delete(id)
  }

  /** One more firing of it. */
  count(entry: Entry, { at }: Pick<AlertEvent, 'at'>): void {
    entry.fired += 1
    entry.lastAt = epochMs(Math.max(entry.lastAt ?? 0, at))
  }

  viewOf({ alert: kept, fired, lastAt }: Entry): AlertView {
    const { armedAt, spentAt, ...alert } = kept
    const unknown = alert.armed ? this.#live.unknownOf(alert.id) : []
    return { ...alert, state: this.#standing(kept, lastAt), unknown, fired, lastFiredAt: lastAt }
  }

  #standing(alert: KeptAlert, lastAt: EpochMs | null): AlertView['state'] {
    const now = this.#clock.now()
    if (!alert.armed || (alert.expiresAt !== null && alert.expiresAt <= now)) return 'off'
    if (lastAt !== null && now < lastAt + alert.cooldownMs) return 'resting'
    if (this.#live.isOn(alert.id)) return 'on'
    return this.#live.unknownOf(alert.id).length > 0 ? 'warming' : 'watching'
  }

  #newId(now: EpochMs): AlertId {
    this.#lastId = Math.max(this.#lastId + 1, now)
    return `alert-${this.#lastId.toString(36)}` as AlertId
  }
}

/** What is wrong, and where. */
function messageOf(problem: Extract<Compilation, { ok: false }>['problem']): string {
  if (problem.code === 'field') return problem.message
  const hint = problem.hint === null ? '' : ` ${problem.hint}`
  return `At character ${problem.start + 1}: ${problem.message}${hint}`
}

/** Markets of an expression; none when it cannot be read. */
export function marketsIn(expr: string): readonly MarketId[] {
  const parsed = parseCondition(expr)
  return parsed.ok ? marketsOf(parsed.condition) : []
}
