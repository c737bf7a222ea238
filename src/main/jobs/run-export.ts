import { type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { Trade } from '../../shared/domain/trade.ts'
import type { ExportFormat } from '../services/export/export-format.ts'
import { writeParquet } from '../services/export/export-parquet.ts'
import { exportChunks } from '../services/export/export-text.ts'
import type { TapeReader } from '../store/store.ts'
import { PartFile } from './part-file.ts'
import type { ExportTask, JobContext, TaskResults } from './task.ts'

type Result = Outcome<TaskResults['export']>

/** Writes trades to the caller or into a file, in memory that does not grow with them. */
export function runExport(
  task: ExportTask,
  context: JobContext,
  openReader: (path: string) => Outcome<TapeReader>,
): Result {
  const reader = openReader(task.path)
  if (!reader.ok) return reader
  try {
    const trades = watched(reader.value.trades(task.filter), context)
    return task.out === null
      ? toCaller(trades, task.format, context)
      : toFile(trades, task.format, task.out, context)
  } finally {
    reader.value.close()
  }
}

/** Trades between two looks at whether to go on: far less than a page of the reader. */
const LOOK_EVERY = 256

function* watched(trades: Iterable<Trade>, context: JobContext): Generator<Trade> {
  let count = 0
  context.check()
  for (const trade of trades) {
    if (count % LOOK_EVERY === 0) context.check()
    count += 1
    yield trade
  }
}

function toCaller(trades: Iterable<Trade>, format: ExportFormat, context: JobContext): Result {
  let count = 0
  for (const chunk of exportChunks(trades, format)) {
    if (!context.write(chunk.text)) break
    count += chunk.trades
    context.progress('export', count)
  }
  return ok({ trades: count })
}

function toFile(
  trades: Iterable<Trade>,
  format: ExportFormat | 'parquet',
  out: string,
  context: JobContext,
): Result {
  const file = PartFile.open(out)
  if (!file.ok) return file
  return file.value.fill((write) => {
    const count =
      format === 'parquet'
        ? writeParquet(trades, write, (done) => context.progress('export', done))
        : writeText(trades, format, write, context)
    return ok({ trades: count })
  })
}

function writeText(
  trades: Iterable<Trade>,
  format: ExportFormat,
  write: (bytes: Uint8Array) => void,
  context: JobContext,
): number {
  let count = 0
  for (const chunk of exportChunks(trades, format)) {
    write(Buffer.from(chunk.text))
    count += chunk.trades
    context.progress('export', count)
  }
  return count
}
