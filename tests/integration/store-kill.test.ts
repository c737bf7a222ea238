import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReader } from '../../src/main/store/reader.ts'
import { openForWriting } from '../../src/main/store/store-server.ts'
import { BTC, mustOpen, scratch, unwrap } from '../unit/store/store-kit.ts'

const WRITER = fileURLToPath(new URL('./store-writer.ts', import.meta.url))
const SEALER = fileURLToPath(new URL('./store-sealer.ts', import.meta.url))
const ROUNDS = 20
const SEALING_ROUNDS = 8
const TRADES = 50_000
const BATCH = 250

let folder: ReturnType<typeof scratch>
const running = new Set<ChildProcess>()
beforeEach(() => {
  folder = scratch()
})
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  folder.remove()
})

interface Writer {
  readonly child: ChildProcess
  /** Complete lines printed so far. */
  lines(): readonly string[]
  readonly exited: Promise<void>
  line(number: number): Promise<void>
}

const startWriter = (from: number, count = TRADES, size = BATCH): Writer =>
  startProcess([WRITER, folder.path, from, count, size])

function startProcess(command: readonly (string | number)[]): Writer {
  const child = spawn(process.execPath, command.map(String), {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  let text = ''
  let heard = (): void => undefined
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    heard()
  })
  const lines = () => text.split('\n').slice(0, -1)
  const exited = new Promise<void>((resolve) => {
    child.on('close', () => {
      running.delete(child)
      heard()
      resolve()
    })
  })
  const line = (number: number): Promise<void> =>
    new Promise((resolve, reject) => {
      heard = () => {
        if (lines().length >= number) resolve()
        else if (!running.has(child)) reject(new Error(`the writer ended: ${text}`))
      }
      heard()
    })
  return { child, lines, exited, line }
}

describe('a writer killed with SIGKILL', { timeout: 60_000 }, () => {
  it(`leaves a sound database with every acknowledged trade once and what was said of it, ${ROUNDS} times`, {
    timeout: 120_000,
  }, async () => {
    let next = 0
    let killedEarly = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      const writer = startWriter(next)
      await writer.line(1)
      const acknowledgements = 1 + Math.floor(Math.random() * 60)
      await writer.line(acknowledgements)
      // Anywhere within a commit, not just after one.
      const pause = performance.now() + Math.random() * 4
      while (performance.now() < pause);
      writer.child.kill('SIGKILL')
      await writer.exited
      const acknowledged = Number(writer.lines().findLast((line) => /^\d+$/.test(line)) ?? next)
      if (acknowledged < next + TRADES) killedEarly += 1

      const reader = unwrap(openReader(folder.path))
      let expected = 0
      for (const { id } of reader.trades({})) {
        expect(Number(id)).toBe(expected)
        expected += 1
      }
      expect(expected).toBeGreaterThanOrEqual(acknowledged)
      expect(reader.integrity()).toEqual([])
      reader.close()

      const store = mustOpen(folder.path)
      expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok')
      const bars = store.db.prepare('SELECT sum(trades) FROM candle').pluck().get()
      expect(bars ?? 0).toBe(expected)
      // Trades and ledger entries of one transaction: both are there, or neither is.
      const end = store.history.tapeEnd(BTC)
      const newest = expected === 0 ? undefined : expected - 1
      expect(end?.id).toBe(newest?.toString())
      expect(end?.seq ?? undefined).toBe(newest)
      expect(end?.gaps[0]?.recovered).toBe(newest)
      store.close()
      next = expected
    }
    expect(killedEarly).toBe(ROUNDS)
  })

  it(`loses and doubles nothing when it is killed while it seals, ${SEALING_ROUNDS} times`, {
    timeout: 120_000,
  }, async () => {
    let next = 0
    for (let round = 0; round < SEALING_ROUNDS; round += 1) {
      const sealer = startProcess([SEALER, folder.path, next])
      await sealer.line(20 + Math.floor(Math.random() * 40))
      const pause = performance.now() + Math.random() * 10
      while (performance.now() < pause);
      sealer.child.kill('SIGKILL')
      await sealer.exited
      const reader = unwrap(openReader(folder.path))
      const numbers = [...reader.trades({})]
        .map(({ id }) => Number(id.replace('text-', '')))
        .sort((a, b) => a - b)
      expect(numbers.length).toBeGreaterThanOrEqual(Number(sealer.lines().at(-1)))
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => i))
      expect([...reader.verify()]).toEqual([])
      expect(reader.integrity()).toEqual([])
      const counted = reader.stats().reduce((sum, { trades }) => sum + trades, 0)
      expect(counted).toBe(numbers.length)
      reader.close()
      const store = mustOpen(folder.path)
      expect(store.db.prepare('SELECT sum(trades) FROM candle').pluck().get()).toBe(numbers.length)
      store.close()
      next = numbers.length
    }
  })

  it('gives the lock back, and holds it while it lives, but never against readers', async () => {
    const writer = startWriter(0, 10_000_000)
    await writer.line(3)
    expect(openForWriting(folder.path)).toMatchObject({ ok: false, failure: { code: 'busy' } })
    const second = startWriter(0)
    await second.exited
    expect(second.lines()).toEqual(['failed busy'])
    const reader = unwrap(openReader(folder.path))
    const [first] = reader.trades({})
    expect(first).toMatchObject({ market: BTC, id: '0' })
    reader.close()
    writer.child.kill('SIGKILL')
    await writer.exited
    mustOpen(folder.path).close()
  })
})

describe('a reader in another process', { timeout: 120_000 }, () => {
  it('sees whole batches in order while the writer goes on', async () => {
    const writer = startWriter(0, 10_000_000)
    await writer.line(2)
    const reader = unwrap(openReader(folder.path))
    let last = 0
    for (let look = 0; look < 4; look += 1) {
      await writer.line(writer.lines().length + 2)
      const acknowledged = Number(writer.lines().at(-1))
      let seen = 0
      for (const { id } of reader.trades({})) {
        expect(Number(id)).toBe(seen)
        seen += 1
        // The writer may be the faster one: then the end of the tape is never reached.
        if (seen > acknowledged + 50_000) break
      }
      expect(seen).toBeGreaterThanOrEqual(acknowledged)
      expect(seen).toBeGreaterThan(last)
      expect(reader.stats()).toMatchObject([{ market: BTC }])
      last = seen
    }
    reader.close()
    writer.child.kill('SIGKILL')
    await writer.exited
  })

  it('that stays in one transaction never stops the writer', async () => {
    const store = mustOpen(folder.path)
    store.close()
    const holder = new Database(folder.path, { readonly: true })
    holder.exec('BEGIN')
    holder.prepare('SELECT count(*) FROM tape_log').get()
    const writer = startWriter(0, 20_000, 1_000)
    await writer.exited
    expect(writer.lines().at(-1)).toBe('closed')
    expect(holder.prepare('SELECT count(*) FROM tape_log').pluck().get()).toBe(0)
    holder.exec('COMMIT')
    holder.close()
    const reader = unwrap(openReader(folder.path))
    expect(reader.stats()).toMatchObject([{ market: BTC, trades: 20_000 }])
    reader.close()
  })
})
