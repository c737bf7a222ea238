import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AnalysisChange } from '../../../src/main/store/analysis-store.ts'
import { openDatabase } from '../../../src/main/store/database.ts'
import { MIGRATIONS } from '../../../src/main/store/migrations/migrations.ts'
import { openSql } from '../../../src/main/store/sql-reader.ts'
import { ANALYSES } from '../../../src/shared/domain/analysis.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { entry, mark } from './analysis-entry.ts'
import { ETH, mustOpen, openInline, scratch, settle, T0, unwrap } from './store-kit.ts'

const DAY = 86_400_000
const DAY_0 = T0 - (T0 % DAY)

let folder: ReturnType<typeof scratch>
beforeEach(() => {
  folder = scratch()
})
afterEach(() => folder.remove())

const reserve = (id: number, at: number, tokens = 100, model = 'm'): AnalysisChange => ({
  t: 'reserve',
  id,
  at: epochMs(at),
  model,
  tokens,
  money: model === 'free' ? null : tokens / 1_000,
})
const logged = (...entries: ReturnType<typeof entry>[]): AnalysisChange[] =>
  entries.map((each) => ({ t: 'entry', entry: each }))
const ids = (entries: readonly { readonly id: number }[]) => entries.map(({ id }) => id)

describe('analyses in the store', () => {
  it('are there again after a restart, with what every request used or may have used', () => {
    const store = mustOpen(folder.path)
    store.analyses.keep([
      reserve(1, T0, 100),
      reserve(2, T0 + 1, 200),
      { t: 'settle', id: 1, tokens: 40, money: 0.04 },
      reserve(3, T0 - DAY, 300, 'free'),
      ...logged(entry(1), entry(2, { kind: 'anomaly' }), entry(3), entry(4, { market: ETH })),
    ])
    store.close()
    const { analyses } = mustOpen(folder.path)
    expect(analyses.book(epochMs(T0))).toEqual({
      newestEntry: 4,
      newestRequest: 3,
      latest: [entry(2, { kind: 'anomaly' }), entry(3), entry(4, { market: ETH })],
      unmarked: [entry(1), entry(3), entry(4, { market: ETH })],
      requests: [
        { id: 1, at: T0, model: 'm', tokens: 40, money: 0.04 },
        { id: 2, at: T0 + 1, model: 'm', tokens: 200, money: 0.2 },
      ],
    })
    expect(ids(analyses.book(epochMs(0)).requests)).toEqual([3, 1, 2])
  })

  it('are empty at first', () => {
    const { analyses } = mustOpen(folder.path)
    expect(analyses.book(epochMs(0))).toEqual({
      newestEntry: 0,
      newestRequest: 0,
      latest: [],
      unmarked: [],
      requests: [],
    })
    expect([analyses.signals(), analyses.spending(epochMs(0))]).toEqual([[], []])
    expect(analyses.log({ limit: 9 })).toEqual([])
  })

  it('keep a reservation once, however often it is told, and never over what was settled', () => {
    const { analyses } = mustOpen(folder.path)
    analyses.keep([reserve(1, T0)])
    analyses.keep([{ t: 'settle', id: 1, tokens: 7, money: 0 }])
    analyses.keep([reserve(1, T0)])
    expect(analyses.book(epochMs(0)).requests).toMatchObject([{ id: 1, tokens: 7, money: 0 }])
  })

  it('are written together or not at all', () => {
    const { analyses } = mustOpen(folder.path)
    const broken = { ...reserve(2, T0), model: undefined } as unknown as AnalysisChange
    expect(() => analyses.keep([reserve(1, T0), ...logged(entry(1)), broken])).toThrow()
    expect(analyses.book(epochMs(0))).toMatchObject({ newestEntry: 0, requests: [] })
  })

  it('name the signals whose marks are not settled', () => {
    const { analyses } = mustOpen(folder.path)
    const pending = mark({ outcome: 'pending', reachedAt: null })
    const open = mark({ returns: { ...mark().returns, 1440: null } })
    const marks = { model: mark(), baseline: mark(), coin: mark() }
    analyses.keep(
      logged(
        entry(1, { marks }),
        entry(2, { marks: { ...marks, coin: pending } }),
        entry(3, { marks: { ...marks, baseline: open } }),
        entry(4, { state: 'refused' }),
        entry(5, { state: 'failed', verdict: null }),
        entry(6, { kind: 'sentiment' }),
        entry(7),
      ),
    )
    expect(ids(analyses.book(epochMs(0)).unmarked)).toEqual([2, 3, 7])
    // The tape will never tell what a signal came to: who marks it says so, and it is not asked about again.
    const never = entry(3, { marks: { ...marks, baseline: open } })
    analyses.keep([{ t: 'entry', entry: never, unmarked: false }, ...logged(entry(7, { marks }))])
    expect(ids(analyses.book(epochMs(0)).unmarked)).toEqual([2])
    expect(analyses.log({ limit: 1 })).toEqual([entry(7, { marks })])
  })

  it('are listed newest first, by market, kind and moment', () => {
    const { analyses } = mustOpen(folder.path)
    const all = Array.from({ length: 30 }, (_, i) =>
      entry(i + 1, { kind: ANALYSES[i % 3] ?? 'signal', ...(i % 2 === 0 && { market: ETH }) }),
    )
    analyses.keep(logged(...all))
    const find = (query: Omit<Parameters<typeof analyses.log>[0], 'limit'>) =>
      ids(analyses.log({ limit: 100, ...query }))
    expect(find({})).toEqual(Array.from({ length: 30 }, (_, i) => 30 - i))
    expect(find({ before: 3 })).toEqual([2, 1])
    expect(find({ market: ETH, kind: 'anomaly' })).toEqual([25, 19, 13, 7, 1])
    expect(find({ from: epochMs(T0 + 28), to: epochMs(T0 + 30) })).toEqual([29, 28])
    expect(ids(analyses.log({ limit: 2, market: ETH }))).toEqual([29, 27])
    expect(ids(analyses.book(epochMs(0)).latest).sort((a, b) => a - b)).toEqual([
      25, 26, 27, 28, 29, 30,
    ])
  })

  it('hand out the signals that came to a verdict by their moment, refused ones too', () => {
    const { analyses } = mustOpen(folder.path)
    const past = { ...entry(3).snapshot, at: epochMs(T0 - 5) }
    const signals = [entry(1), entry(2, { state: 'refused' }), entry(3, { snapshot: past })]
    analyses.keep(logged(...signals, entry(4, { verdict: null }), entry(5, { kind: 'anomaly' })))
    expect(ids(analyses.signals())).toEqual([3, 1, 2])
  })

  it('add up what was spent by UTC day and model', () => {
    const { analyses } = mustOpen(folder.path)
    analyses.keep([
      reserve(1, DAY_0 - 1, 10),
      reserve(2, DAY_0, 100),
      reserve(3, DAY_0 + DAY - 1, 200),
      reserve(4, DAY_0 + 5, 300, 'free'),
    ])
    const rows = [
      { day: DAY_0 - DAY, model: 'm', requests: 1, tokens: 10, money: 0.01 },
      { day: DAY_0, model: 'free', requests: 1, tokens: 300, money: 0 },
      { day: DAY_0, model: 'm', requests: 2, tokens: 300, money: expect.closeTo(0.3, 12) },
    ]
    expect(analyses.spending(epochMs(0))).toEqual(rows)
    expect(analyses.spending(epochMs(DAY_0))).toEqual(rows.slice(1))
  })

  it('can be asked about in SQL', () => {
    const store = mustOpen(folder.path)
    store.analyses.keep([reserve(1, T0), ...logged(entry(1))])
    const reader = unwrap(openSql(folder.path))
    const rows = (sql: string) => [...unwrap(reader.query(sql)).rows()]
    expect(
      rows(`SELECT market, json_extract(body, '$.verdict.trend'), cost FROM analysis`),
    ).toEqual([['okx:BTC-USDT', 'up', 0.001]])
    expect(rows('SELECT tokens, settled FROM analysis_request')).toEqual([[100, 0]])
    reader.close()
  })
})

describe("analyses through the store's thread", () => {
  it('are on the disk when the promise says so', async () => {
    const { store, thread } = await openInline(folder.path)
    expect(await store.keepAnalyses([reserve(1, T0), ...logged(entry(1))])).toEqual({
      ok: true,
      value: null,
    })
    thread.crash() // nothing is flushed by a crash
    const db = new Database(folder.path, { readonly: true })
    expect(db.prepare('SELECT count(*) FROM analysis_request').pluck().get()).toBe(1)
    db.close()
  })

  it('answer what is asked', async () => {
    const { store } = await openInline(folder.path)
    await store.keepAnalyses([reserve(1, T0), ...logged(entry(1))])
    expect(unwrap(await store.analysisBook(epochMs(0)))).toMatchObject({ newestRequest: 1 })
    expect(unwrap(await store.analysisLog({ limit: 1 }))).toEqual([entry(1)])
    expect(unwrap(await store.analysisSignals())).toEqual([entry(1)])
    expect(unwrap(await store.analysisSpending(epochMs(0)))).toHaveLength(1)
    await store.close()
  })

  it('say why they could not be kept: a full or read-only disk, a thread that is gone', async () => {
    const { store, thread } = await openInline(folder.path)
    thread.store?.db.pragma('query_only = 1')
    expect(await store.keepAnalyses([reserve(1, T0)])).toMatchObject({
      ok: false,
      failure: { code: 'storage-read-only' },
    })
    thread.store?.db.pragma('query_only = 0')
    // The trades behind it are written all the same, and so is the next.
    expect(await store.keepAnalyses([reserve(2, T0)])).toMatchObject({ ok: true })
    thread.hold()
    const kept = store.keepAnalyses([reserve(3, T0)])
    thread.crash()
    thread.release()
    await settle()
    expect(await kept).toMatchObject({ ok: false, failure: { code: 'unavailable' } })
    expect(await store.keepAnalyses([reserve(4, T0)])).toMatchObject({
      ok: false,
      failure: { code: 'unavailable' },
    })
    await store.close()
  })
})

it('a database of version 6 gets the tables of the analyses, and keeps what it has', () => {
  const old = unwrap(openDatabase(folder.path, { migrations: MIGRATIONS.slice(0, 6) }))
  old.exec(`INSERT INTO alert (id, body) VALUES ('a', '{}')`)
  old.close()
  const store = mustOpen(folder.path)
  expect(store.db.pragma('user_version', { simple: true })).toBe(7)
  expect(store.log.alerts.book().alerts).toHaveLength(1)
  store.analyses.keep([reserve(1, T0), ...logged(entry(1))])
  expect(store.analyses.book(epochMs(0)).newestEntry).toBe(1)
  store.close()
})
