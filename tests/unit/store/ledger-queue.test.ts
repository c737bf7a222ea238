import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LostBatches } from '../../../src/main/store/lost-batch.ts'
import type { StoreWrite } from '../../../src/main/store/store-protocol.ts'
import { WriteQueue } from '../../../src/main/store/write-queue.ts'
import type { LedgerChange } from '../../../src/shared/domain/ledger.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import {
  BTC,
  ETH,
  gap,
  gaps,
  idsOf,
  packed,
  packedLedger,
  run,
  span,
  spans,
  T0,
  trade,
} from './store-kit.ts'

const batch = (from: number, count: number) => packed(run(from, count))
/** A span whose `to` says how far the trades went when it was told. */
const upTo = (to: number) => packedLedger(...spans(span(0, to)))
const told = (write: StoreWrite | undefined): LedgerChange[] =>
  (write?.ledger ?? []).map(({ change }) => change)

describe('ledger entries in the queue', () => {
  it('go with their batch, in the order in which they came', () => {
    const queue = new WriteQueue(20_000)
    queue.push(batch(1, 10_000), upTo(10_000))
    queue.push(batch(10_001, 2_000), packedLedger(...gaps(gap(1, 0, 1))))
    queue.push(batch(12_001, 8_000), upTo(20_000))
    expect(told(queue.take())).toEqual([...spans(span(0, 10_000)), ...gaps(gap(1, 0, 1))])
    queue.done()
    expect(told(queue.take())).toEqual(spans(span(0, 20_000)))
    queue.done()
    expect(queue.empty).toBe(true)
  })

  it('stay behind the trades they speak of when their batch is refused', () => {
    const queue = new WriteQueue(17_000)
    queue.push(batch(1, 16_000))
    queue.push(batch(16_001, 900))
    expect(queue.push(batch(17_000, 500), upTo(17_500))).toBe(false)
    queue.note(packedLedger(...gaps(gap(1, 0, 1))))
    expect(told(queue.take())).toEqual([])
    queue.done()
    expect(told(queue.take())).toEqual([...spans(span(0, 17_500)), ...gaps(gap(1, 0, 1))])
    queue.done()
    expect([queue.empty, queue.lostTrades]).toEqual([true, 500])
  })

  it('do not join a write that is under way', () => {
    const queue = new WriteQueue(100)
    queue.note(upTo(1))
    queue.take()
    queue.note(upTo(2))
    queue.done()
    expect(queue.settledSeq).toBe(1)
    expect(told(queue.take())).toEqual(spans(span(0, 2)))
    queue.done()
    expect([queue.empty, queue.settledSeq, queue.lastSeq]).toEqual([true, 2, 2])
  })

  it('take one place for each span and gap, however long the disk refuses', () => {
    const queue = new WriteQueue(100)
    queue.push(batch(1, 100), upTo(100))
    for (let i = 1; i <= 1_000; i += 1) {
      queue.take()
      queue.failed('storage-full')
      queue.push(batch(i * 100, 50), upTo(i * 100 + 50))
      queue.note(packedLedger(...gaps(gap(i % 3, 0, i, { recovered: i }))))
    }
    expect(queue.waitingLedger).toBe(1 + 4)
    queue.note(upTo(5))
    const [, furthest, ...rest] = told(queue.take())
    expect(furthest).toEqual(spans(span(0, 100_050))[0])
    expect(rest.flatMap((one) => (one.t === 'gap' ? one.gap.recovered : [])).sort()).toEqual([
      1_000, 998, 999,
    ])
  })

  it('are tried apart from a batch that cannot be written, and outlive it', () => {
    const queue = new WriteQueue(100)
    queue.push(batch(1, 10), upTo(10))
    queue.push(batch(11, 10))
    const tries: string[] = []
    for (let i = 0; i < 20 && queue.lostTrades === 0; i += 1) {
      const write = queue.take()
      tries.push(`${write?.batches.length} ${write?.ledger?.length}`)
      const { givenUp } = queue.failed('internal')
      if (givenUp !== undefined) expect(givenUp.count).toBe(10)
    }
    expect(tries).toEqual(['2 1', ...Array(4).fill('1 1'), ...Array(4).fill('1 0')])
    expect(told(queue.take())).toEqual(spans(span(0, 10)))
    queue.done()
    expect([queue.empty, queue.lostTrades]).toEqual([true, 10])
  })

  it('are given up alone when it is they that cannot be written, and no trade with them', () => {
    const queue = new WriteQueue(100)
    queue.push(batch(1, 10), upTo(10))
    let lost = 0
    for (let i = 0; i < 30 && !queue.empty; i += 1) {
      const write = queue.take()
      if (write?.ledger?.length === 0) queue.done()
      else lost += queue.failed('internal').ledgerGivenUp?.length ?? 0
    }
    expect([queue.empty, queue.lostTrades, lost]).toEqual([true, 0, 1])
  })

  it('never go before the trades they speak of, and the last word always gets there', () => {
    const act = fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 40 }), tell: fc.boolean() }),
      fc.record({ note: fc.constant(true) }),
      fc.constant('done' as const),
      fc.constant('failed' as const),
    )
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        const queue = new WriteQueue(100)
        const settled = new Set<number>()
        let next = 0
        let lastTold = -1
        let written = -1
        const write = (): void => {
          const taken = queue.take()
          for (const batch of taken?.batches ?? [])
            for (const one of idsOf(batch)) settled.add(Number(one))
          for (const change of told(taken)) {
            if (change.t !== 'span') continue
            expect(change.span.to).toBeGreaterThan(written)
            written = change.span.to
          }
          // All that the span speaks of is in this write, in one before it, or was refused at once.
          for (let id = 0; id <= written; id += 1) expect(settled.has(id)).toBe(true)
          queue.done()
        }
        for (const one of acts) {
          if (one === 'done') write()
          else if (one === 'failed') {
            if (queue.take() !== undefined) queue.failed('storage-full')
          } else if ('note' in one) {
            if (next - 1 > lastTold) queue.note(upTo(next - 1))
            lastTold = next - 1
          } else {
            const made = batch(next, one.push)
            next += one.push
            if (one.tell) lastTold = next - 1
            if (!queue.push(made, one.tell ? upTo(next - 1) : []))
              for (let id = next - one.push; id < next; id += 1) settled.add(id)
          }
        }
        while (!queue.empty) write()
        expect(written).toBe(lastTold)
      }),
      { numRuns: 300 },
    )
  })
})

it('a batch that was given up leaves an open gap for each of its markets, with numbers of their own', () => {
  const lost = new LostBatches()
  const list = [
    ...run(3, 4),
    trade({ market: ETH, exchangeTime: epochMs(T0 + 7.5), matches: 3 }),
    trade({ market: ETH, id: '2', exchangeTime: epochMs(Number.NaN) }),
  ]
  const now = epochMs(T0 + 99)
  const found = [0, 1].flatMap(() => lost.gapsOf(packed(list), now, 'it is broken'))
  expect(found.map(({ change }) => change)).toMatchObject([
    { gap: { market: BTC, cause: 'disk', state: 'open', from: T0 + 3, to: T0 + 6, missing: 4 } },
    { gap: { market: ETH, state: 'open', from: T0 + 7, to: T0 + 8, missing: 4, openedAt: now } },
    { gap: { market: BTC } },
    { gap: { market: ETH, reason: expect.stringContaining('it is broken') } },
  ])
  const ids = found.flatMap(({ change }) => (change.t === 'gap' ? change.gap.id : []))
  expect(new Set(ids).size).toBe(4)
  expect(ids.every((id) => Number.isSafeInteger(id) && id > 2 ** 52)).toBe(true)
  expect(lost.gapsOf(packed([], 8), now, '')).toEqual([])
})
