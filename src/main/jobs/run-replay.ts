import { createHash } from 'node:crypto'
import type { Alert } from '../../shared/domain/alert.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { type Outcome, ok } from '../../shared/domain/outcome.ts'
import { alertEvaluation } from '../pipeline/replay/alert-evaluation.ts'
import { Replay } from '../pipeline/replay/replay.ts'
import type { TapeReader } from '../store/store.ts'
import { compiledAlerts, playableAlerts } from './compiled-alerts.ts'
import { replayTape } from './replay-tape.ts'
import type { JobContext, ReplayTask, TaskResults } from './task.ts'

/** Trades between two looks at whether to go on. */
const SLICE = 50_000
/** Longest sleep of a replay that waits for its next trade, milliseconds. */
const NAP_MS = 50

/** Plays a stretch of a tape to its end. */
export function runReplay(
  task: ReplayTask,
  context: JobContext,
  openReader: (path: string) => Outcome<TapeReader>,
): Outcome<TaskResults['replay']> {
  const began = performance.now()
  const reader = openReader(task.path)
  if (!reader.ok) return reader
  try {
    const markets = task.markets ?? reader.value.markets()
    const alerts = compiledAlerts(
      task.alerts === 'database' ? armedAlerts(reader.value, markets) : task.alerts,
    )
    if (!alerts.ok) return alerts
    const replay = new Replay(replayTape(reader.value), {
      markets,
      from: task.from,
      to: task.to,
      order: task.order,
      ...(task.faults !== null && { faults: task.faults }),
      ...(alerts.value.length > 0 && { evaluator: alertEvaluation(alerts.value) }),
      ...(task.hash && { digest: () => createHash('sha256') }),
    })
    const started = performance.now()
    while (!replay.done) {
      context.check()
      const target = targetOf(task, performance.now() - started)
      replay.run(target, SLICE)
      context.progress('replay', replay.trades)
      if (replay.next >= target && !replay.done) nap()
    }
    const { trades, firings } = replay
    const elapsedMs = Math.round(performance.now() - began)
    return ok({ trades, alerts: firings, hash: replay.hash(), elapsedMs })
  } finally {
    reader.value.close()
  }
}

/** Those that are armed, or were until they fired their single time. */
const armedAlerts = (reader: TapeReader, markets: readonly MarketId[]): readonly Alert[] =>
  playableAlerts(
    reader.alerts().filter(({ armed, spentAt }) => armed || spentAt !== null),
    markets,
  )

const targetOf = ({ speed, from }: ReplayTask, elapsedMs: number): number =>
  speed === 'max' ? Number.POSITIVE_INFINITY : from + elapsedMs * speed

const nobody = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
const nap = (): void => void Atomics.wait(nobody, 0, 0, NAP_MS)
