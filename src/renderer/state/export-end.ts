import type { ExportRun, ExportStatus } from '../../shared/contract/export.ts'

/** The export that came to its end between two things that the engine said; null: none, or by somebody's wish. */
export function endedBetween(
  before: ExportStatus | null,
  after: ExportStatus | null,
): ExportRun | null {
  const [ended] = after?.finished ?? []
  if (before === null || ended === undefined || ended.state === 'cancelled') return null
  return before.finished.some(({ id }) => id === ended.id) ? null : ended
}
