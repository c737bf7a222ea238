import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WriteQueue } from '../../../src/main/store/write-queue.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { BTC, idsOf, packed, run } from './store-kit.ts'

const batch = (from: number, count: number) => packed(run(from, count))
const mark = { market: { name: BTC, priceScale: 8, qtyScale: 8, inverse: false }, at: epochMs(0) }
const firstIds = (queue: WriteQueue) => queue.take()?.batches.map((taken) => idsOf(taken)[0])

describe('write queue', () => {
  it('joins what waits into one write, up to a size', () => {
    const queue = new WriteQueue(100_000)
    for (const from of [0, 8_000, 16_000]) queue.push(batch(from, 8_000))
    expect(firstIds(queue)).toEqual(['0', '8000'])
    queue.done()
    expect(firstIds(queue)).toEqual(['16000'])
    queue.done()
    expect(queue.take()).toBeUndefined()
    expect(queue.waitingBytes).toBe(0)
  })

  it('keeps a failed write at the head, ahead of what came later', () => {
    const queue = new WriteQueue(100)
    queue.push(batch(1, 10))
    queue.take()
    queue.push(batch(11, 10))
    queue.failed('storage-full')
    expect(firstIds(queue)).toEqual(['1', '11'])
  })

  it('refuses the newest batch when the room is full, and counts it', () => {
    const queue = new WriteQueue(25)
    expect([queue.push(batch(1, 10)), queue.push(batch(11, 10))]).toEqual([true, true])
    expect(queue.push(batch(21, 10))).toBe(false)
    expect([queue.waitingTrades, queue.lostTrades]).toEqual([20, 10])
    expect(queue.push(batch(31, 5))).toBe(true)
    expect(firstIds(queue)).toEqual(['1', '11', '31'])
  })

  it('pauses longer after each failure, ten seconds at most, and shortly again after a success', () => {
    const queue = new WriteQueue(100)
    queue.push(batch(1, 1))
    queue.push(batch(2, 1))
    const pauses = Array.from({ length: 8 }, () => {
      queue.take()
      return queue.failed('storage-full').pauseMs
    })
    expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
    queue.take()
    queue.done()
    queue.push(batch(3, 1))
    queue.take()
    expect(queue.failed('busy').pauseMs).toBe(250)
  })

  it('never gives up a batch because of the disk', () => {
    const queue = new WriteQueue(100)
    queue.push(batch(1, 10))
    for (let i = 0; i < 1_000; i += 1) {
      queue.take()
      expect(queue.failed(i % 2 ? 'storage-full' : 'unavailable').givenUp).toBeUndefined()
    }
    expect([queue.waitingTrades, queue.lostTrades]).toEqual([10, 0])
  })

  it('tries a batch that fails for another reason alone, then gives up that one only', () => {
    const queue = new WriteQueue(100)
    for (const from of [1, 11, 21]) queue.push(batch(from, 10))
    const taken: unknown[] = []
    for (let tries = 0; queue.lostTrades === 0; tries += 1) {
      expect(tries).toBeLessThan(9)
      taken.push(firstIds(queue))
      queue.failed('internal')
    }
    expect(taken).toEqual([['1', '11', '21'], ['1'], ['1'], ['1'], ['1']])
    expect(firstIds(queue)).toEqual(['11', '21'])
    queue.done()
    expect([queue.waitingTrades, queue.lostTrades, queue.settledSeq]).toEqual([0, 10, 3])
  })

  it('holds one mark per market and minute, and one set while its write is under way', () => {
    const queue = new WriteQueue(100)
    queue.mark('a', mark)
    queue.mark('a', mark)
    expect(queue.take()?.partials).toHaveLength(1)
    queue.mark('b', mark)
    queue.done()
    expect(queue.settledSeq).toBe(2)
    expect(queue.take()?.partials).toHaveLength(1)
    queue.done()
    expect([queue.empty, queue.settledSeq]).toEqual([true, 3])
  })

  it('hands everything out exactly once and in order, whatever fails in between', () => {
    const act = fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 30 }) }),
      fc.constant('done' as const),
      fc.constant('failed' as const),
    )
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const queue = new WriteQueue(200)
        let next = 0
        let pushed = 0
        const kept: string[] = []
        const written: string[] = []
        const write = (): void => {
          for (const taken of queue.take()?.batches ?? []) written.push(...idsOf(taken))
          queue.done()
        }
        for (const one of acts) {
          if (one === 'done') write()
          else if (one === 'failed') {
            if (queue.take() !== undefined) queue.failed('storage-full')
          } else {
            const made = batch(next, one.push)
            next += one.push
            pushed += one.push
            if (queue.push(made)) kept.push(...idsOf(made))
          }
          expect(queue.waitingTrades).toBeLessThanOrEqual(200)
        }
        while (!queue.empty) write()
        expect(written).toEqual(kept)
        expect(kept.length + queue.lostTrades).toBe(pushed)
        expect(queue.waitingBytes).toBe(0)
      }),
    )
  })
})
