import { openReader } from '../store/reader.ts'
import { repairTape } from '../store/repair.ts'
import { openSql } from '../store/sql-reader.ts'
import { runEvaluate } from './run-evaluate.ts'
import { runExport } from './run-export.ts'
import { runQuery } from './run-query.ts'
import { runRehearse } from './run-rehearse.ts'
import { runReplay } from './run-replay.ts'
import { runSql } from './run-sql.ts'
import { runVerify } from './run-verify.ts'
import { serveTask, stepBack } from './serve-task.ts'

/** The entry of the pool's threads: the pool calls `runTask`, once a task. */
stepBack()
export const runTask = serveTask({
  evaluate: (task, context) => runEvaluate(task, context, openReader),
  export: (task, context) => runExport(task, context, openReader),
  sql: (task, context) => runSql(task, context, openSql),
  replay: (task, context) => runReplay(task, context, openReader),
  rehearse: (task, context) => runRehearse(task, context, openReader),
  query: (task, context) => runQuery(task, context, openReader),
  verify: (task, context) => runVerify(task, context, openReader, openSql, repairTape),
})
