import type { Outcome } from '../../../shared/domain/outcome.ts'
import type { StretchRequest, StretchResult } from '../../pipeline/alerts/stretch.ts'

/** Evaluates alerts over the recorded tape beside the ingest; never rejects. */
export type EvaluateTape = (
  request: StretchRequest,
  signal?: AbortSignal,
) => Promise<Outcome<StretchResult>>
