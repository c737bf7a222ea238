import { existsSync } from 'node:fs'
import { serveTask } from '../../../src/main/jobs/serve-task.ts'
import type { JobContext, TaskResults } from '../../../src/main/jobs/task.ts'
import { fail, type Outcome, ok } from '../../../src/shared/domain/outcome.ts'

/** A worker whose tasks do what `path` says, one word and a number. */
function behave(path: string, context: JobContext): Outcome<TaskResults['verify']> {
  const [word, number = '0'] = path.split(':')
  const size = Number(number)
  switch (word) {
    case 'count':
      for (let n = 1; n <= size; n += 1) {
        context.check()
        context.progress('counting', n)
      }
      return done(size)
    case 'text':
      for (let n = 0; n < size; n += 1) if (!context.write(`${n}\n`)) return done(n)
      return done(size)
    case 'listen':
      context.progress('listening', 0)
      for (;;) context.check()
    case 'deaf': {
      context.progress('deaf', 0)
      const until = Date.now() + size
      while (Date.now() < until);
      context.check()
      return done(0)
    }
    case 'hold':
      // Does not listen as long as that file exists.
      context.progress('held', 0)
      while (existsSync(path.slice('hold:'.length)));
      context.check()
      return done(0)
    case 'fail':
      return fail('storage-full', 'as asked')
    case 'throw':
      throw new TypeError('thrown in the worker')
    case 'exit':
      return process.exit(size)
    case 'allocate': {
      const held: number[][] = []
      for (;;) held.push(Array.from({ length: 10_000 }, () => Math.random()))
    }
    default:
      return fail('invalid', path)
  }
}

const done = (trades: number): Outcome<TaskResults['verify']> =>
  ok({ markets: 0, trades, bars: 0, spans: 0, findings: 0 })

const unused = (): Outcome<never> => fail('invalid', 'not in this worker')

export const runTask = serveTask({
  evaluate: unused,
  export: unused,
  rehearse: unused,
  import: unused,
  markets: unused,
  check: unused,
  replay: unused,
  query: unused,
  sql: unused,
  verify: (task, context) => behave(task.path, context),
})
