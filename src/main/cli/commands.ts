import { alertsTest } from './alerts-test.ts'
import type { Command } from './command.ts'
import { doctor } from './doctor.ts'
import { exportTrades } from './export.ts'
import { importTrades } from './import.ts'
import { lab } from './lab.ts'
import { ledger } from './ledger.ts'
import { query } from './query.ts'
import { record } from './record.ts'
import { replay } from './replay.ts'
import { serve } from './serve.ts'
import { simulate } from './simulate.ts'
import { sql } from './sql.ts'
import { stats } from './stats.ts'
import { verify } from './verify.ts'

/** In the order of the help. */
export const commands: readonly Command[] = [
  serve,
  record,
  exportTrades,
  importTrades,
  query,
  replay,
  alertsTest,
  stats,
  ledger,
  sql,
  verify,
  lab,
  simulate,
  doctor,
]
