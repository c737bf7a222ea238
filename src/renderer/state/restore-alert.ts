import type { AlertDraft, AlertView } from '../../shared/contract/alerts.ts'
import type { Outcome } from '../../shared/domain/outcome.ts'
import type { Connection } from '../connection/api.ts'

/** What an alert was made of. */
export function draftOfAlert(alert: AlertView): AlertDraft {
  const { name, expr, severity, cooldownMs, rearm, hysteresis, schedule, expiresAt, channels } =
    alert
  return {
    name,
    expr,
    severity,
    cooldownMs,
    rearm,
    ...(hysteresis === undefined ? {} : { hysteresis }),
    ...(schedule === undefined ? {} : { schedule }),
    expiresAt,
    channels,
  }
}

/** Saves an alert anew that was removed, under its own id so that its log is its own, and arms it again. */
export async function restoreAlert(
  connection: Pick<Connection, 'call'>,
  alert: AlertView,
): Promise<Outcome<AlertView>> {
  const draft = draftOfAlert(alert)
  const same = await connection.call('alerts.save', { id: alert.id, draft })
  // An engine that does not take up ids again makes a new one.
  const gone = !same.ok && same.failure.code === 'not-found'
  const saved = gone ? await connection.call('alerts.save', { draft }) : same
  if (!saved.ok || !alert.armed) return saved
  return connection.call('alerts.arm', { id: saved.value.id, armed: true })
}
