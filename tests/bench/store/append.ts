import { statSync } from 'node:fs'
import { endWithParent, say } from '../harness/answers.ts'
import { type Ids, plainTrades } from '../tape/plain.ts'
import { appendRows, openRows, rowsOf } from '../tape/rows.ts'
import { appendAll, flushes, openTape } from '../tape/store.ts'

// `node append.ts tapedeck|rows FILE TRADES digits|uuid`: says { cpuMicros, bytes } per trade. All that
// is appended is made before the clock starts; the first fifth is warm-up; the size is that of the
// closed file. For the store's own thread the CPU of the whole process counts.
const [how = '', path = '', count = '', ids = 'digits'] = process.argv.slice(2)
const trades = Number(count)
endWithParent()

export interface Appended {
  readonly cpuMicros: number
  readonly bytesPerTrade: number
  /** Closing included: what an append left to be done later. */
  readonly cpuMicrosClosed: number
}

interface Target<T> {
  readonly parts: readonly T[]
  append(parts: readonly T[]): Promise<void>
  close(): Promise<void>
}

async function tapedeck(): Promise<Target<unknown>> {
  const store = await openTape(path, ids as Ids)
  const parts = [...flushes(plainTrades(trades, ids as Ids))]
  return {
    parts,
    append: (some) => appendAll(store, some as typeof parts),
    close: async () => {
      const { unwritten } = await store.close()
      if (unwritten > 0) throw new Error(`${unwritten} trades were not written`)
    },
  }
}

function plainRows(): Target<unknown> {
  const db = openRows(path)
  const parts = [...rowsOf(plainTrades(trades, ids as Ids))]
  return {
    parts,
    append: async (some) => appendRows(db, some as typeof parts),
    close: async () => {
      db.close()
    },
  }
}

const { parts, append, close } = how === 'rows' ? plainRows() : await tapedeck()
const warm = Math.ceil(parts.length / 5)
await append(parts.slice(0, warm))
const from = process.cpuUsage()
await append(parts.slice(warm))
const appended = process.cpuUsage(from)
await close()
const closed = process.cpuUsage(from)
const share = (trades * (parts.length - warm)) / parts.length
say('appended', {
  cpuMicros: (appended.user + appended.system) / share,
  cpuMicrosClosed: (closed.user + closed.system) / share,
  bytesPerTrade: statSync(path).size / trades,
} satisfies Appended)
process.disconnect?.()
