import type { SqlTask } from '../jobs/task.ts'
import { SQL_FORMATS } from '../services/sql-output.ts'
import { type Given, UsageError } from './arguments.ts'
import type { Command } from './command.ts'
import { signalCode } from './console.ts'
import { missingTape, tapeOptions, tapePath } from './tape-file.ts'
import { runTapeJob } from './tape-job.ts'
import { choice, duration } from './values.ts'

const TABLE_ROWS = 1_000

export const sql: Command = {
  name: 'sql',
  summary: 'answers a question in SQL about the tape, read-only',
  operand: '"SELECT …"',
  options: {
    ...tapeOptions,
    format: { value: 'F', help: `${SQL_FORMATS.join(', ')}; table unless told otherwise` },
    limit: { value: 'N', help: 'at most so many rows; 1000 unless told otherwise in a table' },
    timeout: { value: '30s', help: 'give up after so much work; never, unless told' },
  },
  notes: [
    'Views: trades, candles (one minute), gaps. Times are epoch milliseconds. In JSON, whole numbers',
    'beyond 2^53 are text; bytes are hexadecimal everywhere. Ctrl+C breaks off.',
  ],
  async run(given, console, rooms) {
    const task = readTask(given)
    const timeout = given.text('timeout')
    const deadlineMs = timeout === undefined ? undefined : duration('timeout', timeout)
    const failed = (message: string): number => {
      console.say(`tapedeck sql: ${message}`)
      return 1
    }
    const missing = missingTape(given)
    if (missing !== null) return failed(missing)
    const { outcome, signal, end } = await runTapeJob(task, console, rooms, {
      ...(deadlineMs !== undefined && { deadlineMs }),
    })
    if (signal !== null) return end(signalCode(signal))
    if (!outcome.ok) return end(failed(outcome.failure.message))
    const { rows, more } = outcome.value
    if (more)
      console.say(`${rows.toLocaleString('en')} rows; there are more (--limit N, or --format csv)`)
    return end(0)
  },
}

function readTask(given: Given): SqlTask {
  const format = choice('format', given.text('format') ?? 'table', SQL_FORMATS)
  const limit = given.text('limit')
  return {
    t: 'sql',
    path: tapePath(given),
    sql: given.operand ?? '',
    format,
    limit: limit === undefined ? (format === 'table' ? TABLE_ROWS : null) : count('limit', limit),
  }
}

function count(option: string, text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new UsageError(`--${option} ${text} is no number of rows; write 1 or more`)
  return Number(text)
}
