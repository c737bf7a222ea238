import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReader } from '../../../src/main/store/reader.ts'
import type { StoreHealth } from '../../../src/shared/contract/status.ts'
import type { Market } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import {
  BTC,
  batchOf,
  type InlineStore,
  mustOpen,
  openInline,
  run,
  scratch,
  settle,
  T0,
  trade,
  unwrap,
} from './store-kit.ts'

let folder: ReturnType<typeof scratch>
let open: InlineStore
beforeEach(async () => {
  folder = scratch()
  open = await openInline(folder.path, 1_000)
})
afterEach(async () => {
  await open.store.close()
  folder.remove()
})

const mixed = (n: number): number => {
  const half = Math.imul(n ^ (n >>> 16) ^ 0x9e37, 0x85ebca6b)
  return Math.imul(half ^ (half >>> 13), 0xc2b2ae35) >>> 0
}
/** Trades of which no two are alike, so that a batch takes some room on the disk. */
const noisy = (from: number, count: number) =>
  run(from, count).map((one, i) => {
    const n = mixed(from + i)
    const receiveTime = epochMs(one.receiveTime + (n % 9_973))
    return { ...one, price: `${n}.5`, qty: `0.${n * 7}`, exchangeMicros: n % 997, receiveTime }
  })
const append = (from: number, count: number): boolean =>
  open.store.append(batchOf(noisy(from, count)))
const idsOnDisk = (): number[] => {
  const reader = unwrap(openReader(folder.path))
  const ids = [...reader.trades({})].map(({ id }) => Number(id))
  reader.close()
  return ids
}
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i)
/** The real refusals of SQLite, switched on and off on the store's own connection. */
const diskFull = (on: boolean): void => {
  const { db } = open.thread.store ?? {}
  // Pages that are free would hold one more batch.
  db?.exec('PRAGMA incremental_vacuum')
  const pages = on ? Number(db?.pragma('page_count', { simple: true })) : 2 ** 31
  db?.pragma(`max_page_count = ${pages}`)
}
const readOnly = (on: boolean): void => {
  open.thread.store?.db.pragma(`query_only = ${on ? 1 : 0}`)
}

describe('store', () => {
  it('writes what is appended and answers for it', async () => {
    append(1, 300)
    append(301, 300)
    append(590, 20)
    expect(await open.store.flushed()).toEqual({ ok: true, value: null })
    expect(open.store.health()).toMatchObject({
      state: 'ok',
      storedTrades: 609,
      duplicates: 11,
      waitingTrades: 0,
      waitingBytes: 0,
      lostTrades: 0,
      path: folder.path,
    })
    const recent = unwrap(await open.store.recentTrades(BTC, 3))
    expect(recent.map(({ id }) => id)).toEqual(['607', '608', '609'])
    const bars = unwrap(await open.store.candles(BTC, '1m', epochMs(T0 + 10 ** 6), 10))
    expect(bars).toMatchObject([{ openTime: T0, trades: 609, partial: false }])
    expect(unwrap(await open.store.recentTrades('okx:NO-NE' as typeof BTC, 3))).toEqual([])
  })

  it('has one write under way and joins what waits behind it', async () => {
    open.thread.hold()
    for (const from of [1, 101, 201, 301]) append(from, 100)
    await settle()
    expect(open.thread.posted).toHaveLength(1)
    open.thread.release()
    await open.store.flushed()
    const writes = open.thread.posted.flatMap((message) =>
      message.t === 'write' ? [message.write.batches.length] : [],
    )
    expect(writes).toEqual([1, 3])
    expect(idsOnDisk()).toEqual(numbers(1, 400))
  })

  it('notes the scales of the market by its steps', async () => {
    open.store.describe({ id: BTC, tickSize: '0.10', lotSize: '0.00001' } as Market)
    append(1, 1)
    await open.store.flushed()
    const row = open.thread.store?.db.prepare('SELECT price_scale, qty_scale FROM market')
    expect(row?.raw().get()).toEqual([1, 5])
  })

  it('marks minutes as partial', async () => {
    append(1, 1)
    open.store.markPartial(BTC, epochMs(T0 + 5))
    await open.store.flushed()
    const bars = unwrap(await open.store.candles(BTC, '1m', epochMs(T0 + 10 ** 6), 10))
    expect(bars).toMatchObject([{ trades: 1, partial: true }])
  })

  it.each([
    ['full (SQLITE_FULL by a page limit)', diskFull, 'storage-full', 'disk is full'],
    ['read-only (SQLITE_READONLY by query_only)', readOnly, 'storage-read-only', 'read-only'],
  ])(
    'keeps everything while the disk is %s and writes it in order afterwards',
    async (_, refuse, code, words) => {
      const told: StoreHealth[] = []
      open.store.onHealth((health) => told.push(health))
      append(1, 300)
      await open.store.flushed()
      refuse(true)
      append(301, 300)
      const flushed = await open.store.flushed()
      expect(flushed).toMatchObject({ ok: false, failure: { code } })
      append(601, 300)
      for (let i = 0; i < 7; i += 1) {
        open.clock.advance(10_000)
        await settle()
      }
      expect(open.clock.pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
      expect(open.store.health()).toMatchObject({
        state: 'retrying',
        code,
        waitingTrades: 600,
        lostTrades: 0,
        storedTrades: 300,
      })
      expect(open.store.health().reason).toContain(words)
      expect(open.store.health().waitingBytes).toBeGreaterThan(600 * 20)
      // What is stored can be read all the while.
      expect(unwrap(await open.store.recentTrades(BTC, 1))).toMatchObject([{ id: '300' }])
      refuse(false)
      open.clock.advance(10_000)
      expect(await open.store.flushed()).toEqual({ ok: true, value: null })
      expect(open.store.health()).toMatchObject({
        state: 'ok',
        waitingTrades: 0,
        storedTrades: 900,
      })
      expect(open.store.health().reason).toBeUndefined()
      expect(idsOnDisk()).toEqual(numbers(1, 900))
      // Told when it began and when it ended, not at every attempt.
      expect(told.map(({ state }) => state)).toEqual(['retrying', 'ok'])
      expect(open.log.events()).toEqual(['store.write-failed', 'store.recovered'])
    },
  )

  it('holds no more than it may and says how many trades are lost', async () => {
    readOnly(true)
    append(1, 600)
    append(601, 300)
    append(901, 300)
    append(1_201, 50)
    await settle()
    expect(open.store.health()).toMatchObject({ waitingTrades: 950, lostTrades: 300 })
    readOnly(false)
    open.clock.advance(10_000)
    const flushed = await open.store.flushed()
    expect(flushed).toMatchObject({ ok: false })
    expect(JSON.stringify(flushed)).toContain('300 trades')
    expect(await open.store.flushed()).toEqual({ ok: true, value: null })
    expect(open.store.health()).toMatchObject({ state: 'ok', lostTrades: 300, storedTrades: 950 })
    expect(idsOnDisk()).toEqual([...numbers(1, 900), ...numbers(1_201, 50)])
    expect(open.log.events()).toContain('store.batch-lost')
  })

  it('gives up a batch that can never be written, and only that', async () => {
    open.thread.hold()
    append(1, 10)
    open.store.append(batchOf([trade({ id: '50', exchangeTime: epochMs(T0 + 0.5) })]))
    append(11, 10)
    open.thread.release()
    for (let i = 0; i < 9; i += 1) {
      await settle()
      open.clock.advance(10_000)
    }
    await settle()
    expect(open.store.health()).toMatchObject({ state: 'ok', storedTrades: 20, lostTrades: 1 })
    expect(open.log.events()).toContain('store.batch-given-up')
  })

  it('starts its thread again when it dies and sends again what was not acknowledged', async () => {
    append(1, 100)
    await open.store.flushed()
    open.thread.hold()
    append(101, 100)
    const read = open.store.recentTrades(BTC, 1)
    open.thread.crash('out of memory')
    append(201, 100)
    expect(await read).toMatchObject({ ok: false, failure: { code: 'unavailable' } })
    expect(open.store.health()).toMatchObject({ state: 'retrying', waitingTrades: 200 })
    expect(open.store.health().reason).toContain('out of memory')
    open.thread.release()
    const flushed = open.store.flushed()
    open.clock.advance(250)
    expect(await flushed).toEqual({ ok: true, value: null })
    expect(open.thread.starts).toBe(2)
    expect(idsOnDisk()).toEqual(numbers(1, 300))
    expect(open.store.health()).toMatchObject({ state: 'ok', storedTrades: 300, duplicates: 0 })
    expect(open.log.events()).toContain('store.thread-died')
  })

  it('is well again after its thread died with nothing to write', async () => {
    const told: StoreHealth[] = []
    open.store.onHealth((health) => told.push(health))
    open.thread.crash()
    expect(open.store.health()).toMatchObject({ state: 'retrying', code: 'internal' })
    open.clock.advance(250)
    await settle()
    expect(open.store.health().state).toBe('ok')
    expect(told.map(({ state }) => state)).toEqual(['retrying', 'ok'])
  })

  it('says why it cannot start again, and starts when it can', async () => {
    append(1, 100)
    await open.store.flushed()
    open.thread.crash()
    const other = mustOpen(folder.path)
    append(101, 100)
    open.clock.advance(250)
    await settle()
    expect(open.store.health()).toMatchObject({
      state: 'retrying',
      code: 'busy',
      waitingTrades: 100,
    })
    other.close()
    open.clock.advance(500)
    expect(await open.store.flushed()).toEqual({ ok: true, value: null })
    expect(idsOnDisk()).toEqual(numbers(1, 200))
  })

  it('counts a write once that was committed but not acknowledged when the thread died', async () => {
    append(1, 100)
    // The write is done in the next microtasks; its acknowledgement dies with the thread.
    await Promise.resolve()
    open.thread.crash()
    open.clock.advance(250)
    expect(await open.store.flushed()).toEqual({ ok: true, value: null })
    expect(open.store.health()).toMatchObject({ storedTrades: 0, duplicates: 100 })
    expect(idsOnDisk()).toEqual(numbers(1, 100))
    const bars = unwrap(await open.store.candles(BTC, '1m', epochMs(T0 + 10 ** 6), 10))
    expect(bars).toMatchObject([{ trades: 100 }])
  })

  it('writes what waits before it closes', async () => {
    for (let i = 0; i < 5; i += 1) append(i * 100, 100)
    expect(await open.store.close()).toEqual({ unwritten: 0 })
    expect(open.store.health().state).toBe('closed')
    expect(idsOnDisk()).toEqual(numbers(0, 500))
    append(900, 10)
    expect(open.store.health().lostTrades).toBe(10)
    expect(await open.store.flushed()).toMatchObject({ ok: false })
    expect(await open.store.recentTrades(BTC, 1)).toMatchObject({ ok: false })
  })

  it('closes at once when the disk still refuses, and says what was not written', async () => {
    append(1, 100)
    await open.store.flushed()
    readOnly(true)
    append(101, 50)
    await settle()
    const flushed = open.store.flushed()
    expect(await open.store.close()).toEqual({ unwritten: 50 })
    expect(await flushed).toMatchObject({ ok: false })
    expect(idsOnDisk()).toEqual(numbers(1, 100))
  })

  it('makes a last attempt at closing while its thread is down', async () => {
    append(1, 100)
    open.thread.crash()
    expect(await open.store.close()).toEqual({ unwritten: 0 })
    expect(idsOnDisk()).toEqual(numbers(1, 100))
  })

  it('looks at the disk every few seconds', async () => {
    const before = open.store.health().databaseBytes
    expect(before).toBeGreaterThan(0)
    expect(open.store.health().freeBytes).toBeGreaterThan(0)
    append(1, 1_000)
    await open.store.flushed()
    open.clock.advance(3_000)
    await expect.poll(() => open.store.health().databaseBytes).toBeGreaterThan(before)
  })
})

it('does not open what another has open', async () => {
  const failed = await openInline(folder.path).catch((error: Error) => error.message)
  expect(failed).toContain('busy')
})
