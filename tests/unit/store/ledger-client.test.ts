import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LedgerChange } from '../../../src/shared/domain/ledger.ts'
import type { Market } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import {
  BTC,
  batchOf,
  gap,
  gaps,
  type InlineStore,
  openInline,
  run,
  scratch,
  settle,
  span,
  spans,
  T0,
  trade,
  unwrap,
} from './store-kit.ts'

const M = 60_000
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

const append = (from: number, count: number, ledger?: readonly LedgerChange[]): boolean =>
  open.store.append(batchOf(run(from, count)), ledger)
const upTo = (to: number) => spans(span(T0, T0 + to, { lastSeq: to }))
const seq = async () => unwrap(await open.store.tapeEnd(BTC))?.seq
const readOnly = (on: boolean): void => {
  open.thread.store?.db.pragma(`query_only = ${on ? 1 : 0}`)
}
/** What the writes carried so far: newest trade and furthest span of each. */
const writes = () =>
  open.thread.posted.flatMap((message) =>
    message.t === 'write'
      ? [[message.write.batches.length, (message.write.ledger ?? []).map(({ change }) => change.t)]]
      : [],
  )

describe('the ledger of the store', () => {
  it('is told with trades and alone, and answers', async () => {
    expect(append(1, 300, upTo(300))).toBe(true)
    open.store.note(gaps(gap(1, T0 + 2 * M, T0 + 2 * M + 9, { missing: 2, state: 'lost' })))
    expect(open.store.append(batchOf([]), spans(span(T0, T0 + M, { lastSeq: 400 })))).toBe(true)
    expect(await open.store.flushed()).toEqual({ ok: true, value: null })
    open.clock.advance(3 * M)
    const ledger = (to: number) => open.store.ledger(BTC, epochMs(T0), epochMs(T0 + to))
    expect(unwrap(await ledger(9 * M))).toMatchObject([
      { minute: T0, state: 'complete', trades: 300 },
      { minute: T0 + M, state: 'unknown', trades: 0 },
      { minute: T0 + 2 * M, state: 'gap', trades: 0, missing: 2, cause: 'disconnect' },
    ])
    expect(unwrap(await ledger(M))).toHaveLength(1)
    expect(unwrap(await open.store.gaps({ limit: 9 }))).toMatchObject([{ id: 1, state: 'lost' }])
    expect(unwrap(await open.store.tradeIds(BTC, epochMs(T0), epochMs(T0 + 3), 9))).toEqual([
      '1',
      '2',
      '3',
    ])
    expect(unwrap(await open.store.tapeEnd(BTC))).toMatchObject({ time: T0 + 300, seq: 400 })
  })

  it('has no row for the minute under way', async () => {
    append(1, 10, spans(span(T0, T0 + 5 * M)))
    await open.store.flushed()
    open.clock.advance(2 * M - 1)
    const rows = unwrap(await open.store.ledger(BTC, epochMs(T0), epochMs(T0 + 5 * M)))
    expect(rows.map(({ minute }) => minute)).toEqual([T0])
  })

  it('is written while the disk works again, in the state that was told last', async () => {
    append(1, 300, upTo(300))
    await open.store.flushed()
    readOnly(true)
    append(301, 300, [...upTo(600), ...gaps(gap(1, T0, T0, { missing: 9 }))])
    open.store.note(gaps(gap(1, T0, T0, { missing: 4 })))
    expect(await open.store.flushed()).toMatchObject({ ok: false })
    expect(await seq()).toBe(300)
    readOnly(false)
    open.clock.advance(10_000)
    expect(await open.store.flushed()).toEqual({ ok: true, value: null })
    expect(await seq()).toBe(600)
    expect(unwrap(await open.store.gaps({ limit: 9 }))).toMatchObject([{ missing: 4 }])
  })

  it('keeps what a refused batch said, with the gap that is noted at its refusal', async () => {
    readOnly(true)
    expect(append(1, 900, upTo(900))).toBe(true)
    await settle()
    expect(append(901, 200, upTo(1_100))).toBe(false)
    open.store.note(gaps(gap(1, T0 + 900, T0 + 1_101, { cause: 'disk', missing: 200 })))
    readOnly(false)
    open.clock.advance(10_000)
    await settle()
    expect(writes().at(-1)).toEqual([1, ['span', 'span', 'gap']])
    expect(await seq()).toBe(1_100)
    expect(unwrap(await open.store.gaps({ limit: 9 }))).toMatchObject([{ missing: 200 }])
  })

  it('says both in one transaction also when a single batch is larger than all the room', async () => {
    expect(append(1, 1_001, upTo(1_001))).toBe(false)
    open.store.note(gaps(gap(1, T0, T0 + 1_001, { cause: 'overload', missing: 1_001 })))
    await open.store.flushed()
    expect(writes()).toEqual([[0, ['span', 'gap']]])
  })

  it('survives the death of the thread with its trades', async () => {
    append(1, 100, upTo(100))
    await open.store.flushed()
    open.thread.hold()
    append(101, 100, upTo(200))
    open.store.note(gaps(gap(1, T0, T0)))
    open.thread.crash()
    open.thread.release()
    const flushed = open.store.flushed()
    open.clock.advance(250)
    expect(await flushed).toEqual({ ok: true, value: null })
    expect(await seq()).toBe(200)
    expect(unwrap(await open.store.gaps({ limit: 9 }))).toHaveLength(1)
  })

  it('names what was lost with a batch that can never be written', async () => {
    append(1, 10, upTo(10))
    open.store.append(
      batchOf([...run(11, 5), trade({ id: '50', exchangeTime: epochMs(T0 + 20.5) })]),
      upTo(50),
    )
    for (let i = 0; i < 20; i += 1) {
      await settle()
      open.clock.advance(10_000)
    }
    await settle()
    expect(open.store.health()).toMatchObject({ state: 'ok', storedTrades: 10, lostTrades: 6 })
    expect(await seq()).toBe(50)
    expect(unwrap(await open.store.gaps({ limit: 9 }))).toMatchObject([
      { cause: 'disk', state: 'open', from: T0 + 11, to: T0 + 21, missing: 6 },
    ])
    expect(unwrap(await open.store.tapeEnd(BTC))?.gaps).toHaveLength(1)
  })

  it('does not keep trades from the disk when it is itself what cannot be written', async () => {
    append(1, 10, gaps(gap(1, T0, T0, { openedAt: null as never })))
    for (let i = 0; i < 20; i += 1) {
      await settle()
      open.clock.advance(10_000)
    }
    await settle()
    expect(open.store.health()).toMatchObject({ state: 'ok', storedTrades: 10, lostTrades: 0 })
    expect(open.log.events()).toContain('store.ledger-given-up')
  })

  it('scales a market as it was described, also when a gap is all that is known of it', async () => {
    open.store.describe({ id: BTC, tickSize: '0.10', lotSize: '0.00001' } as Market)
    open.store.note(gaps(gap(1, T0, T0)))
    await open.store.flushed()
    const row = open.thread.store?.db.prepare('SELECT price_scale, qty_scale FROM market')
    expect(row?.raw().get()).toEqual([1, 5])
  })

  it('is written before the store closes; what comes later is said to be lost', async () => {
    open.store.note(upTo(5))
    await open.store.close()
    open.store.note(upTo(6))
    expect(append(1, 10, upTo(10))).toBe(false)
    expect(open.log.lines.filter(({ event }) => event === 'store.ledger-lost')).toHaveLength(2)
    await open.store.close()
    open = await openInline(folder.path, 1_000)
    append(1, 1)
    await open.store.flushed()
    expect(await seq()).toBe(5)
  })
})
