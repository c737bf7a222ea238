import type { AnalysisFailureCode } from '../../../shared/contract/analysis.ts'
import type { AiFailure, AiFailureCode } from '../../ports.ts'

/** Asked again within the same question. Who cannot be reached is not, for the moment: that takes longer to pass. */
export const REPEATED: ReadonlySet<AiFailureCode> = new Set([
  'rate-limited',
  'server',
  'timeout',
  'cut',
])

/** A refusal (a status below 500) costs nothing, and what was never sent neither. Of the rest nobody knows. */
export const mayHaveWorked = ({ code, status }: AiFailure): boolean =>
  !NEVER_WORKED.has(code) && (status === null || status >= 500 || status === 408)

const NEVER_WORKED: ReadonlySet<AiFailureCode> = new Set(['offline', 'wrong-address', 'ask-again'])

/** How a failure of a call is told. */
export const CODES: Readonly<Record<AiFailureCode, AnalysisFailureCode>> = {
  'bad-key': 'bad-key',
  'no-credit': 'no-credit',
  'rate-limited': 'rate-limited',
  server: 'server',
  timeout: 'timeout',
  cut: 'cut',
  'wrong-address': 'wrong-address',
  'no-model': 'no-model',
  offline: 'offline',
  cancelled: 'cancelled',
  // The three below are ways of asking that did not work out: there is no other one left.
  'no-such-form': 'internal',
  'ask-again': 'internal',
  'refused-request': 'internal',
}
