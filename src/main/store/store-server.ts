import { statSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { AnalysisTable } from './analysis-table.ts'
import { Compaction, type DamagedSegment } from './compaction.ts'
import { type DatabaseOptions, openDatabase } from './database.ts'
import { History } from './history.ts'
import { packCandles } from './packed-candles.ts'
import { Quarantine, wallTime } from './quarantine.ts'
import { Retention } from './retention.ts'
import { RetentionSchedule } from './retention-schedule.ts'
import { type Idle, SealSchedule } from './seal-schedule.ts'
import { storageFailure } from './storage-failure.ts'
import type { FromStore, Question, ToStore } from './store-protocol.ts'
import { TradeLog } from './trade-log.ts'
import { acquireWriterLock } from './writer-lock.ts'

/** A database open for writing, with the lock that makes it ours. */
export interface OpenStore {
  readonly db: Database
  readonly log: TradeLog
  readonly analyses: AnalysisTable
  readonly history: History
  readonly compaction: Compaction
  readonly quarantine: Quarantine
  readonly retention: Retention
  /** Checkpoints, closes and gives the lock back. Throws when the checkpoint failed. */
  close(): void
}

/** Opens the database at `path` as its only writer. */
export function openForWriting(path: string, options?: DatabaseOptions): Outcome<OpenStore> {
  const lock = acquireWriterLock(path)
  if (!lock.ok) return lock
  const opened = openDatabase(path, options)
  if (!opened.ok) {
    lock.value.release()
    return opened
  }
  const db = opened.value
  const log = new TradeLog(db)
  const quarantine = new Quarantine(db, log)
  const putAside = (damaged: DamagedSegment): void => void quarantine.segment(damaged, wallTime())
  return ok({
    db,
    log,
    analyses: new AnalysisTable(db),
    history: new History(db, log),
    compaction: new Compaction(db, log.tape, { putAside }),
    quarantine,
    retention: new Retention(db, log.tape, {
      now: wallTime,
      monotonic: () => performance.now(),
    }),
    close: () => {
      try {
        db.pragma('wal_checkpoint(TRUNCATE)')
      } finally {
        db.close()
        lock.value.release()
      }
    },
  })
}

/** After this message the store's thread has nothing left to do. */
export const endsThread = (message: FromStore): boolean =>
  message.t === 'closed' || message.t === 'gone' || (message.t === 'opened' && !message.outcome.ok)

/** A write-ahead log this large means that the automatic checkpoints do not get to its end. */
const LARGE_WAL_BYTES = 64 * 2 ** 20
const LARGE_WAL_EVERY = 32
const LARGE_WAL_WAIT_MS = 50
/** Closing seals what lies in the log, but for no longer than this. */
const SEAL_AT_CLOSE_MS = 2_000

export interface ServeOptions {
  readonly largeWalBytes?: number
  /** When the log may be sealed; absent: never. */
  readonly idle?: Idle
}

/**
 * The store's side of the protocol, over any way to post. Returns what handles a message; each is
 * answered before the next is looked at. `open` answers with the database.
 */
export function serveStore(
  path: string,
  post: (message: FromStore) => void,
  open: () => Outcome<OpenStore>,
  { largeWalBytes = LARGE_WAL_BYTES, idle }: ServeOptions = {},
): (message: ToStore) => void {
  const opened = open()
  post({ t: 'opened', outcome: opened.ok ? ok(null) : opened })
  if (!opened.ok) return () => undefined
  const store = opened.value
  const rolling = idle && new RetentionSchedule(store.retention, idle, post)
  const sealing = idle && new SealSchedule(store.compaction, idle, post, () => rolling?.sealed())
  sealing?.wrote()
  let writes = 0

  const file = fileIdentity(path)
  /** On Linux and macOS writing into a file that was deleted goes well, and all of it is lost. */
  const isGone = (): boolean => {
    if (fileIdentity(path) === file) return false
    // Closing completes the file, wherever it is now, and takes its log from the old place.
    sealing?.stop()
    rolling?.stop()
    close(store, post)
    post({ t: 'gone', failure: GONE })
    return true
  }
  const keep = ({ id, changes }: ToStore & { t: 'keep' }): void => {
    if (!isGone()) post({ t: 'answer', id, outcome: kept(() => store.analyses.keep(changes)) })
  }
  const write = (message: ToStore & { t: 'write' }): void => {
    if (isGone()) return
    let trades = 0
    try {
      const began = performance.now()
      const result = store.log.append(message.write)
      trades = result.stored
      post({ t: 'written', result, ms: performance.now() - began })
    } catch (error) {
      post({ t: 'refused', failure: storageFailure(error) })
      return
    }
    sealing?.wrote(trades)
    writes += 1
    if (writes % LARGE_WAL_EVERY === 0) {
      const fields = shortenWal(store.db, path, largeWalBytes)
      if (fields !== undefined) post({ t: 'log', event: 'store.wal-held', fields })
    }
  }

  return (message) => {
    switch (message.t) {
      case 'write':
        write(message)
        return
      case 'keep':
        keep(message)
        return
      case 'ask':
        post({
          t: 'answer',
          id: message.id,
          outcome: read(() => answer(store, message.question)),
        })
        return
      case 'limit':
        if (rolling === undefined) store.retention.limit(message.limits)
        else rolling.limit(message.limits)
        return
      case 'close':
        rolling?.stop()
        sealing?.finish(SEAL_AT_CLOSE_MS)
        close(store, post)
        post({ t: 'closed' })
    }
  }
}

const { failure: GONE } = fail(
  'unavailable',
  'The database file was moved, deleted or replaced while it was being written. Recording goes on in a new file in its place.',
)

const fileIdentity = (path: string): string | undefined => {
  const found = statSync(path, { throwIfNoEntry: false })
  return found && `${found.dev}:${found.ino}`
}

function close(store: OpenStore, post: (message: FromStore) => void): void {
  try {
    store.close()
  } catch (error) {
    const { message: reason } = storageFailure(error)
    post({ t: 'log', event: 'store.close-failed', fields: { reason } })
  }
}

function answer({ history: from, retention, log, analyses }: OpenStore, { q, request }: Question) {
  switch (q) {
    case 'candles':
      return packCandles(from.candles(request))
    case 'trades':
      return from.trades(request)
    case 'bars':
      return from.bars(request)
    case 'around':
      return from.around(request)
    case 'tapeEnd':
      return from.tapeEnd(request)
    case 'ledger':
      return from.ledger(request)
    case 'gaps':
      return from.gaps(request)
    case 'tradeIds':
      return from.tradeIds(request)
    case 'alertBook':
      return log.alerts.book()
    case 'alertLog':
      return log.alerts.log(request)
    case 'analysisBook':
      return analyses.book(request)
    case 'analysisLog':
      return analyses.log(request)
    case 'analysisSignals':
      return analyses.signals()
    case 'analysisSpending':
      return analyses.spending(request)
    case 'use':
      return retention.use()
    case 'rollOff':
      return retention.preview(request)
  }
}

function kept(write: () => void): Outcome<null> {
  try {
    write()
    return ok(null)
  } catch (error) {
    return { ok: false, failure: storageFailure(error) }
  }
}

function read<T>(from: () => T): Outcome<T> {
  try {
    return ok(from())
  } catch (error) {
    const failure = storageFailure(error)
    return fail(failure.code, `The tape cannot be read: ${failure.message}`)
  }
}

/**
 * The automatic checkpoint copies but never waits, so a reader that stays in one transaction keeps the
 * log growing. When it is large, waits a moment for readers to step aside; says so when they do not.
 */
function shortenWal(db: Database, path: string, large: number): { walBytes: number } | undefined {
  const walBytes = (): number => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
  if (walBytes() <= large) return undefined
  const usual = Number(db.pragma('busy_timeout', { simple: true }))
  try {
    db.pragma(`busy_timeout = ${LARGE_WAL_WAIT_MS}`)
    db.pragma('wal_checkpoint(TRUNCATE)')
  } catch {
    // A checkpoint that cannot write now is tried again; the trades are in the log already.
  } finally {
    db.pragma(`busy_timeout = ${usual}`)
  }
  const left = walBytes()
  return left > large ? { walBytes: left } : undefined
}
