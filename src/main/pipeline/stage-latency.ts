import type { StageLatency, StageReport } from '../../shared/contract/status.ts'
import { STAGES, type Stage, WAYS_OF_TRADE } from '../../shared/domain/latency.ts'
import type { VenueId } from '../../shared/domain/market.ts'
import { LatencyWindow } from './latency-window.ts'

/** A whole way whose 95th percentile is longer than this is bad, milliseconds. */
export const BAD_WAY_MS = 1_000

/** How long each stage of a trade's life took, over a sliding window. */
export class StageWindows {
  readonly #windows: ReadonlyMap<Stage, LatencyWindow>

  constructor(windowMs: number) {
    this.#windows = new Map(STAGES.map((stage) => [stage, new LatencyWindow(windowMs)]))
  }

  /** `at`: epoch ms; `ms`: how long the stage took, `times` times. */
  record(stage: Stage, at: number, ms: number, times = 1): void {
    this.#windows.get(stage)?.record(at, ms, times)
  }

  of(stage: Stage): LatencyWindow {
    const window = this.#windows.get(stage)
    if (window === undefined) throw new Error(`No stage ${stage}.`)
    return window
  }
}

/**
 * The stages of one venue, or of several as if they were one. `uncertaintyMs` is for the one stage
 * that begins by the venue's clock and ends by ours.
 */
export function stageReport(
  venue: VenueId | null,
  windows: readonly StageWindows[],
  at: number,
  uncertaintyMs: number,
): StageReport {
  const stages = STAGES.map((stage): StageLatency => {
    const figures = LatencyWindow.together(
      windows.map((each) => each.of(stage)),
      at,
    )
    return { stage, figures, uncertaintyMs: stage === 'push-read' ? uncertaintyMs : 0 }
  })
  return { venue, stages, blame: blameOf(stages) }
}

/**
 * The stage with the largest part in a way that is bad, to the disk or to the paint (in the worse one
 * when both are); null while both are good.
 */
export function blameOf(stages: readonly StageLatency[]): Stage | null {
  const parts = new Map(
    stages.map(({ stage, figures }) => [stage, Math.max(0, figures.p95 ?? 0)] as const),
  )
  const part = (stage: Stage): number => parts.get(stage) ?? 0
  const whole = (way: readonly Stage[]): number => way.reduce((sum, stage) => sum + part(stage), 0)
  const { disk, paint } = WAYS_OF_TRADE
  const worse = whole(disk) > whole(paint) ? disk : paint
  if (whole(worse) <= BAD_WAY_MS) return null
  return worse.reduce((worst, stage) => (part(stage) > part(worst) ? stage : worst))
}
