import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../src/main/store/database.ts'
import { MIGRATIONS } from '../../../src/main/store/migrations/migrations.ts'
import type { PackedChange } from '../../../src/main/store/packed-ledger.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import type { OpenStore } from '../../../src/main/store/store-server.ts'
import type { Span } from '../../../src/shared/domain/ledger.ts'
import { ledgerMinutes } from '../../../src/shared/domain/ledger-minutes.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import type { Trade } from '../../../src/shared/domain/trade.ts'
import {
  BTC,
  ETH,
  gap,
  gaps,
  mustOpen,
  packed,
  packedLedger,
  run,
  scratch,
  span,
  spans,
  T0,
  trade,
  unwrap,
} from './store-kit.ts'

let folder: ReturnType<typeof scratch>
beforeEach(() => {
  folder = scratch()
})
afterEach(() => folder.remove())

const M = 60_000
const END = epochMs(T0 + 10 ** 10)
const write = (store: OpenStore, trades: readonly Trade[], ledger: readonly PackedChange[] = []) =>
  store.log.append({
    batches: trades.length === 0 ? [] : [packed(trades)],
    partials: [],
    ledger,
  })
const ledgerOf = (store: OpenStore, market = BTC, from = 0, to: number = END, now: number = END) =>
  store.history.ledger({ market, from: epochMs(from), to: epochMs(to), now: epochMs(now) })
const spanRows = (store: OpenStore) =>
  store.db.prepare('SELECT proof, from_ts, to_ts, last_seq FROM span ORDER BY 1, 2').raw().all()

describe('ledger entries', () => {
  it('extend a span by its key, never shorten it, and keep its number', () => {
    const store = mustOpen(folder.path)
    const tell = (...list: Span[]) => write(store, [], packedLedger(...spans(...list)))
    tell(span(T0, T0 + 5, { lastSeq: 5 }), span(T0, T0 + 3, { proof: 'none' }))
    tell(span(T0, T0 + 9, { lastSeq: 9 }))
    tell(span(T0, T0 + 7, { lastSeq: 7 }))
    tell(span(T0, T0 + 9, { lastSeq: 12 }))
    tell(span(T0, T0 + 9))
    tell(span(T0 + 100, T0 + 100, { lastSeq: 1 }))
    expect(spanRows(store)).toEqual([
      ['ids', T0, T0 + 9, 12],
      ['ids', T0 + 100, T0 + 100, 1],
      ['none', T0, T0 + 3, null],
    ])
    store.close()
  })

  it('replace a gap by its number with the newest word on it', () => {
    const store = mustOpen(folder.path)
    const first = gap(7, T0 + 9, T0 + 2, { firstSeq: 3, lastSeq: 8, missing: 6 })
    const last = { ...first, state: 'lost' as const, missing: 2, recovered: 4, reason: 'too old' }
    write(store, [], packedLedger(...gaps(first)))
    write(store, [], packedLedger(...gaps(last, gap(8, T0, T0 + 1, { market: ETH }))))
    // Ends are told the right way round: match times may step back.
    const stored = { ...last, from: T0 + 2, to: T0 + 9 }
    expect(store.history.gaps({ market: BTC, limit: 9 })).toEqual([stored])
    expect(store.history.gaps({ limit: 9 }).map(({ id }) => id)).toEqual([7, 8])
    expect(store.db.prepare('SELECT gap, market, state FROM gaps ORDER BY 1').raw().all()).toEqual([
      [7, BTC, 'lost'],
      [8, ETH, 'open'],
    ])
    store.close()
  })

  it('change nothing when they are told again', () => {
    const store = mustOpen(folder.path)
    const told = packedLedger(
      ...spans(span(T0, T0 + 9, { lastSeq: 9 })),
      ...gaps(gap(1, T0, T0 + 1)),
    )
    write(store, run(0, 10), told)
    const before = [spanRows(store), store.history.gaps({ limit: 9 }), ledgerOf(store)]
    write(store, run(0, 10), told)
    expect([spanRows(store), store.history.gaps({ limit: 9 }), ledgerOf(store)]).toEqual(before)
    store.close()
  })

  it('and their trades are written together or not at all', () => {
    const store = mustOpen(folder.path)
    const counts = () =>
      ['tape_log', 'candle', 'span', 'gap', 'market'].map((table) =>
        store.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(),
      )
    const bad = trade({ id: '9', exchangeTime: epochMs(T0 + 0.5) })
    const good = packedLedger(...spans(span(T0, T0 + 1)))
    expect(() => write(store, [...run(1, 5), bad], good)).toThrow('whole milliseconds')
    expect(counts()).toEqual([0, 0, 0, 0, 0])
    const entry = gap(1, T0, T0 + 1, { openedAt: null as never })
    expect(() => write(store, run(1, 5), packedLedger(...gaps(entry)))).toThrow('NOT NULL')
    expect(counts()).toEqual([0, 0, 0, 0, 0])
    store.close()
  })

  it('count the late trades of a minute that were really new', () => {
    const store = mustOpen(folder.path)
    write(store, run(0, 5))
    write(store, run(3, 6, { origin: 'backfill' }))
    write(store, run(7, 4, { origin: 'snapshot' }))
    write(store, [
      trade({ id: 'next', exchangeTime: epochMs(T0 + M), origin: 'backfill' }),
      trade({ id: 'again' }),
    ])
    write(store, run(0, 12, { origin: 'backfill' }))
    expect(ledgerOf(store)).toMatchObject([
      { minute: T0, state: 'unknown', trades: 11, backfilled: 5 },
      { minute: T0 + M, state: 'unknown', trades: 1, backfilled: 1 },
    ])
    store.close()
  })
})

describe('what the tape knows of itself', () => {
  it('ends with its newest trade, the newest span of each proof and the gaps that may be filled', () => {
    const store = mustOpen(folder.path)
    write(store, [], packedLedger(...spans(span(T0, T0)), ...gaps(gap(1, T0, T0))))
    expect(store.history.tapeEnd(BTC)).toBeNull()
    expect(store.history.tapeEnd(ETH)).toBeNull()
    const newest = span(T0 + 20, T0 + 30, { lastSeq: 30 })
    const proved = span(T0, T0 + 4, { proof: 'candle' })
    write(
      store,
      run(0, 40),
      packedLedger(
        ...spans(span(T0, T0 + 9, { lastSeq: 9 }), newest, proved),
        ...spans(span(T0 + 50, T0 + 60, { market: ETH, lastSeq: 1 })),
        ...gaps(
          gap(1, T0, T0, { state: 'filled' }),
          gap(2, T0 + 8, T0 + 9, { state: 'cancelled' }),
          gap(3, T0 + 6, T0 + 7, { state: 'filling' }),
          gap(4, T0 + 1, T0 + 2, { state: 'lost' }),
          gap(5, T0 + 1, T0 + 2, { market: ETH }),
        ),
      ),
    )
    const end = store.history.tapeEnd(BTC)
    expect(end).toEqual({
      time: T0 + 39,
      id: '39',
      seq: 30,
      spans: [newest, proved],
      gaps: [
        gap(3, T0 + 6, T0 + 7, { state: 'filling' }),
        gap(2, T0 + 8, T0 + 9, { state: 'cancelled' }),
      ],
    })
    store.close()
  })

  it('gives the id of the trade that came last among those of one millisecond', () => {
    const store = mustOpen(folder.path)
    write(store, [trade({ id: 'b' }), trade({ id: 'a' })])
    expect(store.history.tapeEnd(BTC)).toMatchObject({ id: 'a', seq: null, spans: [], gaps: [] })
    store.close()
  })

  it('lists ids from both ends, oldest first, as the venue wrote them', () => {
    const store = mustOpen(folder.path)
    const huge = '1234567890123456789012345'
    write(store, [...run(1, 20), trade({ id: huge, exchangeTime: epochMs(T0 + 3) })])
    const ids = (from: number, to: number, limit = 99) =>
      store.history.tradeIds({ market: BTC, from: epochMs(T0 + from), to: epochMs(T0 + to), limit })
    expect(ids(2, 5)).toEqual(['2', '3', huge, '4', '5'])
    expect(ids(2, 5, 2)).toEqual(['2', '3'])
    expect(store.history.tradeIds({ market: ETH, from: epochMs(0), to: END, limit: 9 })).toEqual([])
    store.close()
  })

  it('lists gaps that overlap a stretch, the newest first, as many as asked for', () => {
    const store = mustOpen(folder.path)
    const list = [1, 2, 3, 4].map((id) => gap(id, T0 + id * 100, T0 + id * 100 + 50))
    write(store, [], packedLedger(...gaps(...list, gap(9, T0 + 210, T0 + 220, { market: ETH }))))
    const ids = (query: object) => store.history.gaps({ limit: 99, ...query }).map(({ id }) => id)
    expect(ids({})).toEqual([4, 3, 9, 2, 1])
    expect(ids({ limit: 2 })).toEqual([4, 3])
    expect(ids({ market: BTC, from: T0 + 250, to: T0 + 400 })).toEqual([3, 2])
    expect(ids({ market: BTC, from: T0 + 251, to: T0 + 401 })).toEqual([4, 3])
    expect(ids({ market: 'okx:NO-NE' })).toEqual([])
    store.close()
  })
})

describe('rows of the ledger', () => {
  /** Two markets over 70 days, with spans and gaps that reach over any page. */
  function record(): ReturnType<typeof facts> {
    const store = mustOpen(folder.path)
    const known = facts()
    write(
      store,
      known.trades,
      packedLedger(
        ...spans(...known.spans),
        ...gaps(...known.gaps),
        ...spans(span(T0, T0 + M, { market: ETH })),
      ),
    )
    store.close()
    return known
  }
  function facts() {
    const days = (n: number) => T0 + n * 24 * 60 * M
    return {
      spans: [
        span(T0, days(20)),
        span(days(10), days(21) + 5, { proof: 'overlap' }),
        span(days(6) + 1, days(30), { proof: 'none' }),
        span(days(60), days(60) + M - 1, { proof: 'candle' }),
      ],
      gaps: [
        gap(1, days(3), days(15), { cause: 'stopped' }),
        gap(2, days(16), days(18), { state: 'filled', missing: 0 }),
        gap(3, days(40), days(40) + 9, { missing: 4, state: 'lost' }),
      ],
      trades: [1, 2, 17, 50, 69].map((day) =>
        trade({
          id: String(day),
          exchangeTime: epochMs(days(day) + 30_000),
          origin: day === 17 ? 'backfill' : 'stream',
        }),
      ),
    }
  }
  const countsOf = (trades: readonly Trade[]) =>
    trades.map(({ exchangeTime, origin }) => ({
      minute: epochMs(exchangeTime - 30_000),
      trades: 1,
      backfilled: origin === 'backfill' ? 1 : 0,
    }))

  it('are the same a page at a time as in one go, over all of the tape', () => {
    const known = record()
    const to = epochMs(T0 + 80 * 24 * 60 * M)
    const reader = unwrap(openReader(folder.path))
    const rows = [...reader.ledger({ markets: [BTC], to })]
    const wanted = ledgerMinutes({
      market: BTC,
      from: epochMs(0),
      to,
      now: to,
      ...known,
      counts: countsOf(known.trades),
    })
    expect(rows.length).toBeGreaterThan(30 * 24 * 60)
    expect(rows).toEqual(wanted)
    const [from, until] = [epochMs(rows[100]?.minute ?? 0), epochMs(rows[20_000]?.minute ?? 0)]
    expect([...reader.ledger({ markets: [BTC], from, to: until })]).toEqual(rows.slice(100, 20_000))
    const all = [...reader.ledger({ to })]
    expect(all.slice(0, rows.length)).toEqual(rows)
    expect(all.slice(rows.length).map(({ market, state }) => `${market} ${state}`)).toEqual([
      `${ETH} complete`,
      `${ETH} unknown`,
    ])
    expect(reader.gaps({ from, to: until }).map(({ id }) => id)).toEqual([1])
    reader.close()
    const store = mustOpen(folder.path)
    expect(ledgerOf(store, BTC, from, until)).toEqual(rows.slice(100, 20_000))
    expect(ledgerOf(store, BTC, 0, END, T0 + 3 * M - 1).map(({ minute }) => minute)).toEqual([
      T0,
      T0 + M,
    ])
    expect(ledgerOf(store, 'okx:NO-NE' as MarketId)).toEqual([])
    store.close()
  })
})

it('are there after a database of version 1 was opened for writing', () => {
  const old = unwrap(openDatabase(folder.path, { migrations: MIGRATIONS.slice(0, 1) }))
  old.exec(`INSERT INTO market VALUES (1, '${BTC}', 8, 8);
    INSERT INTO trade VALUES (1, ${T0}, 5, 1, 1, 0, 0, NULL);
    INSERT INTO candle VALUES (1, ${T0}, 1, 1, 1, 1, 1, 1, 1, ${T0}, ${T0}, 0)`)
  old.close()
  expect(openReader(folder.path)).toMatchObject({ ok: false, failure: { code: 'invalid' } })
  mustOpen(folder.path).close()
  const reader = unwrap(openReader(folder.path))
  expect([...reader.ledger({})]).toMatchObject([
    { minute: T0, state: 'unknown', trades: 1, backfilled: 0, missing: 0, cause: null },
  ])
  expect(reader.gaps({})).toEqual([])
  reader.close()
  const db = new Database(folder.path, { readonly: true })
  expect(db.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length)
  db.close()
})
