import { endWithParent, say } from '../harness/answers.ts'
import { plainTrades } from './plain.ts'
import { appendRows, openRows, rowsOf } from './rows.ts'
import { appendAll, flushes, openTape } from './store.ts'

// `node build.ts TAPE ROWS TRADES`: the same trades as a closed tape and as plain rows.
const [tape = '', rows = '', count = ''] = process.argv.slice(2)
endWithParent()
const store = await openTape(tape, 'digits')
await appendAll(store, flushes(plainTrades(Number(count))))
const { unwritten } = await store.close()
if (unwritten > 0) throw new Error(`${unwritten} trades were not written`)
const db = openRows(rows)
appendRows(db, rowsOf(plainTrades(Number(count))))
db.pragma('wal_checkpoint(TRUNCATE)')
db.close()
say('built')
process.disconnect?.()
