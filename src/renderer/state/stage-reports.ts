import type { StageReport } from '../../shared/contract/status.ts'
import type { Connection } from '../connection/api.ts'

/** Latency by stage as the engine said last; asked for only while somebody looks. */
export interface StageReports {
  /** null: not said yet. The first is of all venues together. */
  get(): readonly StageReport[] | null
  subscribe(listener: () => void): () => void
}

export function createStageReports(connection: Pick<Connection, 'subscribe'>): StageReports {
  const listeners = new Set<() => void>()
  let reports: readonly StageReport[] | null = null
  let stop = (): void => {}
  return {
    get: () => reports,
    subscribe: (listener) => {
      listeners.add(listener)
      if (listeners.size === 1)
        stop = connection.subscribe('latency.stages', {}, (value) => {
          reports = value
          for (const each of [...listeners]) each()
        })
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return
        stop()
        reports = null
      }
    },
  }
}
