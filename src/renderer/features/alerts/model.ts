import { printMarket } from '../../../shared/alerts/print.ts'
import { formatDuration, parseDuration } from '../../../shared/alerts/units.ts'
import type {
  AlertDraft,
  AlertEvent,
  AlertView,
  DeliveryChannel,
  RehearsalStatus,
} from '../../../shared/contract/alerts.ts'
import type { Operator, Schedule, Severity } from '../../../shared/domain/alert.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { fromField, toField } from '../../state/wall-field.ts'

export const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical']
export const CHANNELS: readonly DeliveryChannel[] = ['desktop', 'webhook', 'telegram']

/** What the editor holds besides the condition; texts as they were typed. */
export interface EditForm {
  readonly name: string
  readonly severity: Severity
  readonly cooldown: string
  readonly rearm: AlertDraft['rearm']
  /** Percent. */
  readonly hysteresis: string
  readonly schedule: Schedule | null
  /** A field of the calendar; empty: never. */
  readonly expires: string
  readonly channels: readonly DeliveryChannel[]
}

export const formOf = (alert: AlertView | null, name: string): EditForm =>
  alert === null
    ? {
        name,
        severity: 'warning',
        cooldown: '5m',
        rearm: 'auto',
        hysteresis: '0',
        schedule: null,
        expires: '',
        channels: ['desktop'],
      }
    : {
        name: alert.name,
        severity: alert.severity,
        cooldown: alert.cooldownMs === 0 ? '0' : formatDuration(alert.cooldownMs),
        rearm: alert.rearm,
        hysteresis: String(Number(((alert.hysteresis ?? 0) * 100).toPrecision(12))),
        schedule: alert.schedule ?? null,
        expires: alert.expiresAt === null ? '' : toField(alert.expiresAt),
        channels: alert.channels,
      }

/** A condition to begin with, before a price is known. */
export const firstExpression = (market: MarketId, price: number | null): string =>
  `${printMarket(market)} price crosses above ${Number((price ?? 1).toPrecision(3))}`

/** `0` and everything `parseDuration` reads, in ms. */
export const readCooldown = (text: string): number | undefined =>
  text.trim() === '0' || text.trim() === '' ? 0 : nonNegative(parseDuration(text.trim()))
const nonNegative = (value: number | undefined): number | undefined =>
  value === undefined || value < 0 ? undefined : value

export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

export type EditFault = 'name' | 'cooldown' | 'hysteresis' | 'expires' | 'zone'

/** Fields that hold nothing which can be saved. */
export function faultsOf(form: EditForm): ReadonlySet<EditFault> {
  const hysteresis = Number(form.hysteresis)
  const good: Readonly<Record<EditFault, boolean>> = {
    name: form.name.trim() !== '',
    cooldown: readCooldown(form.cooldown) !== undefined,
    hysteresis: form.hysteresis.trim() !== '' && hysteresis >= 0 && hysteresis < 100,
    expires: form.expires === '' || fromField(form.expires) !== null,
    zone: form.schedule === null || isZone(form.schedule.zone),
  }
  return new Set((Object.keys(good) as EditFault[]).filter((field) => !good[field]))
}

/** What is saved and rehearsed. Only for a form without faults. */
export function draftOf(form: EditForm, expr: string): AlertDraft {
  const hysteresis = Number(form.hysteresis) / 100
  return {
    name: form.name.trim(),
    expr,
    severity: form.severity,
    cooldownMs: readCooldown(form.cooldown) ?? 0,
    rearm: form.rearm,
    ...(hysteresis > 0 ? { hysteresis } : {}),
    ...(form.schedule === null ? {} : { schedule: form.schedule }),
    expiresAt: fromField(form.expires),
    channels: form.channels,
  }
}

/** Operators under the names that their words have. */
export const OPERATOR_NAMES = {
  '>': 'more',
  '>=': 'atLeast',
  '<': 'less',
  '<=': 'atMost',
  beyond: 'beyond',
  crosses: 'crosses',
  'crosses above': 'crossesAbove',
  'crosses below': 'crossesBelow',
} as const satisfies Record<Operator, string>

/** More than this a day is not looked at any more. */
export const TOO_MANY_A_DAY = 50

export interface RehearsalFinding {
  readonly kind: 'tooMuch' | 'never' | 'noTape' | 'good'
  /** Firings a day, over the days that were looked at. */
  readonly perDay: number
}

/** What a rehearsal that is over says of the condition; null while it says nothing yet. */
export function findingOf(status: RehearsalStatus): RehearsalFinding | null {
  const { request, state, count, trades } = status
  if (request === null || state !== 'done') return null
  const perDay = count / Math.max(1, (request.to - request.from) / 86_400_000)
  if (trades === 0) return { kind: 'noTape', perDay }
  if (count === 0) return { kind: 'never', perDay }
  return { kind: perDay > TOO_MANY_A_DAY ? 'tooMuch' : 'good', perDay }
}

/** The log with newly read entries in it, newest first; what was known in its newest state. */
export function mergedLog(
  before: readonly AlertEvent[],
  read: readonly AlertEvent[],
): readonly AlertEvent[] {
  const known = new Map(before.map((event) => [event.id, event]))
  for (const event of read) known.set(event.id, event)
  return [...known.values()].sort((a, b) => b.id - a.id)
}

/** Minutes after midnight as a field of the clock has them, and back. */
export const toClock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
export function fromClock(text: string): number | undefined {
  const match = /^(\d\d):(\d\d)/.exec(text)
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2])
}

/** Whether a page in a browser shows it: the alert asks for the desktop, and it is not paused. */
export const isForDesktop = ({ deliveries }: AlertEvent): boolean =>
  deliveries.some(({ channel, state }) => channel === 'desktop' && state !== 'paused')
